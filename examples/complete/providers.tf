# The Regions of the application are those of its providers; all three belong to one Region set of Aurora DSQL.

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
