resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_dsql_cluster" "secondary" {
  provider = aws.secondary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "secondary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_dsql_cluster_peering" "primary" {
  provider = aws.primary

  clusters       = [aws_dsql_cluster.secondary.arn]
  identifier     = aws_dsql_cluster.primary.identifier
  witness_region = "us-west-2"
}

resource "aws_dsql_cluster_peering" "secondary" {
  provider = aws.secondary

  clusters       = [aws_dsql_cluster.primary.arn]
  identifier     = aws_dsql_cluster.secondary.identifier
  witness_region = "us-west-2"
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  provider = aws.primary

  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  dimensions          = { FunctionName = "orders" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]

}

resource "aws_cloudwatch_metric_alarm" "errors_2" {
  provider = aws.secondary

  alarm_name          = "errors_2"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  dimensions          = { FunctionName = "orders" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]

}
