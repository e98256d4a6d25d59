# Generated from infra/ by `make modules`; do not edit.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      version = ">= 5.100.0, < 7.0.0"
      source  = "hashicorp/aws"
      configuration_aliases = [
        aws.primary,
        aws.secondary,
        aws.witness,
      ]
    }
  }
}
