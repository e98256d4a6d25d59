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

variable "api" {
  description = "An HTTP API in each Region in front of the function `transactions`, with the routes of docs/openapi.json. Callers sign their requests (\"AWS_IAM\") or bring a token of `jwt` (\"JWT\"); \"NONE\" lets everyone in. `throttling` is for each Region, in requests and requests a second. `domain` puts both under one name in your hosted zone, answered with a healthy Region by \"latency\", \"failover\" (the primary first) or \"weighted\" routing; `drained` takes a Region out. Null makes no API."
  type = object({
    authorization = optional(string, "AWS_IAM")
    cors = optional(object({
      allow_credentials = optional(bool, false)
      allow_headers     = optional(list(string), [])
      allow_methods     = optional(list(string), [])
      allow_origins     = list(string)
      expose_headers    = optional(list(string), [])
      max_age           = optional(number, 0)
    }))
    domain = optional(object({
      drained = optional(string)
      health_check = optional(object({
        failure_threshold = optional(number, 3)
        interval          = optional(number, 10)
      }), {})
      name    = string
      routing = optional(string, "latency")
      weights = optional(object({ primary = optional(number, 50), secondary = optional(number, 50) }), {})
      zone_id = string
    }))
    jwt = optional(object({ audience = list(string), issuer = string }))
    throttling = optional(object({
      burst_limit = optional(number, 200)
      rate_limit  = optional(number, 100)
    }), {})
  })
  default  = null
  nullable = true

  validation {
    condition     = var.api == null || contains(["AWS_IAM", "JWT", "NONE"], try(var.api.authorization, ""))
    error_message = "`api.authorization` must be \"AWS_IAM\", \"JWT\" or \"NONE\", got \"${try(var.api.authorization, "null")}\"."
  }

  validation {
    condition     = (try(var.api.authorization, "") == "JWT") == (try(var.api.jwt, null) != null)
    error_message = "`api.jwt` belongs to `api.authorization` = \"JWT\": give both, or neither; got authorization \"${try(var.api.authorization, "null")}\" ${try(var.api.jwt, null) == null ? "without" : "with"} `jwt`."
  }

  validation {
    condition     = try(var.api.jwt, null) == null || try(length(var.api.jwt.audience) > 0 && startswith(var.api.jwt.issuer, "https://"), false)
    error_message = "`api.jwt` needs an `issuer` that begins with https://, and at least one `audience`, got issuer \"${try(coalesce(var.api.jwt.issuer, "null"), "null")}\", audience [${join(", ", [for one in coalesce(try(var.api.jwt.audience, []), []) : one == null ? "null" : one])}]."
  }

  validation {
    condition     = try(var.api.cors, null) == null || !(try(var.api.cors.allow_credentials, false) && try(contains(var.api.cors.allow_origins, "*"), false))
    error_message = "`api.cors`: a browser takes no `allow_credentials` from `allow_origins` = [\"*\"]; name the origins."
  }

  validation {
    condition     = var.api == null || try(var.api.throttling.rate_limit > 0 && var.api.throttling.burst_limit > 0 && floor(var.api.throttling.burst_limit) == var.api.throttling.burst_limit, false)
    error_message = "`api.throttling`: `rate_limit` (requests a second) and `burst_limit` (requests) must be more than 0, `burst_limit` a whole number."
  }

  validation {
    condition     = try(var.api.domain, null) == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.api.domain.name))
    error_message = "`api.domain.name` must be a domain name in lower case, such as api.example.com, got \"${try(coalesce(var.api.domain.name, "null"), "null")}\"."
  }

  validation {
    condition     = try(var.api.domain, null) == null || can(regex("^Z[A-Z0-9]{1,31}$", var.api.domain.zone_id))
    error_message = "`api.domain.zone_id` must be the id of a public hosted zone, such as Z0123456789ABCDEFGHIJ, got \"${try(coalesce(var.api.domain.zone_id, "null"), "null")}\"."
  }

  validation {
    condition     = try(var.api.domain, null) == null || contains(["failover", "latency", "weighted"], try(var.api.domain.routing, ""))
    error_message = "`api.domain.routing` must be \"latency\", \"failover\" or \"weighted\", got \"${try(var.api.domain.routing, "null")}\"."
  }

  validation {
    condition     = contains(["none", "primary", "secondary"], coalesce(try(var.api.domain.drained, null), "none"))
    error_message = "`api.domain.drained` must be \"primary\", \"secondary\" or null, got \"${coalesce(try(var.api.domain.drained, null), "null")}\"."
  }

  validation {
    condition     = contains([10, 30], try(var.api.domain.health_check.interval, 10)) && try(var.api.domain.health_check.failure_threshold >= 1 && var.api.domain.health_check.failure_threshold <= 10 && floor(var.api.domain.health_check.failure_threshold) == var.api.domain.health_check.failure_threshold, true)
    error_message = "`api.domain.health_check`: `interval` must be 10 or 30 seconds, `failure_threshold` 1 to 10, got ${try(var.api.domain.health_check.interval, "null")} and ${try(var.api.domain.health_check.failure_threshold, "null")}."
  }

  validation {
    condition     = try(alltrue([for weight in values(var.api.domain.weights) : weight >= 0 && weight <= 255 && floor(weight) == weight]) && sum(values(var.api.domain.weights)) > 0, true)
    error_message = "`api.domain.weights` must be whole numbers, 0 to 255, and one of them more than 0; to take a Region out, use `drained`."
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

variable "event_routing" {
  description = "Rules on the content of events. Transactions of `review_amount` or more, in any currency, become rows to review; those of `notify_types` go to a topic in each Region; those that change accounts of `audit_account_classes` leave audit lines. `handled_in` says in which Region: that of their `origin`, or always `primary`, or always `secondary`. Each Region archives all events for `archive_retention_days`, so that they can be replayed. With `schema_registry` each publishes their JSON Schema in an EventBridge schema registry. An empty object takes the defaults; null makes none of it."
  type = object({
    archive_retention_days = optional(number, 14)
    audit_account_classes  = optional(set(string), ["business", "institution"])
    handled_in             = optional(string, "origin")
    notify_types           = optional(set(string), ["withdrawal"])
    review_amount          = optional(number, 10000)
    schema_registry        = optional(bool, false)
  })
  default  = null
  nullable = true

  validation {
    condition     = var.event_routing == null || try(var.event_routing.archive_retention_days >= 1 && var.event_routing.archive_retention_days <= 3653 && floor(var.event_routing.archive_retention_days) == var.event_routing.archive_retention_days, false)
    error_message = "`event_routing.archive_retention_days` must be a whole number, 1 to 3653, got ${try(var.event_routing.archive_retention_days, "null")}."
  }

  validation {
    condition     = var.event_routing == null || try(length(var.event_routing.audit_account_classes) > 0 && length(setsubtract(var.event_routing.audit_account_classes, ["business", "institution", "personal"])) == 0, false)
    error_message = "`event_routing.audit_account_classes` must be one or more of business, institution, personal, got ${join(", ", [for one in try(var.event_routing.audit_account_classes, []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = var.event_routing == null || try(contains(["origin", "primary", "secondary"], var.event_routing.handled_in), false)
    error_message = "`event_routing.handled_in` must be origin, primary or secondary, got \"${try(var.event_routing.handled_in, "null")}\"."
  }

  validation {
    condition     = var.event_routing == null || try(length(var.event_routing.notify_types) > 0 && length(setsubtract(var.event_routing.notify_types, ["deposit", "payment", "transfer", "withdrawal"])) == 0, false)
    error_message = "`event_routing.notify_types` must be one or more of deposit, payment, transfer, withdrawal, got ${join(", ", [for one in try(var.event_routing.notify_types, []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = var.event_routing == null || try(var.event_routing.review_amount >= 0.01 && var.event_routing.review_amount <= 1000000000, false)
    error_message = "`event_routing.review_amount` must be 0.01 to 1000000000, got ${try(var.event_routing.review_amount, "null")}."
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

variable "fault_injection" {
  description = "AWS Fault Injection Service experiment templates for each Region, which `python -m ops drill --aws` starts and nothing else does: `database` lets `percentage` of the connections to the Region's cluster fail for `duration_minutes`; `network`, where it is on, cuts off the functions' subnets of `vpc`, and whatever else is in them. The alarm `both` of the Region stops an experiment, so it takes `monitoring`; `stop_alarm_arns` are more alarms of yours, each of its Region. Null makes no template."
  type = object({
    duration_minutes = optional(number, 10)
    network          = optional(bool, false)
    percentage       = optional(number, 100)
    stop_alarm_arns = optional(object({
      primary   = optional(list(string), [])
      secondary = optional(list(string), [])
    }), {})
  })
  default  = null
  nullable = true

  validation {
    condition     = var.fault_injection == null || try(var.fault_injection.duration_minutes >= 1 && var.fault_injection.duration_minutes <= 720 && floor(var.fault_injection.duration_minutes) == var.fault_injection.duration_minutes, false)
    error_message = "`fault_injection.duration_minutes` must be a whole number, 1 to 720, got ${try(var.fault_injection.duration_minutes, "null")}."
  }

  validation {
    condition     = var.fault_injection == null || try(var.fault_injection.percentage >= 1 && var.fault_injection.percentage <= 100 && floor(var.fault_injection.percentage) == var.fault_injection.percentage, false)
    error_message = "`fault_injection.percentage` must be a whole number, 1 to 100, got ${try(var.fault_injection.percentage, "null")}."
  }

  validation {
    condition     = var.fault_injection == null || var.monitoring != null
    error_message = "`fault_injection` needs `monitoring`, whose alarm `both` stops an experiment; an empty object is enough."
  }

  validation {
    condition     = try(var.fault_injection.network, false) != true || var.vpc != null
    error_message = "`fault_injection.network` cuts off the subnets of `vpc`: give one, or leave it false."
  }

  validation {
    condition     = alltrue([for alarm in try(flatten(values(var.fault_injection.stop_alarm_arns)), []) : can(regex("^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+$", alarm))])
    error_message = "`fault_injection.stop_alarm_arns` must be ARNs of CloudWatch alarms, arn:aws:cloudwatch:<Region>:<account>:alarm:<name>, got ${join(", ", [for one in try(flatten(values(var.fault_injection.stop_alarm_arns)), []) : one == null ? "null" : one])}."
  }
}

variable "field_encryption" {
  description = "KMS key that the transactions function encrypts the request field `sensitive` with. An empty object creates a multi-Region key with rotation, and its replica; `key_arns` brings yours, one ARN for each Region; null refuses such fields. Keep the key for as long as such rows are to be read: switching this off schedules the deletion of a key that was created here."
  type = object({
    deletion_window_in_days = optional(number, 30)
    key_arns                = optional(object({ primary = string, secondary = string }))
  })
  default  = null
  nullable = true

  validation {
    condition     = var.field_encryption == null || try(var.field_encryption.deletion_window_in_days >= 7 && var.field_encryption.deletion_window_in_days <= 30 && floor(var.field_encryption.deletion_window_in_days) == var.field_encryption.deletion_window_in_days, false)
    error_message = "`field_encryption.deletion_window_in_days` must be a whole number, 7 to 30, got ${try(var.field_encryption.deletion_window_in_days, "null")}."
  }

  validation {
    condition     = try(var.field_encryption.key_arns, null) == null || (alltrue([for arn in try(values(var.field_encryption.key_arns), []) : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/mrk-[0-9a-f]{32}$", arn))]) && length(distinct(try(values(var.field_encryption.key_arns), []))) == 2 && length(distinct([for arn in try(values(var.field_encryption.key_arns), []) : try(element(split("/", arn), -1), "")])) == 1)
    error_message = "`field_encryption.key_arns` must be the ARNs of one multi-Region key in both Regions, arn:aws:kms:<Region>:<account>:key/mrk-<32 hexadecimal digits>, got ${join(", ", [for one in try(values(var.field_encryption.key_arns), []) : one == null ? "null" : one])}."
  }
}

variable "functions" {
  description = "Memory in MB, timeout in seconds and reserved concurrency of single functions; -1 reserves none. A reserved concurrency also caps the function's connections to the cluster."
  type = object({
    audit = optional(object({
      memory_size                    = optional(number, 256)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 30)
    }), {})
    consumer = optional(object({
      memory_size                    = optional(number, 512)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 30)
    }), {})
    migrate = optional(object({
      memory_size                    = optional(number, 512)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 300)
    }), {})
    notify = optional(object({
      memory_size                    = optional(number, 256)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 30)
    }), {})
    relay = optional(object({
      memory_size                    = optional(number, 512)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 60)
    }), {})
    review = optional(object({
      memory_size                    = optional(number, 256)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 30)
    }), {})
    transactions = optional(object({
      memory_size                    = optional(number, 512)
      reserved_concurrent_executions = optional(number, -1)
      timeout                        = optional(number, 30)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for settings in values(var.functions) : settings.memory_size >= 128 && settings.memory_size <= 10240 && floor(settings.memory_size) == settings.memory_size])
    error_message = "`functions`: `memory_size` must be 128 to 10240 MB, a whole number."
  }

  validation {
    condition     = alltrue([for settings in values(var.functions) : settings.timeout >= 1 && settings.timeout <= 900 && floor(settings.timeout) == settings.timeout])
    error_message = "`functions`: `timeout` must be 1 to 900 seconds, a whole number."
  }

  validation {
    condition     = alltrue([for settings in values(var.functions) : settings.reserved_concurrent_executions >= -1 && floor(settings.reserved_concurrent_executions) == settings.reserved_concurrent_executions])
    error_message = "`functions`: `reserved_concurrent_executions` must be -1 (none reserved), 0 (switched off) or more."
  }
}

variable "lambda_package" {
  description = "The functions' code, a zip file (`filename`) or an S3 object in each Region, and the Lambda runtime and architecture that it was built for. A changed file, version or `source_code_hash` updates all functions and runs the schema migrations again."
  type = object({
    architecture     = optional(string, "arm64")
    filename         = optional(string)
    primary_object   = optional(object({ bucket = string, key = string, version = optional(string) }))
    runtime          = optional(string, "python3.13")
    secondary_object = optional(object({ bucket = string, key = string, version = optional(string) }))
    source_code_hash = optional(string)
  })
  nullable = false

  validation {
    condition     = (var.lambda_package.filename != null) != (var.lambda_package.primary_object != null && var.lambda_package.secondary_object != null)
    error_message = "`lambda_package` must give either `filename`, or both `primary_object` and `secondary_object` with `bucket` and `key`: Lambda reads a package only from a bucket in its own Region."
  }

  validation {
    condition     = var.lambda_package.filename == null || try(fileexists(var.lambda_package.filename), false)
    error_message = "`lambda_package.filename` does not exist: ${coalesce(var.lambda_package.filename, "null")}. Run `make package`, or give the path of a package that was built before."
  }

  validation {
    condition     = contains(["python3.11", "python3.12", "python3.13", "python3.14"], var.lambda_package.runtime)
    error_message = "`lambda_package.runtime` must be python3.11, python3.12, python3.13 or python3.14, got \"${var.lambda_package.runtime}\"."
  }

  validation {
    condition     = contains(["arm64", "x86_64"], var.lambda_package.architecture)
    error_message = "`lambda_package.architecture` must be arm64 or x86_64, got \"${var.lambda_package.architecture}\"."
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

variable "log_level" {
  description = "Least severe level that the functions log. DEBUG multiplies the log volume and its cost."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "`log_level` must be DEBUG, INFO, WARNING or ERROR, got \"${var.log_level}\"."
  }
}

variable "log_retention_days" {
  description = "Days that the functions' log groups keep an entry. Lowering it drops older entries at the next apply."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "`log_retention_days` must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got ${var.log_retention_days}."
  }
}

variable "monitoring" {
  description = "One dashboard of both Regions, alarms in each, and SNS topics that they notify. `thresholds` changes alarms by name, `topic_arns` brings your topics, each of its Region. `dsql_dimensions` names the dimension of the DSQL metrics, which AWS's page and practice name differently; `make verify` says which one has data. `health_checks_in` is the side, primary or secondary, whose Region is us-east-1, the only one where an alarm can watch the health checks of `api.domain`. Null makes none."
  type = object({
    dsql_dimensions = optional(object({
      observability = optional(string, "ClusterId")
      usage         = optional(string, "ResourceId")
    }), {})
    health_checks_in = optional(string)
    thresholds       = optional(map(number), {})
    topic_arns       = optional(object({ primary = string, secondary = string }))
  })
  default  = null
  nullable = true

  validation {
    condition     = alltrue([for name in try(keys(var.monitoring.thresholds), []) : contains(["admin", "api-errors", "api-slow", "backup", "circuit", "consumer", "delivery", "errors", "failed", "forward", "health-checks", "lag", "outbox", "parked", "peer-quiet", "relay", "rounds", "slow", "spending", "throttles", "undelivered"], name)])
    error_message = "`monitoring.thresholds`: an alarm is one of admin, api-errors, api-slow, backup, circuit, consumer, delivery, errors, failed, forward, health-checks, lag, outbox, parked, peer-quiet, relay, rounds, slow, spending, throttles, undelivered, got ${join(", ", try(keys(var.monitoring.thresholds), []))}."
  }

  validation {
    condition     = contains(["none", "primary", "secondary"], coalesce(try(var.monitoring.health_checks_in, null), "none"))
    error_message = "`monitoring.health_checks_in` must be \"primary\", \"secondary\" or null, got \"${coalesce(try(var.monitoring.health_checks_in, null), "null")}\"."
  }

  validation {
    condition     = alltrue([for topic in try(values(var.monitoring.topic_arns), []) : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", topic))])
    error_message = "`monitoring.topic_arns` must be the ARNs of two SNS topics, arn:aws:sns:<Region>:<account>:<name>, got ${join(", ", [for one in try(values(var.monitoring.topic_arns), []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = alltrue([for dimension in try(values(var.monitoring.dsql_dimensions), []) : can(regex("^[A-Za-z]+$", dimension))])
    error_message = "`monitoring.dsql_dimensions`: a name of a dimension such as ClusterId or ResourceId, got ${join(", ", try(values(var.monitoring.dsql_dimensions), []))}."
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

variable "readonly_role_arns" {
  description = "IAM roles, or users, that may connect to either cluster as the database role `readonly`, which reads every table and writes none; each also needs `dsql:DbConnect` on the clusters. The list replaces earlier ones, an empty one too; null leaves alone what the database has."
  type        = list(string)
  default     = null
  nullable    = true

  validation {
    condition     = alltrue([for role_arn in coalesce(var.readonly_role_arns, []) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", role_arn))])
    error_message = "`readonly_role_arns` must be ARNs of IAM roles or users, arn:aws:iam::<account>:role/<name>, got ${join(", ", [for one in coalesce(var.readonly_role_arns, []) : one == null ? "null" : one])}."
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

variable "service_encryption" {
  description = "KMS key in each Region that encrypts the log groups, the queues, the topics, the event bus and the functions' environment variables. An empty object creates both with rotation, `key_arns` brings yours, each of its Region, with the key policy of the README; null leaves all of these on AWS's own keys. Turning it off schedules the deletion of keys that were created here, and what logs and queues hold by then goes with the keys."
  type = object({
    deletion_window_in_days = optional(number, 30)
    key_arns                = optional(object({ primary = string, secondary = string }))
    rotation_period_in_days = optional(number, 365)
  })
  default  = null
  nullable = true

  validation {
    condition     = !(length(var.service_encryption[*]) > 0) || try(var.service_encryption.deletion_window_in_days >= 7 && var.service_encryption.deletion_window_in_days <= 30 && floor(var.service_encryption.deletion_window_in_days) == var.service_encryption.deletion_window_in_days, false)
    error_message = "`service_encryption.deletion_window_in_days` must be a whole number, 7 to 30, got ${try(var.service_encryption.deletion_window_in_days, "null")}."
  }

  validation {
    condition     = !(length(var.service_encryption[*]) > 0) || try(var.service_encryption.rotation_period_in_days >= 90 && var.service_encryption.rotation_period_in_days <= 2560 && floor(var.service_encryption.rotation_period_in_days) == var.service_encryption.rotation_period_in_days, false)
    error_message = "`service_encryption.rotation_period_in_days` must be a whole number, 90 to 2560, got ${try(var.service_encryption.rotation_period_in_days, "null")}."
  }

  validation {
    condition     = alltrue([for key_arn in try(values(var.service_encryption.key_arns), []) : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))]) && length(try(values(var.service_encryption.key_arns), [])) == length(distinct([for key_arn in try(values(var.service_encryption.key_arns), []) : try(split(":", key_arn)[3], "")]))
    error_message = "`service_encryption.key_arns` must be the ARNs of two KMS keys in two Regions, arn:aws:kms:<Region>:<account>:key/<id>, got ${join(", ", [for one in try(values(var.service_encryption.key_arns), []) : one == null ? "null" : one])}."
  }
}

variable "tags" {
  description = "Tags for every resource that takes tags; the clusters also get a `Name`."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "vpc" {
  description = "Subnets and security groups that the functions run in. With `private_endpoint` they connect to the cluster through the interface endpoint that you create for the output `vpc_endpoint_service_names`; take the subnets from that endpoint, so that the functions wait for it. Null runs them outside of a VPC."
  type = object({
    primary          = object({ security_group_ids = list(string), subnet_ids = list(string) })
    private_endpoint = optional(bool, true)
    secondary        = object({ security_group_ids = list(string), subnet_ids = list(string) })
  })
  default  = null
  nullable = true

  validation {
    condition     = var.vpc == null || alltrue([for side in [try(var.vpc.primary, null), try(var.vpc.secondary, null)] : try(length(side.subnet_ids) > 0 && length(side.security_group_ids) > 0, false)])
    error_message = "`vpc` needs at least one of `subnet_ids` and of `security_group_ids` in `primary` and in `secondary`."
  }

  validation {
    condition     = alltrue([for id in try(concat(var.vpc.primary.security_group_ids, var.vpc.secondary.security_group_ids), []) : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "`vpc`: each of `security_group_ids` must be sg-<hexadecimal digits>, got ${join(", ", [for one in try(concat(var.vpc.primary.security_group_ids, var.vpc.secondary.security_group_ids), []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = alltrue([for id in try(concat(var.vpc.primary.subnet_ids, var.vpc.secondary.subnet_ids), []) : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "`vpc`: each of `subnet_ids` must be subnet-<hexadecimal digits>, got ${join(", ", [for one in try(concat(var.vpc.primary.subnet_ids, var.vpc.secondary.subnet_ids), []) : one == null ? "null" : one])}."
  }

  validation {
    condition     = length(try(setintersection(var.vpc.primary.security_group_ids, var.vpc.secondary.security_group_ids), [])) == 0
    error_message = "`vpc`: a VPC is in one Region, so `primary` and `secondary` have `security_group_ids` of their own; in both: ${join(", ", try(setintersection(var.vpc.primary.security_group_ids, var.vpc.secondary.security_group_ids), []))}."
  }

  validation {
    condition     = length(try(setintersection(var.vpc.primary.subnet_ids, var.vpc.secondary.subnet_ids), [])) == 0
    error_message = "`vpc`: a VPC is in one Region, so `primary` and `secondary` have `subnet_ids` of their own; in both: ${join(", ", try(setintersection(var.vpc.primary.subnet_ids, var.vpc.secondary.subnet_ids), []))}."
  }
}
