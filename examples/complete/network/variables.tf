variable "cidr_block" {
  description = "Addresses of the VPC."
  type        = string
  nullable    = false
}

variable "cluster_service_name" {
  description = "Name of the cluster's PrivateLink service."
  type        = string
  nullable    = false
}

variable "name" {
  description = "Prefix of every name."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the provider."
  type        = string
  nullable    = false
}

variable "zones" {
  description = "Availability Zones, a subnet in each. The cluster's endpoint is not offered in every zone: `aws ec2 describe-vpc-endpoint-services` tells where."
  type        = list(string)
  nullable    = false
}
