# What `make bench` measures the modules against: the same resources as examples/minimal creates, in one plain root, the
# way one writes it for a single application. No module, no option, no validation.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  alias  = "primary"
  region = "us-east-1"
}

provider "aws" {
  alias  = "secondary"
  region = "us-east-2"
}

provider "aws" {
  alias  = "witness"
  region = "us-west-2"
}
