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

variable "tags" {
  description = "Tags for every resource that takes tags; the clusters get a `Name` besides."
  type        = map(string)
  default     = {}
  nullable    = false
}
