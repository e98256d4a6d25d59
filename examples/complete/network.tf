# With `private_network`, a VPC in each Region. Functions wait for the endpoints, through which the schema is migrated.

module "network_primary" {
  source = "./network"
  count  = var.private_network ? 1 : 0

  cidr_block           = "10.0.0.0/20"
  cluster_service_name = module.application.vpc_endpoint_service_names.primary
  name                 = "${local.name}-primary"
  region               = "us-east-1"
  zones                = ["us-east-1a", "us-east-1b"]

  providers = { aws = aws.primary }
}

module "network_secondary" {
  source = "./network"
  count  = var.private_network ? 1 : 0

  cidr_block           = "10.0.16.0/20"
  cluster_service_name = module.application.vpc_endpoint_service_names.secondary
  name                 = "${local.name}-secondary"
  region               = "us-east-2"
  zones                = ["us-east-2a", "us-east-2b"]

  providers = { aws = aws.secondary }
}

locals {
  vpc = var.private_network ? {
    primary   = module.network_primary[0].vpc
    secondary = module.network_secondary[0].vpc
  } : null
}
