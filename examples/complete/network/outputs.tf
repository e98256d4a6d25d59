output "vpc" {
  description = "What a Region of the input `vpc` takes. The subnets are the endpoint's, so that functions wait for it."
  value = {
    security_group_ids = [aws_security_group.functions.id]
    subnet_ids         = aws_vpc_endpoint.cluster.subnet_ids
  }

  depends_on = [
    aws_vpc_endpoint.services,
    aws_vpc_security_group_egress_rule.functions,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}
