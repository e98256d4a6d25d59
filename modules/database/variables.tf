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

variable "backup" {
  description = "AWS Backup of the database: a vault in each Region, and in the Regions of `taken_in` a plan that backs up that Region's cluster by `schedule` (UTC) and copies each recovery point to the other Region's vault, because a multi-Region restore takes both. Both are kept for `retention_days`. Vaults are encrypted with AWS Backup's own key or with `key_arns`. `lock` keeps recovery points from being deleted before `min_retention_days`; with `changeable_for_days` nobody, not even AWS, can take the lock off after so many days. An empty object takes the defaults; null makes none of it. A vault that holds recovery points is not deleted."
  type = object({
    key_arns = optional(object({ primary = string, secondary = string }))
    lock = optional(object({
      changeable_for_days = optional(number)
      max_retention_days  = optional(number)
      min_retention_days  = optional(number, 1)
    }))
    retention_days = optional(number, 35)
    schedule       = optional(string, "cron(0 5 * * ? *)")
    taken_in       = optional(set(string), ["primary"])
  })
  default  = null
  nullable = true

  validation {
    condition     = var.backup == null || try(var.backup.retention_days >= 1 && var.backup.retention_days <= 36500 && floor(var.backup.retention_days) == var.backup.retention_days, false)
    error_message = "`backup.retention_days` must be a whole number, 1 to 36500, got ${try(var.backup.retention_days, "null")}."
  }

  validation {
    condition     = var.backup == null || can(regex("^cron\\([^ ()]+( [^ ()]+){5}\\)$", var.backup.schedule))
    error_message = "`backup.schedule` must be a cron expression of six fields, such as cron(0 5 * * ? *), got \"${try(var.backup.schedule, "null")}\"."
  }

  validation {
    condition     = var.backup == null || try(length(var.backup.taken_in) > 0 && length(setsubtract(var.backup.taken_in, ["primary", "secondary"])) == 0, false)
    error_message = "`backup.taken_in` must be primary, secondary or both, got ${join(", ", [for one in try(var.backup.taken_in, []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = try(var.backup.lock, null) == null || (try(var.backup.lock.min_retention_days >= 1 && var.backup.lock.min_retention_days <= var.backup.retention_days && var.backup.retention_days <= coalesce(var.backup.lock.max_retention_days, 36500), false) && try(coalesce(var.backup.lock.changeable_for_days, 3) >= 3, false) && alltrue([for days in try(values(var.backup.lock), []) : days == null ? true : floor(days) == days]))
    error_message = "`backup.lock`: whole numbers; `min_retention_days` must be 1 to `backup.retention_days`, `max_retention_days` at least that, `changeable_for_days` at least 3, got ${jsonencode(try(var.backup.lock, null))} with retention_days ${try(var.backup.retention_days, "null")}."
  }

  validation {
    condition     = alltrue([for key_arn in try(values(var.backup.key_arns), []) : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))]) && length(try(values(var.backup.key_arns), [])) == length(distinct([for key_arn in try(values(var.backup.key_arns), []) : try(split(":", key_arn)[3], "")]))
    error_message = "`backup.key_arns` must be the ARNs of two KMS keys in two Regions, arn:aws:kms:<Region>:<account>:key/<id>, got ${join(", ", [for one in try(values(var.backup.key_arns), []) : one == null ? "null" : one])}."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the two clusters. Apply with false before a destroy: a destroy that meets a protected cluster has already dropped the link from the state."
  type        = bool
  default     = true
  nullable    = false
}

variable "encryption" {
  description = "Customer-managed KMS keys for the clusters. An empty object creates one key with rotation in each Region, `key_arns` brings yours, each of the Region of its cluster; null leaves the clusters on AWS's own key."
  type = object({
    deletion_window_in_days = optional(number, 30)
    key_arns                = optional(object({ primary = string, secondary = string }))
  })
  default  = null
  nullable = true

  validation {
    condition     = var.encryption == null || try(var.encryption.deletion_window_in_days >= 7 && var.encryption.deletion_window_in_days <= 30 && floor(var.encryption.deletion_window_in_days) == var.encryption.deletion_window_in_days, false)
    error_message = "`encryption.deletion_window_in_days` must be a whole number, 7 to 30, got ${try(var.encryption.deletion_window_in_days, "null")}."
  }

  validation {
    condition     = alltrue([for key_arn in try(values(var.encryption.key_arns), []) : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))])
    error_message = "`encryption.key_arns` must be the ARNs of two KMS keys, arn:aws:kms:<Region>:<account>:key/<id>, got ${join(", ", [for one in try(values(var.encryption.key_arns), []) : one == null ? "null" : one])}."
  }
}

variable "link_environment" {
  description = "Environment variables for the AWS CLI of the link step, such as `AWS_PROFILE`. Needed where the CLI would not find the credentials that the providers use."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "link_method" {
  description = "How the clusters are linked: \"aws-cli\" runs the AWS CLI where Terraform runs, \"provider\" uses `aws_dsql_cluster_peering`. For an existing pair, change it only as the README says."
  type        = string
  default     = "aws-cli"
  nullable    = false

  validation {
    condition     = contains(["aws-cli", "provider"], var.link_method)
    error_message = "`link_method` must be \"aws-cli\" or \"provider\", got \"${var.link_method}\"."
  }
}

variable "link_role_arn" {
  description = "IAM role that the AWS CLI of the link step assumes. Null uses the credentials of the environment."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.link_role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.link_role_arn))
    error_message = "`link_role_arn` must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, or null, got \"${coalesce(var.link_role_arn, "null")}\"."
  }
}

variable "link_timeout_minutes" {
  description = "Minutes that the AWS CLI of the link step waits for both clusters to be ACTIVE and linked before it fails."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.link_timeout_minutes >= 1 && var.link_timeout_minutes <= 720 && floor(var.link_timeout_minutes) == var.link_timeout_minutes
    error_message = "`link_timeout_minutes` must be a whole number, 1 to 720, got ${var.link_timeout_minutes}."
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

variable "region_sets" {
  description = "Aurora DSQL's Region sets: primary, secondary and witness Region must all be in one of them. Override it when AWS has added Regions."
  type        = map(set(string))
  default = {
    asia_pacific  = ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"]
    europe        = ["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"]
    united_states = ["us-east-1", "us-east-2", "us-west-2"]
  }
  nullable = false
}

variable "tags" {
  description = "Tags for every resource that takes tags; the clusters also get a `Name`."
  type        = map(string)
  default     = {}
  nullable    = false
}
