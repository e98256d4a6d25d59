# What the HCL blocks of the documents take from a reader's own root.

resource "aws_route53_zone" "public" {
  name = "example.com"
}

resource "aws_vpc_endpoint" "primary" {
  provider           = aws.us_east_1
  vpc_id             = "vpc-00000000"
  service_name       = module.application.vpc_endpoint_service_names.primary
  vpc_endpoint_type  = "Interface"
  subnet_ids         = ["subnet-00000000"]
  security_group_ids = [aws_security_group.primary.id]
}

resource "aws_vpc_endpoint" "secondary" {
  provider           = aws.us_east_2
  vpc_id             = "vpc-11111111"
  service_name       = module.application.vpc_endpoint_service_names.secondary
  vpc_endpoint_type  = "Interface"
  subnet_ids         = ["subnet-11111111"]
  security_group_ids = [aws_security_group.secondary.id]
}

resource "aws_security_group" "primary" {
  provider = aws.us_east_1
  vpc_id   = "vpc-00000000"
}

resource "aws_security_group" "secondary" {
  provider = aws.us_east_2
  vpc_id   = "vpc-11111111"
}
