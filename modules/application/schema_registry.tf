# Generated from infra/ by `make modules`; do not edit.

resource "aws_schemas_registry" "primary" {
  provider = aws.primary
  count    = length([for routing in var.event_routing[*] : routing if routing.schema_registry])

  description = "Events of ${var.name}"
  name        = var.name
  tags        = var.tags
}

resource "aws_schemas_schema" "primary" {
  provider = aws.primary
  count    = length([for routing in var.event_routing[*] : routing if routing.schema_registry])

  content = jsonencode({
    "$schema"   = "http://json-schema.org/draft-04/schema#"
    title       = "Transaction Created"
    description = "A transaction was stored. Fields may be added; none is taken away."
    type        = "object"
    required    = ["source", "detail-type", "region", "detail"]
    properties = {
      source      = { type = "string", enum = ["dsql.application"] }
      detail-type = { type = "string", enum = ["Transaction Created"] }
      region = {
        type        = "string"
        description = "The Region on whose bus the event was put; it stays when the event is forwarded"
      }
      detail = {
        type     = "object"
        required = ["event_id", "transaction_id", "amount", "amount_digits", "region", "timestamp", "type"]
        properties = {
          event_id = {
            type        = "string"
            pattern     = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
            description = "The same in every delivery: consumers tell by it what they have seen"
          }
          transaction_id = { "$ref" = "#/definitions/identifier" }
          amount         = { type = "number", minimum = 0, exclusiveMinimum = true, maximum = 9999999999999.99 }
          amount_digits = {
            type        = "integer"
            minimum     = 1
            maximum     = 13
            description = "Digits before the point: rules find by it the amounts above 5e9, which EventBridge does not compare"
          }
          region          = { type = "string", description = "The Region that stored the transaction" }
          timestamp       = { type = "string", format = "date-time" }
          type            = { type = "string", enum = ["payment", "deposit", "withdrawal", "transfer"] }
          currency        = { type = "string", pattern = "^[A-Z]{3}$", description = "ISO 4217" }
          account_id      = { "$ref" = "#/definitions/identifier" }
          counterparty_id = { "$ref" = "#/definitions/identifier" }
          account_versions = {
            type                 = "object"
            additionalProperties = { type = "integer", minimum = 1 }
            description          = "How often each account whose balance changed was changed; of two events the higher is newer"
          }
          account_classes = {
            type        = "array"
            items       = { type = "string", enum = ["business", "institution", "personal"] }
            uniqueItems = true
            description = "Classes of the accounts whose balance changed"
          }
          correlation_id = { "$ref" = "#/definitions/identifier" }
          trace_header = {
            type        = "string"
            pattern     = "^[A-Za-z0-9=;:._-]{1,512}$"
            description = "X-Ray's, of the request that wrote it"
          }
        }
      }
    }
    definitions = { identifier = { type = "string", pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$" } }
  })
  name          = "dsql.application@TransactionCreated"
  registry_name = aws_schemas_registry.primary[0].name
  tags          = var.tags
  type          = "JSONSchemaDraft4"
}

resource "aws_schemas_registry" "secondary" {
  provider = aws.secondary
  count    = length([for routing in var.event_routing[*] : routing if routing.schema_registry])

  description = "Events of ${var.name}"
  name        = var.name
  tags        = var.tags
}

resource "aws_schemas_schema" "secondary" {
  provider = aws.secondary
  count    = length([for routing in var.event_routing[*] : routing if routing.schema_registry])

  content = jsonencode({
    "$schema"   = "http://json-schema.org/draft-04/schema#"
    title       = "Transaction Created"
    description = "A transaction was stored. Fields may be added; none is taken away."
    type        = "object"
    required    = ["source", "detail-type", "region", "detail"]
    properties = {
      source      = { type = "string", enum = ["dsql.application"] }
      detail-type = { type = "string", enum = ["Transaction Created"] }
      region = {
        type        = "string"
        description = "The Region on whose bus the event was put; it stays when the event is forwarded"
      }
      detail = {
        type     = "object"
        required = ["event_id", "transaction_id", "amount", "amount_digits", "region", "timestamp", "type"]
        properties = {
          event_id = {
            type        = "string"
            pattern     = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
            description = "The same in every delivery: consumers tell by it what they have seen"
          }
          transaction_id = { "$ref" = "#/definitions/identifier" }
          amount         = { type = "number", minimum = 0, exclusiveMinimum = true, maximum = 9999999999999.99 }
          amount_digits = {
            type        = "integer"
            minimum     = 1
            maximum     = 13
            description = "Digits before the point: rules find by it the amounts above 5e9, which EventBridge does not compare"
          }
          region          = { type = "string", description = "The Region that stored the transaction" }
          timestamp       = { type = "string", format = "date-time" }
          type            = { type = "string", enum = ["payment", "deposit", "withdrawal", "transfer"] }
          currency        = { type = "string", pattern = "^[A-Z]{3}$", description = "ISO 4217" }
          account_id      = { "$ref" = "#/definitions/identifier" }
          counterparty_id = { "$ref" = "#/definitions/identifier" }
          account_versions = {
            type                 = "object"
            additionalProperties = { type = "integer", minimum = 1 }
            description          = "How often each account whose balance changed was changed; of two events the higher is newer"
          }
          account_classes = {
            type        = "array"
            items       = { type = "string", enum = ["business", "institution", "personal"] }
            uniqueItems = true
            description = "Classes of the accounts whose balance changed"
          }
          correlation_id = { "$ref" = "#/definitions/identifier" }
          trace_header = {
            type        = "string"
            pattern     = "^[A-Za-z0-9=;:._-]{1,512}$"
            description = "X-Ray's, of the request that wrote it"
          }
        }
      }
    }
    definitions = { identifier = { type = "string", pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$" } }
  })
  name          = "dsql.application@TransactionCreated"
  registry_name = aws_schemas_registry.secondary[0].name
  tags          = var.tags
  type          = "JSONSchemaDraft4"
}
