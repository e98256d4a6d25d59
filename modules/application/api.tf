# Generated from infra/ by `make modules`; do not edit.

locals {
  api_routes = { for route in [
    "GET /health",
    "GET /health/deep",
    "GET /transactions",
    "GET /transactions/{id}",
    "POST /transactions",
  ] : route => route == "GET /health/deep" && length(var.api.domain[*]) > 0 ? "NONE" : var.api.authorization if length(var.api[*]) > 0 }
}

resource "aws_apigatewayv2_api" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : 1

  description                  = "Transactions of ${var.name} in ${data.aws_region.primary.id}"
  disable_execute_api_endpoint = false
  name                         = "${var.name}-primary"
  protocol_type                = "HTTP"
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = length(var.api.cors[*]) > 0 ? [var.api.cors] : []

    content {
      allow_credentials = cors_configuration.value.allow_credentials
      allow_headers     = cors_configuration.value.allow_headers
      allow_methods     = cors_configuration.value.allow_methods
      allow_origins     = cors_configuration.value.allow_origins
      expose_headers    = cors_configuration.value.expose_headers
      max_age           = cors_configuration.value.max_age
    }
  }
}

resource "aws_apigatewayv2_authorizer" "primary" {
  provider = aws.primary
  count    = try(var.api.authorization, "") == "JWT" ? 1 : 0

  api_id           = aws_apigatewayv2_api.primary[0].id
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  name             = "jwt"

  jwt_configuration {
    audience = var.api.jwt.audience
    issuer   = var.api.jwt.issuer
  }
}

resource "aws_apigatewayv2_integration" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : 1

  api_id                 = aws_apigatewayv2_api.primary[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.primary["transactions"].arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "primary" {
  # checkov:skip=CKV_AWS_309:the one route that Route 53 asks is open where `api.domain` is set, for it cannot sign; all others are where the caller says so
  provider = aws.primary
  for_each = local.api_routes

  api_id             = aws_apigatewayv2_api.primary[0].id
  authorization_type = each.value
  authorizer_id      = each.value == "JWT" ? aws_apigatewayv2_authorizer.primary[0].id : null
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.primary[0].id}"
}

resource "aws_cloudwatch_log_group" "api_primary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.primary
  count    = var.api == null ? 0 : 1

  kms_key_id        = local.service_key_arns.primary
  name              = "/aws/vendedlogs/apigateway/${var.name}-primary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_apigatewayv2_stage" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : 1

  api_id      = aws_apigatewayv2_api.primary[0].id
  auto_deploy = true
  name        = "$default"
  tags        = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api_primary[0].arn
    format = jsonencode({
      request_id             = "$context.requestId"
      time                   = "$context.requestTime"
      domain                 = "$context.domainName"
      route                  = "$context.routeKey"
      status                 = "$context.status"
      error                  = "$context.error.message"
      authorizer_error       = "$context.authorizer.error"
      latency_ms             = "$context.responseLatency"
      integration_latency_ms = "$context.integrationLatency"
      integration_error      = "$context.integrationErrorMessage"
      source_ip              = "$context.identity.sourceIp"
    })
  }

  default_route_settings {
    throttling_burst_limit = var.api.throttling.burst_limit
    throttling_rate_limit  = var.api.throttling.rate_limit
  }

  dynamic "route_settings" {
    for_each = length(var.api.domain[*]) > 0 ? [1] : []

    content {
      route_key              = "GET /health/deep"
      throttling_burst_limit = 20
      throttling_rate_limit  = 10
    }
  }

  depends_on = [
    aws_apigatewayv2_route.primary,
  ]
}

resource "aws_lambda_permission" "api_primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : 1

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.primary["transactions"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.primary[0].execution_arn}/*/*"
  statement_id  = "api"
}

resource "aws_apigatewayv2_api" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : 1

  description                  = "Transactions of ${var.name} in ${data.aws_region.secondary.id}"
  disable_execute_api_endpoint = false
  name                         = "${var.name}-secondary"
  protocol_type                = "HTTP"
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = length(var.api.cors[*]) > 0 ? [var.api.cors] : []

    content {
      allow_credentials = cors_configuration.value.allow_credentials
      allow_headers     = cors_configuration.value.allow_headers
      allow_methods     = cors_configuration.value.allow_methods
      allow_origins     = cors_configuration.value.allow_origins
      expose_headers    = cors_configuration.value.expose_headers
      max_age           = cors_configuration.value.max_age
    }
  }
}

resource "aws_apigatewayv2_authorizer" "secondary" {
  provider = aws.secondary
  count    = try(var.api.authorization, "") == "JWT" ? 1 : 0

  api_id           = aws_apigatewayv2_api.secondary[0].id
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  name             = "jwt"

  jwt_configuration {
    audience = var.api.jwt.audience
    issuer   = var.api.jwt.issuer
  }
}

resource "aws_apigatewayv2_integration" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : 1

  api_id                 = aws_apigatewayv2_api.secondary[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.secondary["transactions"].arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "secondary" {
  # checkov:skip=CKV_AWS_309:the one route that Route 53 asks is open where `api.domain` is set, for it cannot sign; all others are where the caller says so
  provider = aws.secondary
  for_each = local.api_routes

  api_id             = aws_apigatewayv2_api.secondary[0].id
  authorization_type = each.value
  authorizer_id      = each.value == "JWT" ? aws_apigatewayv2_authorizer.secondary[0].id : null
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.secondary[0].id}"
}

resource "aws_cloudwatch_log_group" "api_secondary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.secondary
  count    = var.api == null ? 0 : 1

  kms_key_id        = local.service_key_arns.secondary
  name              = "/aws/vendedlogs/apigateway/${var.name}-secondary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_apigatewayv2_stage" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : 1

  api_id      = aws_apigatewayv2_api.secondary[0].id
  auto_deploy = true
  name        = "$default"
  tags        = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api_secondary[0].arn
    format = jsonencode({
      request_id             = "$context.requestId"
      time                   = "$context.requestTime"
      domain                 = "$context.domainName"
      route                  = "$context.routeKey"
      status                 = "$context.status"
      error                  = "$context.error.message"
      authorizer_error       = "$context.authorizer.error"
      latency_ms             = "$context.responseLatency"
      integration_latency_ms = "$context.integrationLatency"
      integration_error      = "$context.integrationErrorMessage"
      source_ip              = "$context.identity.sourceIp"
    })
  }

  default_route_settings {
    throttling_burst_limit = var.api.throttling.burst_limit
    throttling_rate_limit  = var.api.throttling.rate_limit
  }

  dynamic "route_settings" {
    for_each = length(var.api.domain[*]) > 0 ? [1] : []

    content {
      route_key              = "GET /health/deep"
      throttling_burst_limit = 20
      throttling_rate_limit  = 10
    }
  }

  depends_on = [
    aws_apigatewayv2_route.secondary,
  ]
}

resource "aws_lambda_permission" "api_secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : 1

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.secondary["transactions"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.secondary[0].execution_arn}/*/*"
  statement_id  = "api"
}
