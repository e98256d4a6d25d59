# Generated from infra/ by `make modules`; do not edit.

variable "account_id" {
  description = "AWS account that the resources are created in; makes every name and policy known at plan time without a call to AWS. Null asks AWS for it."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "`account_id` must be 12 digits or null, got \"${coalesce(var.account_id, "null")}\"."
  }
}

variable "event_rules" {
  description = "Rules of your own on the event buses, by name. Events that match `event_pattern` (JSON) go to that Region's target, with retries and with our queue for undelivered events. If the target is a Lambda function, an SQS queue or an SNS topic, its own policy must let EventBridge in; any other target needs a `role_arn`."
  type = map(object({
    description      = optional(string)
    event_pattern    = string
    primary_target   = optional(object({ arn = string, role_arn = optional(string) }))
    secondary_target = optional(object({ arn = string, role_arn = optional(string) }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for rule in values(var.event_rules) : can(keys(jsondecode(rule.event_pattern)))])
    error_message = "`event_rules`: `event_pattern` must be a JSON object, such as jsonencode({ source = [\"dsql.application\"] }); it is not in: ${join(", ", [for name, rule in var.event_rules : name if !can(keys(jsondecode(rule.event_pattern)))])}."
  }

  validation {
    condition     = alltrue([for rule in values(var.event_rules) : rule == null ? false : rule.primary_target != null || rule.secondary_target != null])
    error_message = "`event_rules`: each rule needs `primary_target`, `secondary_target` or both; neither is in: ${join(", ", [for name, rule in var.event_rules : name if try(rule.primary_target, null) == null && try(rule.secondary_target, null) == null])}."
  }

  validation {
    condition     = alltrue([for name in keys(var.event_rules) : can(regex("^[A-Za-z0-9._-]{1,24}$", name))])
    error_message = "`event_rules`: a name must be 1 to 24 letters, digits or . _ -, got ${join(", ", keys(var.event_rules))}."
  }
}

variable "event_source" {
  description = "Value of `source` in the events that are carried to the other Region; events of other sources stay where they were put."
  type        = string
  default     = "dsql.application"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]{1,256}$", var.event_source)) && !startswith(var.event_source, "aws.")
    error_message = "`event_source` must be 1 to 256 letters, digits or . _ / - and not begin with `aws.`, got \"${var.event_source}\"."
  }
}

variable "name" {
  description = "Name of the application: the event buses carry it, every other name begins with it. Changing it replaces everything but the clusters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$", var.name))
    error_message = "`name` must be 1 to 32 lower-case letters, digits or hyphens, begin with a letter and not end with a hyphen, got \"${var.name}\"."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy that bounds what every role of the application can ever be allowed. Null sets no boundary."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "`permissions_boundary_arn` must be the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>, or null, got \"${coalesce(var.permissions_boundary_arn, "null")}\"."
  }
}

variable "tags" {
  description = "Tags for every resource that takes tags; the clusters also get a `Name`."
  type        = map(string)
  default     = {}
  nullable    = false
}
