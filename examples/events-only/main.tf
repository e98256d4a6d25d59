# The bus pair alone, for events of your own.

# --- quoted in modules/events/README.md
module "events" {
  source = "../../modules/events"

  name         = "shop"
  event_source = "shop.orders"

  providers = {
    aws.primary   = aws.primary
    aws.secondary = aws.secondary
  }
}
# --- end of the quote
