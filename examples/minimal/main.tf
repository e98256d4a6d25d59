# The smallest call of modules/application.

# --- quoted in modules/application/README.md
module "application" {
  source = "../../modules/application"

  name           = "orders"
  lambda_package = var.lambda_package

  providers = {
    aws.primary   = aws.primary
    aws.secondary = aws.secondary
    aws.witness   = aws.witness
  }
}
# --- end of the quote
