# expect: module

provider "aws" {
  alias  = "own"
  region = "us-east-1"

  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

resource "aws_dsql_cluster" "primary" {
  provider = aws.own

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }
}
