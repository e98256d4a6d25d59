# Two applications of one root, each with clusters, functions, buses and names of its own.

locals {
  names = toset(["orders", "payments"])
}

module "application" {
  source   = "../../modules/application"
  for_each = local.names

  name           = each.key
  lambda_package = var.lambda_package
  tags           = { application = each.key }

  providers = {
    aws.primary   = aws.primary
    aws.secondary = aws.secondary
    aws.witness   = aws.witness
  }
}
