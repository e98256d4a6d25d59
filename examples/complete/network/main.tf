# A VPC without a way to the internet, in which functions reach the cluster and AWS's APIs by interface endpoints alone.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

locals {
  # What the functions call, all by HTTPS: the cluster's status, the relay, the bus, the key of the sensitive fields, the
  # topic of notifications. Logs and the queues of failures are Lambda's own affair, outside of the VPC.
  services = toset(["dsql", "events", "kms", "lambda", "sns"])
  ports    = { database = 5432, services = 443 }
}

resource "aws_vpc" "this" {
  # checkov:skip=CKV2_AWS_11:flow logs are your network's, not this application's; add them where your others have them
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true # private DNS of an endpoint needs both
  enable_dns_support   = true

  tags = { Name = var.name }
}

# AWS makes one with each VPC, and it lets everything out.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "this" {
  for_each = { for number, zone in var.zones : zone => cidrsubnet(var.cidr_block, 4, number) }

  availability_zone = each.key
  cidr_block        = each.value
  vpc_id            = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "functions" {
  # checkov:skip=CKV2_AWS_5:the module attaches it to the functions, by its input vpc, which checkov does not follow
  description = "Functions of ${var.name}"
  name        = "${var.name}-functions"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "endpoints" {
  description = "Interface endpoints of ${var.name}"
  name        = "${var.name}-endpoints"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "functions" {
  for_each = local.ports

  description                  = "To the ${each.key} behind the endpoints"
  from_port                    = each.value
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.endpoints.id
  security_group_id            = aws_security_group.functions.id
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = local.ports

  description                  = "From the functions to the ${each.key}"
  from_port                    = each.value
  ip_protocol                  = "tcp"
  referenced_security_group_id = aws_security_group.functions.id
  security_group_id            = aws_security_group.endpoints.id
  to_port                      = each.value
}

resource "aws_vpc_endpoint" "cluster" {
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints.id]
  service_name        = var.cluster_service_name
  subnet_ids          = [for subnet in aws_subnet.this : subnet.id]
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id

  tags = { Name = "${var.name}-cluster" }
}

resource "aws_vpc_endpoint" "services" {
  for_each = local.services

  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints.id]
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  subnet_ids          = [for subnet in aws_subnet.this : subnet.id]
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}
