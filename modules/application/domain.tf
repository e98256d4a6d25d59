# Generated from infra/ by `make modules`; do not edit.

resource "aws_acm_certificate" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  domain_name       = var.api.domain.name
  tags              = var.tags
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  certificate_arn         = aws_acm_certificate.primary[0].arn
  validation_record_fqdns = [aws_route53_record.validation_primary[0].fqdn]
}

resource "aws_acm_certificate" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  domain_name       = var.api.domain.name
  tags              = var.tags
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  certificate_arn         = aws_acm_certificate.secondary[0].arn
  validation_record_fqdns = [aws_route53_record.validation_primary[0].fqdn]
}

resource "aws_route53_record" "validation_primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  allow_overwrite = true
  name            = one(aws_acm_certificate.primary[0].domain_validation_options).resource_record_name
  records         = [one(aws_acm_certificate.primary[0].domain_validation_options).resource_record_value]
  ttl             = 300
  type            = one(aws_acm_certificate.primary[0].domain_validation_options).resource_record_type
  zone_id         = var.api.domain.zone_id
}

resource "terraform_data" "routing" {
  count = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  triggers_replace = { routing = var.api.domain.routing }
}

resource "aws_apigatewayv2_domain_name" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  domain_name = var.api.domain.name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = aws_acm_certificate_validation.primary[0].certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  api_id      = aws_apigatewayv2_api.primary[0].id
  domain_name = aws_apigatewayv2_domain_name.primary[0].id
  stage       = aws_apigatewayv2_stage.primary[0].id
}

resource "aws_route53_health_check" "primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  disabled           = var.api.domain.drained == "primary"
  failure_threshold  = var.api.domain.health_check.failure_threshold
  fqdn               = trimprefix(aws_apigatewayv2_api.primary[0].api_endpoint, "https://")
  invert_healthcheck = var.api.domain.drained == "primary"
  port               = 443
  request_interval   = var.api.domain.health_check.interval
  resource_path      = "/health/deep"
  tags               = merge(var.tags, { Name = "${var.name}-primary" })
  type               = "HTTPS"

  depends_on = [
    aws_apigatewayv2_stage.primary,
    aws_lambda_permission.api_primary,
    aws_lambda_invocation.migration,
  ]
}

resource "aws_route53_record" "api_primary" {
  provider = aws.primary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  allow_overwrite = true
  health_check_id = aws_route53_health_check.primary[0].id
  name            = var.api.domain.name
  set_identifier  = "primary"
  type            = "A"
  zone_id         = var.api.domain.zone_id

  alias {
    evaluate_target_health = false
    name                   = aws_apigatewayv2_domain_name.primary[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.primary[0].domain_name_configuration[0].hosted_zone_id
  }

  dynamic "failover_routing_policy" {
    for_each = var.api.domain.routing == "failover" ? [1] : []

    content {
      type = "PRIMARY"
    }
  }

  dynamic "latency_routing_policy" {
    for_each = var.api.domain.routing == "latency" ? [1] : []

    content {
      region = data.aws_region.primary.id
    }
  }

  dynamic "weighted_routing_policy" {
    for_each = var.api.domain.routing == "weighted" ? [1] : []

    content {
      weight = var.api.domain.weights.primary
    }
  }

  lifecycle {
    replace_triggered_by = [
      terraform_data.routing,
    ]
  }

  depends_on = [
    aws_apigatewayv2_api_mapping.primary,
    terraform_data.routing,
  ]
}

resource "aws_apigatewayv2_domain_name" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  domain_name = var.api.domain.name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = aws_acm_certificate_validation.secondary[0].certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  api_id      = aws_apigatewayv2_api.secondary[0].id
  domain_name = aws_apigatewayv2_domain_name.secondary[0].id
  stage       = aws_apigatewayv2_stage.secondary[0].id
}

resource "aws_route53_health_check" "secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  disabled           = var.api.domain.drained == "secondary"
  failure_threshold  = var.api.domain.health_check.failure_threshold
  fqdn               = trimprefix(aws_apigatewayv2_api.secondary[0].api_endpoint, "https://")
  invert_healthcheck = var.api.domain.drained == "secondary"
  port               = 443
  request_interval   = var.api.domain.health_check.interval
  resource_path      = "/health/deep"
  tags               = merge(var.tags, { Name = "${var.name}-secondary" })
  type               = "HTTPS"

  depends_on = [
    aws_apigatewayv2_stage.secondary,
    aws_lambda_permission.api_secondary,
    aws_lambda_invocation.migration,
  ]
}

resource "aws_route53_record" "api_secondary" {
  provider = aws.secondary
  count    = var.api == null ? 0 : var.api.domain == null ? 0 : 1

  allow_overwrite = true
  health_check_id = aws_route53_health_check.secondary[0].id
  name            = var.api.domain.name
  set_identifier  = "secondary"
  type            = "A"
  zone_id         = var.api.domain.zone_id

  alias {
    evaluate_target_health = false
    name                   = aws_apigatewayv2_domain_name.secondary[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.secondary[0].domain_name_configuration[0].hosted_zone_id
  }

  dynamic "failover_routing_policy" {
    for_each = var.api.domain.routing == "failover" ? [1] : []

    content {
      type = "SECONDARY"
    }
  }

  dynamic "latency_routing_policy" {
    for_each = var.api.domain.routing == "latency" ? [1] : []

    content {
      region = data.aws_region.secondary.id
    }
  }

  dynamic "weighted_routing_policy" {
    for_each = var.api.domain.routing == "weighted" ? [1] : []

    content {
      weight = var.api.domain.weights.secondary
    }
  }

  lifecycle {
    replace_triggered_by = [
      terraform_data.routing,
    ]
  }

  depends_on = [
    aws_apigatewayv2_api_mapping.secondary,
    terraform_data.routing,
  ]
}
