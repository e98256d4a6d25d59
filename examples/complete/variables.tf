variable "account_id" {
  description = "Account that everything is created in: `aws sts get-caller-identity --query Account --output text` tells it."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the two clusters; apply with false before a destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "domain" {
  description = "Name of the HTTP API in a public hosted zone of the account, and which Region it is answered with. Null leaves each Region its own URL."
  type = object({
    drained      = optional(string)
    health_check = optional(object({ failure_threshold = optional(number, 3), interval = optional(number, 10) }), {})
    name         = string
    routing      = optional(string, "failover")
    zone_id      = string
  })
  default = null
}

variable "lambda_package" {
  description = "The functions' code, and the runtime and architecture that it was built for. The default is where `make package` of this repository puts it."
  type = object({
    filename     = string
    runtime      = optional(string, "python3.13")
    architecture = optional(string, "arm64")
  })
  default = {
    filename = "../../build/package/transactions-python3.13-arm64.zip"
  }
  nullable = false
}

variable "link_role_arn" {
  description = "IAM role that the AWS CLI of the link step assumes; it must exist before the apply. Null uses the credentials of the environment."
  type        = string
  default     = null
}

variable "monitoring" {
  description = "Dashboard and alarms; null takes them away."
  type = object({
    dsql_dimensions  = optional(object({ observability = optional(string, "ClusterId"), usage = optional(string, "ResourceId") }), {})
    health_checks_in = optional(string)
    thresholds       = optional(map(number), {})
    topic_arns       = optional(object({ primary = string, secondary = string }))
  })
  default = {
    health_checks_in = "primary" # us-east-1
    thresholds       = { spending = 50000 }
  }
}

variable "private_network" {
  description = "Whether the functions run in a VPC of their own, in each Region, from which only the cluster and AWS's APIs are reached. Interface endpoints are billed by the hour."
  type        = bool
  default     = false
  nullable    = false
}
