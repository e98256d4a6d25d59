# Generated from infra/ by `make modules`; do not edit.

locals {
  alarm_topic_arns = {
    primary   = var.monitoring == null ? "arn:${local.partition}:sns:${data.aws_region.primary.id}:${local.account_id}:${var.name}-alarms-primary" : var.monitoring.topic_arns == null ? "arn:${local.partition}:sns:${data.aws_region.primary.id}:${local.account_id}:${var.name}-alarms-primary" : var.monitoring.topic_arns.primary
    secondary = var.monitoring == null ? "arn:${local.partition}:sns:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-alarms-secondary" : var.monitoring.topic_arns == null ? "arn:${local.partition}:sns:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-alarms-secondary" : var.monitoring.topic_arns.secondary
  }
  alarms = {
    primary = { for name, alarm in {
      errors = {
        about              = "The transactions function fails."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-primary" }
        extended_statistic = null
        metric_name        = "Errors"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      slow = {
        about              = "One in a hundred requests to the transactions function takes longer than an attempt may, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-primary" }
        extended_statistic = "p99"
        metric_name        = "Duration"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 5000
        wanted             = true
      }
      throttles = {
        about              = "Lambda turns requests to the transactions function away."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-primary" }
        extended_statistic = null
        metric_name        = "Throttles"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      circuit = {
        about              = "The transactions function has stopped asking the database."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-transactions-primary", dependency = "database" }
        extended_statistic = null
        metric_name        = "CircuitOpen"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = false
        of                 = 3
        period             = 60
        points             = 2
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      api-errors = {
        about              = "One in twenty requests to the HTTP API gets a 5xx, in percent."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = false
        of                 = 5
        period             = null
        points             = 3
        queries = [
          { id = "value", expression = "100 * FILL(m1, 0) / m2", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { ApiId = one(aws_apigatewayv2_api.primary[*].id) }
                name       = "5xx"
                namespace  = "AWS/ApiGateway"
                period     = 60
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { ApiId = one(aws_apigatewayv2_api.primary[*].id) }
                name       = "Count"
                namespace  = "AWS/ApiGateway"
                period     = 60
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 5
        wanted    = length(var.api[*]) > 0
      }
      api-slow = {
        about              = "One in a hundred requests to the HTTP API takes longer than an attempt and a cold start, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { ApiId = one(aws_apigatewayv2_api.primary[*].id) }
        extended_statistic = "p99"
        metric_name        = "Latency"
        missing            = "notBreaching"
        namespace          = "AWS/ApiGateway"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 6000
        wanted             = length(var.api[*]) > 0
      }
      health-checks = {
        about              = "Route 53 takes a Region out of the name's answers."
        comparison         = "LessThanThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "breaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          {
            id         = "value"
            expression = lookup({ primary = "m2", secondary = "m1" }, coalesce(try(var.api.domain.drained, null), "none"), "MIN([m1, m2])")
            metric     = []
          },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { HealthCheckId = one(aws_route53_health_check.primary[*].id) }
                name       = "HealthCheckStatus"
                namespace  = "AWS/Route53"
                period     = 60
                stat       = "Minimum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { HealthCheckId = one(aws_route53_health_check.secondary[*].id) }
                name       = "HealthCheckStatus"
                namespace  = "AWS/Route53"
                period     = 60
                stat       = "Minimum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = (length(var.api[*]) > 0 ? length(var.api.domain[*]) > 0 : false) && try(var.monitoring.health_checks_in, null) == "primary"
      }
      outbox = {
        about              = "An event has waited in the outbox for longer than five runs of the relay, in seconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-transactions-primary" }
        extended_statistic = null
        metric_name        = "OutboxOldestAge"
        missing            = "ignore"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 2
        period             = 60
        points             = 2
        queries            = []
        statistic          = "Maximum"
        threshold          = 300
        wanted             = true
      }
      relay = {
        about              = "The relay has not run for five minutes, although a schedule invokes it each minute."
        comparison         = "LessThanThreshold"
        dimensions         = { FunctionName = "${var.name}-relay-primary" }
        extended_statistic = null
        metric_name        = "Invocations"
        missing            = "breaching"
        namespace          = "AWS/Lambda"
        notifies           = true
        of                 = 1
        period             = 300
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      parked = {
        about              = "The bus refused events for good; they are in the table outbox_dead."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-relay-primary" }
        extended_statistic = null
        metric_name        = "EventsParked"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      forward = {
        about              = "EventBridge gave up bringing events to the other Region."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-forward-to-secondary" }
        extended_statistic = null
        metric_name        = "FailedInvocations"
        missing            = "notBreaching"
        namespace          = "AWS/Events"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      delivery = {
        about              = "One in a hundred events takes longer than a minute from the bus to the other Region, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-forward-to-secondary" }
        extended_statistic = "p99"
        metric_name        = "IngestionToInvocationSuccessLatency"
        missing            = "notBreaching"
        namespace          = "AWS/Events"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 60000
        wanted             = true
      }
      lag = {
        about              = "One in a hundred events is recorded over a minute after its write in the other Region, in seconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-consumer-primary" }
        extended_statistic = "p99"
        metric_name        = "ReplicationLag"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 60
        wanted             = true
      }
      consumer = {
        about              = "The consumer fails on events of the other Region."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-consumer-primary" }
        extended_statistic = null
        metric_name        = "Errors"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      undelivered = {
        about              = "EventBridge put events into the queue of undelivered events."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { QueueName = "${var.name}-undelivered-primary" }
        extended_statistic = null
        metric_name        = "ApproximateNumberOfMessagesVisible"
        missing            = "ignore"
        namespace          = "AWS/SQS"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      failed = {
        about              = "The relay or the consumer failed for good; the invocation is in the queue of failures."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { QueueName = "${var.name}-failed-primary" }
        extended_statistic = null
        metric_name        = "ApproximateNumberOfMessagesVisible"
        missing            = "ignore"
        namespace          = "AWS/SQS"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      rounds = {
        about              = "More events leave the Region than it has requests, by more than a thousand an hour: events go round."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "m1 - FILL(m2, 0)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { EventBusName = var.name, RuleName = "${var.name}-forward-to-secondary" }
                name       = "MatchedEvents"
                namespace  = "AWS/Events"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { FunctionName = "${var.name}-transactions-primary" }
                name       = "Invocations"
                namespace  = "AWS/Lambda"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1000
        wanted    = true
      }
      peer-quiet = {
        about              = "Nothing has come from the other Region for 15 minutes; by itself no fault."
        comparison         = "LessThanThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-receive-from-secondary" }
        extended_statistic = null
        metric_name        = "MatchedEvents"
        missing            = "breaching"
        namespace          = "AWS/Events"
        notifies           = false
        of                 = 1
        period             = 900
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      admin = {
        about              = "Somebody connected as admin in an hour in which no schema migration ran."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "IF(FILL(m2, 0) > 0, 0, m1)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = {
                  Resource   = "DbConnectAdmin"
                  ResourceId = "cluster/${aws_dsql_cluster.primary.identifier}"
                  Service    = "AuroraDSQL"
                  Type       = "API"
                }
                name      = "CallCount"
                namespace = "AWS/Usage"
                period    = 3600
                stat      = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { FunctionName = "${var.name}-migrate-primary" }
                name       = "Invocations"
                namespace  = "AWS/Lambda"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = true
      }
      spending = {
        about              = "The cluster used more DPUs in a day than expected."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { (try(var.monitoring.dsql_dimensions.usage, "ResourceId")) = aws_dsql_cluster.primary.identifier }
        extended_statistic = null
        metric_name        = "TotalDPU"
        missing            = "notBreaching"
        namespace          = "AWS/AuroraDSQL"
        notifies           = true
        of                 = 1
        period             = 86400
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 100000
        wanted             = true
      }
      backup = {
        about              = "A backup of the database, or its copy to the other Region, failed."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsAborted"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsExpired"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m3"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsFailed"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m4"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfCopyJobsFailed"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = length(var.backup[*]) > 0
      }
    } : name => alarm if alarm.wanted }
    secondary = { for name, alarm in {
      errors = {
        about              = "The transactions function fails."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-secondary" }
        extended_statistic = null
        metric_name        = "Errors"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      slow = {
        about              = "One in a hundred requests to the transactions function takes longer than an attempt may, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-secondary" }
        extended_statistic = "p99"
        metric_name        = "Duration"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 5000
        wanted             = true
      }
      throttles = {
        about              = "Lambda turns requests to the transactions function away."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-transactions-secondary" }
        extended_statistic = null
        metric_name        = "Throttles"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      circuit = {
        about              = "The transactions function has stopped asking the database."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-transactions-secondary", dependency = "database" }
        extended_statistic = null
        metric_name        = "CircuitOpen"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = false
        of                 = 3
        period             = 60
        points             = 2
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      api-errors = {
        about              = "One in twenty requests to the HTTP API gets a 5xx, in percent."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = false
        of                 = 5
        period             = null
        points             = 3
        queries = [
          { id = "value", expression = "100 * FILL(m1, 0) / m2", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { ApiId = one(aws_apigatewayv2_api.secondary[*].id) }
                name       = "5xx"
                namespace  = "AWS/ApiGateway"
                period     = 60
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { ApiId = one(aws_apigatewayv2_api.secondary[*].id) }
                name       = "Count"
                namespace  = "AWS/ApiGateway"
                period     = 60
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 5
        wanted    = length(var.api[*]) > 0
      }
      api-slow = {
        about              = "One in a hundred requests to the HTTP API takes longer than an attempt and a cold start, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { ApiId = one(aws_apigatewayv2_api.secondary[*].id) }
        extended_statistic = "p99"
        metric_name        = "Latency"
        missing            = "notBreaching"
        namespace          = "AWS/ApiGateway"
        notifies           = false
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 6000
        wanted             = length(var.api[*]) > 0
      }
      health-checks = {
        about              = "Route 53 takes a Region out of the name's answers."
        comparison         = "LessThanThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "breaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          {
            id         = "value"
            expression = lookup({ primary = "m2", secondary = "m1" }, coalesce(try(var.api.domain.drained, null), "none"), "MIN([m1, m2])")
            metric     = []
          },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { HealthCheckId = one(aws_route53_health_check.primary[*].id) }
                name       = "HealthCheckStatus"
                namespace  = "AWS/Route53"
                period     = 60
                stat       = "Minimum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { HealthCheckId = one(aws_route53_health_check.secondary[*].id) }
                name       = "HealthCheckStatus"
                namespace  = "AWS/Route53"
                period     = 60
                stat       = "Minimum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = (length(var.api[*]) > 0 ? length(var.api.domain[*]) > 0 : false) && try(var.monitoring.health_checks_in, null) == "secondary"
      }
      outbox = {
        about              = "An event has waited in the outbox for longer than five runs of the relay, in seconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-transactions-secondary" }
        extended_statistic = null
        metric_name        = "OutboxOldestAge"
        missing            = "ignore"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 2
        period             = 60
        points             = 2
        queries            = []
        statistic          = "Maximum"
        threshold          = 300
        wanted             = true
      }
      relay = {
        about              = "The relay has not run for five minutes, although a schedule invokes it each minute."
        comparison         = "LessThanThreshold"
        dimensions         = { FunctionName = "${var.name}-relay-secondary" }
        extended_statistic = null
        metric_name        = "Invocations"
        missing            = "breaching"
        namespace          = "AWS/Lambda"
        notifies           = true
        of                 = 1
        period             = 300
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      parked = {
        about              = "The bus refused events for good; they are in the table outbox_dead."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-relay-secondary" }
        extended_statistic = null
        metric_name        = "EventsParked"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      forward = {
        about              = "EventBridge gave up bringing events to the other Region."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-forward-to-primary" }
        extended_statistic = null
        metric_name        = "FailedInvocations"
        missing            = "notBreaching"
        namespace          = "AWS/Events"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      delivery = {
        about              = "One in a hundred events takes longer than a minute from the bus to the other Region, in milliseconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-forward-to-primary" }
        extended_statistic = "p99"
        metric_name        = "IngestionToInvocationSuccessLatency"
        missing            = "notBreaching"
        namespace          = "AWS/Events"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 60000
        wanted             = true
      }
      lag = {
        about              = "One in a hundred events is recorded over a minute after its write in the other Region, in seconds."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { function = "${var.name}-consumer-secondary" }
        extended_statistic = "p99"
        metric_name        = "ReplicationLag"
        missing            = "notBreaching"
        namespace          = "DsqlApplication"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = null
        threshold          = 60
        wanted             = true
      }
      consumer = {
        about              = "The consumer fails on events of the other Region."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { FunctionName = "${var.name}-consumer-secondary" }
        extended_statistic = null
        metric_name        = "Errors"
        missing            = "notBreaching"
        namespace          = "AWS/Lambda"
        notifies           = true
        of                 = 5
        period             = 60
        points             = 3
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      undelivered = {
        about              = "EventBridge put events into the queue of undelivered events."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { QueueName = "${var.name}-undelivered-secondary" }
        extended_statistic = null
        metric_name        = "ApproximateNumberOfMessagesVisible"
        missing            = "ignore"
        namespace          = "AWS/SQS"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      failed = {
        about              = "The relay or the consumer failed for good; the invocation is in the queue of failures."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { QueueName = "${var.name}-failed-secondary" }
        extended_statistic = null
        metric_name        = "ApproximateNumberOfMessagesVisible"
        missing            = "ignore"
        namespace          = "AWS/SQS"
        notifies           = true
        of                 = 1
        period             = 60
        points             = 1
        queries            = []
        statistic          = "Maximum"
        threshold          = 1
        wanted             = true
      }
      rounds = {
        about              = "More events leave the Region than it has requests, by more than a thousand an hour: events go round."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "m1 - FILL(m2, 0)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { EventBusName = var.name, RuleName = "${var.name}-forward-to-primary" }
                name       = "MatchedEvents"
                namespace  = "AWS/Events"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { FunctionName = "${var.name}-transactions-secondary" }
                name       = "Invocations"
                namespace  = "AWS/Lambda"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1000
        wanted    = true
      }
      peer-quiet = {
        about              = "Nothing has come from the other Region for 15 minutes; by itself no fault."
        comparison         = "LessThanThreshold"
        dimensions         = { EventBusName = var.name, RuleName = "${var.name}-receive-from-primary" }
        extended_statistic = null
        metric_name        = "MatchedEvents"
        missing            = "breaching"
        namespace          = "AWS/Events"
        notifies           = false
        of                 = 1
        period             = 900
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 1
        wanted             = true
      }
      admin = {
        about              = "Somebody connected as admin in an hour in which no schema migration ran."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "IF(FILL(m2, 0) > 0, 0, m1)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = {
                  Resource   = "DbConnectAdmin"
                  ResourceId = "cluster/${aws_dsql_cluster.secondary.identifier}"
                  Service    = "AuroraDSQL"
                  Type       = "API"
                }
                name      = "CallCount"
                namespace = "AWS/Usage"
                period    = 3600
                stat      = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { FunctionName = "${var.name}-migrate-secondary" }
                name       = "Invocations"
                namespace  = "AWS/Lambda"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = true
      }
      spending = {
        about              = "The cluster used more DPUs in a day than expected."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = { (try(var.monitoring.dsql_dimensions.usage, "ResourceId")) = aws_dsql_cluster.secondary.identifier }
        extended_statistic = null
        metric_name        = "TotalDPU"
        missing            = "notBreaching"
        namespace          = "AWS/AuroraDSQL"
        notifies           = true
        of                 = 1
        period             = 86400
        points             = 1
        queries            = []
        statistic          = "Sum"
        threshold          = 100000
        wanted             = true
      }
      backup = {
        about              = "A backup of the database, or its copy to the other Region, failed."
        comparison         = "GreaterThanOrEqualToThreshold"
        dimensions         = null
        extended_statistic = null
        metric_name        = null
        missing            = "notBreaching"
        namespace          = null
        notifies           = true
        of                 = 1
        period             = null
        points             = 1
        queries = [
          { id = "value", expression = "FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0)", metric = [] },
          {
            id         = "m1"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsAborted"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m2"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsExpired"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m3"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfBackupJobsFailed"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
          {
            id         = "m4"
            expression = null
            metric = [
              {
                dimensions = { BackupVaultName = var.name }
                name       = "NumberOfCopyJobsFailed"
                namespace  = "AWS/Backup"
                period     = 3600
                stat       = "Sum"
              },
            ]
          },
        ]
        statistic = null
        threshold = 1
        wanted    = length(var.backup[*]) > 0
      }
    } : name => alarm if alarm.wanted }
  }
}

resource "aws_kms_key" "alarms_primary" {
  provider = aws.primary
  count    = !(length(var.service_encryption[*]) > 0) ? (var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0) : 0

  description         = "Alarm notifications of ${var.name}, primary"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AdministeredByIam"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Effect    = "Allow"
        Action = [
          "kms:CancelKeyDeletion",
          "kms:CreateAlias",
          "kms:DeleteAlias",
          "kms:Describe*",
          "kms:Disable*",
          "kms:Enable*",
          "kms:Get*",
          "kms:List*",
          "kms:PutKeyPolicy",
          "kms:ReplicateKey",
          "kms:RevokeGrant",
          "kms:RotateKeyOnDemand",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:Update*",
        ]
        Resource = "*"
      },
      {
        Sid       = "Alarms"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
      },
    ]
  })
  tags = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "alarms_primary" {
  provider = aws.primary
  count    = !(length(var.service_encryption[*]) > 0) ? (var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0) : 0

  name          = "alias/${var.name}-alarms-primary"
  target_key_id = aws_kms_key.alarms_primary[0].key_id
}

resource "aws_sns_topic" "alarms_primary" {
  provider = aws.primary
  count    = var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0

  kms_master_key_id = !(length(var.service_encryption[*]) > 0) ? aws_kms_key.alarms_primary[0].arn : local.service_key_arns.primary
  name              = "${var.name}-alarms-primary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = "arn:${local.partition}:sns:${data.aws_region.primary.id}:${local.account_id}:${var.name}-alarms-primary"
      },
    ]
  })
  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "primary" {
  provider = aws.primary
  for_each = { for name, alarm in local.alarms.primary : name => alarm if length(var.monitoring[*]) > 0 }

  alarm_actions       = each.value.notifies ? [local.alarm_topic_arns.primary] : []
  alarm_description   = "${each.value.about} Runbook: docs/operations.md#alarm-${each.key}"
  alarm_name          = "${var.name}-${each.key}-primary"
  comparison_operator = each.value.comparison
  datapoints_to_alarm = each.value.points
  dimensions          = try(each.value.dimensions, null)
  evaluation_periods  = each.value.of
  extended_statistic  = try(each.value.extended_statistic, null)
  metric_name         = try(each.value.metric_name, null)
  namespace           = try(each.value.namespace, null)
  ok_actions          = each.value.notifies ? [local.alarm_topic_arns.primary] : []
  period              = try(each.value.period, null)
  statistic           = try(each.value.statistic, null)
  tags                = var.tags
  threshold           = try(var.monitoring.thresholds[each.key], each.value.threshold)
  treat_missing_data  = each.value.missing

  dynamic "metric_query" {
    for_each = each.value.queries

    content {
      expression  = try(metric_query.value.expression, null)
      id          = metric_query.value.id
      return_data = metric_query.value.id == "value"

      dynamic "metric" {
        for_each = metric_query.value.metric

        content {
          dimensions  = metric.value.dimensions
          metric_name = metric.value.name
          namespace   = metric.value.namespace
          period      = metric.value.period
          stat        = metric.value.stat
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.key != "health-checks" || data.aws_region.primary.id == "us-east-1"
      error_message = "`monitoring.health_checks_in` names the side whose Region is us-east-1, where Route 53 keeps its metrics; the primary Region is ${data.aws_region.primary.id}. Give the other side if that one is, else null."
    }
  }

  depends_on = [
    aws_sns_topic.alarms_primary,
  ]
}

resource "aws_cloudwatch_composite_alarm" "serving_primary" {
  provider = aws.primary
  count    = var.monitoring == null ? 0 : 1

  alarm_actions     = [local.alarm_topic_arns.primary]
  alarm_description = "Callers of this Region are not served. Runbook: docs/operations.md#alarm-serving"
  alarm_name        = "${var.name}-serving-primary"
  alarm_rule        = join(" OR ", [for name in ["errors", "slow", "throttles", "circuit", "api-errors", "api-slow"] : "ALARM(\"${var.name}-${name}-primary\")" if contains(keys(local.alarms.primary), name)])
  ok_actions        = [local.alarm_topic_arns.primary]
  tags              = var.tags

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.monitoring.topic_arns.primary, null)] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`monitoring.topic_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [try(var.monitoring.topic_arns.primary, null)] : one == null ? "null" : one])}."
    }
  }

  depends_on = [
    aws_cloudwatch_metric_alarm.primary,
  ]
}

resource "aws_cloudwatch_composite_alarm" "both_primary" {
  provider = aws.primary
  count    = var.monitoring == null ? 0 : 1

  alarm_actions     = [local.alarm_topic_arns.primary]
  alarm_description = "Callers of this Region are not served, and nothing comes from the other Region. Runbook: docs/operations.md#alarm-both"
  alarm_name        = "${var.name}-both-primary"
  alarm_rule        = "ALARM(\"${var.name}-serving-primary\") AND ALARM(\"${var.name}-peer-quiet-primary\")"
  ok_actions        = [local.alarm_topic_arns.primary]
  tags              = var.tags

  depends_on = [
    aws_cloudwatch_metric_alarm.primary,
    aws_cloudwatch_composite_alarm.serving_primary,
  ]
}

resource "aws_kms_key" "alarms_secondary" {
  provider = aws.secondary
  count    = !(length(var.service_encryption[*]) > 0) ? (var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0) : 0

  description         = "Alarm notifications of ${var.name}, secondary"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AdministeredByIam"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Effect    = "Allow"
        Action = [
          "kms:CancelKeyDeletion",
          "kms:CreateAlias",
          "kms:DeleteAlias",
          "kms:Describe*",
          "kms:Disable*",
          "kms:Enable*",
          "kms:Get*",
          "kms:List*",
          "kms:PutKeyPolicy",
          "kms:ReplicateKey",
          "kms:RevokeGrant",
          "kms:RotateKeyOnDemand",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:Update*",
        ]
        Resource = "*"
      },
      {
        Sid       = "Alarms"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource = "*"
      },
    ]
  })
  tags = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "alarms_secondary" {
  provider = aws.secondary
  count    = !(length(var.service_encryption[*]) > 0) ? (var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0) : 0

  name          = "alias/${var.name}-alarms-secondary"
  target_key_id = aws_kms_key.alarms_secondary[0].key_id
}

resource "aws_sns_topic" "alarms_secondary" {
  provider = aws.secondary
  count    = var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0

  kms_master_key_id = !(length(var.service_encryption[*]) > 0) ? aws_kms_key.alarms_secondary[0].arn : local.service_key_arns.secondary
  name              = "${var.name}-alarms-secondary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = "arn:${local.partition}:sns:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-alarms-secondary"
      },
    ]
  })
  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "secondary" {
  provider = aws.secondary
  for_each = { for name, alarm in local.alarms.secondary : name => alarm if length(var.monitoring[*]) > 0 }

  alarm_actions       = each.value.notifies ? [local.alarm_topic_arns.secondary] : []
  alarm_description   = "${each.value.about} Runbook: docs/operations.md#alarm-${each.key}"
  alarm_name          = "${var.name}-${each.key}-secondary"
  comparison_operator = each.value.comparison
  datapoints_to_alarm = each.value.points
  dimensions          = try(each.value.dimensions, null)
  evaluation_periods  = each.value.of
  extended_statistic  = try(each.value.extended_statistic, null)
  metric_name         = try(each.value.metric_name, null)
  namespace           = try(each.value.namespace, null)
  ok_actions          = each.value.notifies ? [local.alarm_topic_arns.secondary] : []
  period              = try(each.value.period, null)
  statistic           = try(each.value.statistic, null)
  tags                = var.tags
  threshold           = try(var.monitoring.thresholds[each.key], each.value.threshold)
  treat_missing_data  = each.value.missing

  dynamic "metric_query" {
    for_each = each.value.queries

    content {
      expression  = try(metric_query.value.expression, null)
      id          = metric_query.value.id
      return_data = metric_query.value.id == "value"

      dynamic "metric" {
        for_each = metric_query.value.metric

        content {
          dimensions  = metric.value.dimensions
          metric_name = metric.value.name
          namespace   = metric.value.namespace
          period      = metric.value.period
          stat        = metric.value.stat
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.key != "health-checks" || data.aws_region.secondary.id == "us-east-1"
      error_message = "`monitoring.health_checks_in` names the side whose Region is us-east-1, where Route 53 keeps its metrics; the secondary Region is ${data.aws_region.secondary.id}. Give the other side if that one is, else null."
    }
  }

  depends_on = [
    aws_sns_topic.alarms_secondary,
  ]
}

resource "aws_cloudwatch_composite_alarm" "serving_secondary" {
  provider = aws.secondary
  count    = var.monitoring == null ? 0 : 1

  alarm_actions     = [local.alarm_topic_arns.secondary]
  alarm_description = "Callers of this Region are not served. Runbook: docs/operations.md#alarm-serving"
  alarm_name        = "${var.name}-serving-secondary"
  alarm_rule        = join(" OR ", [for name in ["errors", "slow", "throttles", "circuit", "api-errors", "api-slow"] : "ALARM(\"${var.name}-${name}-secondary\")" if contains(keys(local.alarms.secondary), name)])
  ok_actions        = [local.alarm_topic_arns.secondary]
  tags              = var.tags

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.monitoring.topic_arns.secondary, null)] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`monitoring.topic_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [try(var.monitoring.topic_arns.secondary, null)] : one == null ? "null" : one])}."
    }
  }

  depends_on = [
    aws_cloudwatch_metric_alarm.secondary,
  ]
}

resource "aws_cloudwatch_composite_alarm" "both_secondary" {
  provider = aws.secondary
  count    = var.monitoring == null ? 0 : 1

  alarm_actions     = [local.alarm_topic_arns.secondary]
  alarm_description = "Callers of this Region are not served, and nothing comes from the other Region. Runbook: docs/operations.md#alarm-both"
  alarm_name        = "${var.name}-both-secondary"
  alarm_rule        = "ALARM(\"${var.name}-serving-secondary\") AND ALARM(\"${var.name}-peer-quiet-secondary\")"
  ok_actions        = [local.alarm_topic_arns.secondary]
  tags              = var.tags

  depends_on = [
    aws_cloudwatch_metric_alarm.secondary,
    aws_cloudwatch_composite_alarm.serving_secondary,
  ]
}

resource "aws_cloudwatch_dashboard" "both" {
  provider = aws.primary
  count    = var.monitoring == null ? 0 : 1

  dashboard_body = jsonencode({
    widgets = concat([
      {
        type   = "alarm"
        x      = 0
        y      = 0
        width  = 12
        height = 4
        properties = {
          title = "Alarms, ${data.aws_region.primary.id}"
          alarms = [for name in [
            "both",
            "serving",
            "errors",
            "slow",
            "throttles",
            "circuit",
            "api-errors",
            "api-slow",
            "health-checks",
            "outbox",
            "relay",
            "parked",
            "forward",
            "delivery",
            "lag",
            "consumer",
            "undelivered",
            "failed",
            "rounds",
            "peer-quiet",
            "admin",
            "spending",
            "backup",
          ] : "arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-${name}-primary" if contains(concat(["both", "serving"], keys(local.alarms.primary)), name)]
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 4
        width  = 12
        height = 6
        properties = {
          title   = "Events, ${data.aws_region.primary.id} to ${data.aws_region.secondary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "1 requests", stat = "Sum", region = data.aws_region.primary.id },
            ],
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-relay-primary",
              { label = "2 relay runs", stat = "Sum", region = data.aws_region.primary.id },
            ],
            [
              "AWS/Events",
              "MatchedEvents",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-secondary",
              { label = "3 forwarded", stat = "Sum", region = data.aws_region.primary.id },
            ],
            [
              "AWS/Events",
              "MatchedEvents",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-primary",
              { label = "4 received", stat = "Sum", region = data.aws_region.secondary.id },
            ],
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-consumer-secondary",
              { label = "5 consumer runs", stat = "Sum", region = data.aws_region.secondary.id },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 10
        width  = 12
        height = 6
        properties = {
          title   = "Transactions of the database, conflicts on the right, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "TotalTransactions",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.primary.identifier,
              { label = "all", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "ReadOnlyTransactions",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.primary.identifier,
              { label = "read only", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "OccConflicts",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.primary.identifier,
              { label = "conflicts", stat = "Sum", yAxis = "right" },
            ],
            [
              "DsqlApplication",
              "TransactionRetries",
              "function",
              "${var.name}-transactions-primary",
              { label = "run again", stat = "Sum", yAxis = "right" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 16
        width  = 12
        height = 6
        properties = {
          title   = "Commit latency (ms), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "CommitLatency",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.primary.identifier,
              { label = "CommitLatency", stat = "Average" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 22
        width  = 12
        height = 6
        properties = {
          title   = "Database work (DPU), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = true
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "ComputeDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.primary.identifier,
              { label = "compute", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "ReadDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.primary.identifier,
              { label = "read", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "WriteDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.primary.identifier,
              { label = "write", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "MultiRegionWriteDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.primary.identifier,
              { label = "to the peer", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 28
        width  = 12
        height = 6
        properties = {
          title   = "Storage (bytes), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "ClusterStorageSize",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.primary.identifier,
              { label = "ClusterStorageSize", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 34
        width  = 12
        height = 6
        properties = {
          title   = "Functions: errors, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-audit-primary",
              { label = "audit", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-consumer-primary",
              { label = "consumer", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-migrate-primary",
              { label = "migrate", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-notify-primary",
              { label = "notify", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-relay-primary",
              { label = "relay", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-review-primary",
              { label = "review", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 40
        width  = 12
        height = 6
        properties = {
          title   = "Functions: duration (ms), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions p50", stat = "p50" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions p95", stat = "p95" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions p99", stat = "p99" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-consumer-primary",
              { label = "consumer p99", stat = "p99" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-relay-primary",
              { label = "relay p99", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 46
        width  = 12
        height = 6
        properties = {
          title   = "Functions: throttles, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-audit-primary",
              { label = "audit", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-consumer-primary",
              { label = "consumer", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-migrate-primary",
              { label = "migrate", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-notify-primary",
              { label = "notify", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-relay-primary",
              { label = "relay", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-review-primary",
              { label = "review", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 52
        width  = 12
        height = 6
        properties = {
          title   = "Functions: concurrency, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = true
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-audit-primary",
              { label = "audit", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-consumer-primary",
              { label = "consumer", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-migrate-primary",
              { label = "migrate", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-notify-primary",
              { label = "notify", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-relay-primary",
              { label = "relay", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-review-primary",
              { label = "review", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-transactions-primary",
              { label = "transactions", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 58
        width  = 12
        height = 6
        properties = {
          title   = "Events that failed, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Events",
              "FailedInvocations",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-secondary",
              { label = "forward FailedInvocations", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "FailedInvocations",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-secondary",
              { label = "receive FailedInvocations", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "InvocationsSentToDlq",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-secondary",
              { label = "forward InvocationsSentToDlq", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "InvocationsSentToDlq",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-secondary",
              { label = "receive InvocationsSentToDlq", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 64
        width  = 12
        height = 6
        properties = {
          title   = "Events: from the bus to the target (ms), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Events",
              "IngestionToInvocationSuccessLatency",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-secondary",
              { label = "forward IngestionToInvocationSuccessLatency", stat = "p99" },
            ],
            [
              "AWS/Events",
              "IngestionToInvocationSuccessLatency",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-secondary",
              { label = "receive IngestionToInvocationSuccessLatency", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 70
        width  = 12
        height = 6
        properties = {
          title   = "Queues (messages), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              "${var.name}-undelivered-primary",
              { label = "undelivered", stat = "Maximum" },
            ],
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              "${var.name}-failed-primary",
              { label = "failed", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 76
        width  = 12
        height = 6
        properties = {
          title   = "Circuit breaker (1 is open), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-transactions-primary",
              "dependency",
              "database",
              { label = "database", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-relay-primary",
              "dependency",
              "event bus",
              { label = "event bus", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-transactions-primary",
              "dependency",
              "key service",
              { label = "key service", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 82
        width  = 12
        height = 6
        properties = {
          title   = "Replication lag: from the write in the other Region to the record here (s), ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "ReplicationLag",
              "function",
              "${var.name}-consumer-primary",
              { label = "lag p50", stat = "p50" },
            ],
            [
              "DsqlApplication",
              "ReplicationLag",
              "function",
              "${var.name}-consumer-primary",
              { label = "lag p99", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 88
        width  = 12
        height = 6
        properties = {
          title   = "Outbox: age of the oldest event (s), parked events on the right, ${data.aws_region.primary.id}"
          region  = data.aws_region.primary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "OutboxOldestAge",
              "function",
              "${var.name}-transactions-primary",
              { label = "age", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "EventsParked",
              "function",
              "${var.name}-relay-primary",
              { label = "parked", stat = "Sum", yAxis = "right" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "alarm"
        x      = 12
        y      = 0
        width  = 12
        height = 4
        properties = {
          title = "Alarms, ${data.aws_region.secondary.id}"
          alarms = [for name in [
            "both",
            "serving",
            "errors",
            "slow",
            "throttles",
            "circuit",
            "api-errors",
            "api-slow",
            "health-checks",
            "outbox",
            "relay",
            "parked",
            "forward",
            "delivery",
            "lag",
            "consumer",
            "undelivered",
            "failed",
            "rounds",
            "peer-quiet",
            "admin",
            "spending",
            "backup",
          ] : "arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-${name}-secondary" if contains(concat(["both", "serving"], keys(local.alarms.secondary)), name)]
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 4
        width  = 12
        height = 6
        properties = {
          title   = "Events, ${data.aws_region.secondary.id} to ${data.aws_region.primary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "1 requests", stat = "Sum", region = data.aws_region.secondary.id },
            ],
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-relay-secondary",
              { label = "2 relay runs", stat = "Sum", region = data.aws_region.secondary.id },
            ],
            [
              "AWS/Events",
              "MatchedEvents",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-primary",
              { label = "3 forwarded", stat = "Sum", region = data.aws_region.secondary.id },
            ],
            [
              "AWS/Events",
              "MatchedEvents",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-secondary",
              { label = "4 received", stat = "Sum", region = data.aws_region.primary.id },
            ],
            [
              "AWS/Lambda",
              "Invocations",
              "FunctionName",
              "${var.name}-consumer-primary",
              { label = "5 consumer runs", stat = "Sum", region = data.aws_region.primary.id },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 10
        width  = 12
        height = 6
        properties = {
          title   = "Transactions of the database, conflicts on the right, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "TotalTransactions",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "all", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "ReadOnlyTransactions",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "read only", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "OccConflicts",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "conflicts", stat = "Sum", yAxis = "right" },
            ],
            [
              "DsqlApplication",
              "TransactionRetries",
              "function",
              "${var.name}-transactions-secondary",
              { label = "run again", stat = "Sum", yAxis = "right" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 16
        width  = 12
        height = 6
        properties = {
          title   = "Commit latency (ms), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "CommitLatency",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "CommitLatency", stat = "Average" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 22
        width  = 12
        height = 6
        properties = {
          title   = "Database work (DPU), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = true
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "ComputeDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "compute", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "ReadDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "read", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "WriteDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "write", stat = "Sum" },
            ],
            [
              "AWS/AuroraDSQL",
              "MultiRegionWriteDPU",
              try(var.monitoring.dsql_dimensions.usage, "ResourceId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "to the peer", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 28
        width  = 12
        height = 6
        properties = {
          title   = "Storage (bytes), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/AuroraDSQL",
              "ClusterStorageSize",
              try(var.monitoring.dsql_dimensions.observability, "ClusterId"),
              aws_dsql_cluster.secondary.identifier,
              { label = "ClusterStorageSize", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 34
        width  = 12
        height = 6
        properties = {
          title   = "Functions: errors, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-audit-secondary",
              { label = "audit", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-consumer-secondary",
              { label = "consumer", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-migrate-secondary",
              { label = "migrate", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-notify-secondary",
              { label = "notify", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-relay-secondary",
              { label = "relay", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-review-secondary",
              { label = "review", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Errors",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 40
        width  = 12
        height = 6
        properties = {
          title   = "Functions: duration (ms), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions p50", stat = "p50" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions p95", stat = "p95" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions p99", stat = "p99" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-consumer-secondary",
              { label = "consumer p99", stat = "p99" },
            ],
            [
              "AWS/Lambda",
              "Duration",
              "FunctionName",
              "${var.name}-relay-secondary",
              { label = "relay p99", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 46
        width  = 12
        height = 6
        properties = {
          title   = "Functions: throttles, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-audit-secondary",
              { label = "audit", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-consumer-secondary",
              { label = "consumer", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-migrate-secondary",
              { label = "migrate", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-notify-secondary",
              { label = "notify", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-relay-secondary",
              { label = "relay", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-review-secondary",
              { label = "review", stat = "Sum" },
            ],
            [
              "AWS/Lambda",
              "Throttles",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 52
        width  = 12
        height = 6
        properties = {
          title   = "Functions: concurrency, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = true
          period  = 60
          metrics = [
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-audit-secondary",
              { label = "audit", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-consumer-secondary",
              { label = "consumer", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-migrate-secondary",
              { label = "migrate", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-notify-secondary",
              { label = "notify", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-relay-secondary",
              { label = "relay", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-review-secondary",
              { label = "review", stat = "Maximum" },
            ],
            [
              "AWS/Lambda",
              "ConcurrentExecutions",
              "FunctionName",
              "${var.name}-transactions-secondary",
              { label = "transactions", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 58
        width  = 12
        height = 6
        properties = {
          title   = "Events that failed, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Events",
              "FailedInvocations",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-primary",
              { label = "forward FailedInvocations", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "FailedInvocations",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-primary",
              { label = "receive FailedInvocations", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "InvocationsSentToDlq",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-primary",
              { label = "forward InvocationsSentToDlq", stat = "Sum" },
            ],
            [
              "AWS/Events",
              "InvocationsSentToDlq",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-primary",
              { label = "receive InvocationsSentToDlq", stat = "Sum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 64
        width  = 12
        height = 6
        properties = {
          title   = "Events: from the bus to the target (ms), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/Events",
              "IngestionToInvocationSuccessLatency",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-forward-to-primary",
              { label = "forward IngestionToInvocationSuccessLatency", stat = "p99" },
            ],
            [
              "AWS/Events",
              "IngestionToInvocationSuccessLatency",
              "EventBusName",
              var.name,
              "RuleName",
              "${var.name}-receive-from-primary",
              { label = "receive IngestionToInvocationSuccessLatency", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 70
        width  = 12
        height = 6
        properties = {
          title   = "Queues (messages), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              "${var.name}-undelivered-secondary",
              { label = "undelivered", stat = "Maximum" },
            ],
            [
              "AWS/SQS",
              "ApproximateNumberOfMessagesVisible",
              "QueueName",
              "${var.name}-failed-secondary",
              { label = "failed", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 76
        width  = 12
        height = 6
        properties = {
          title   = "Circuit breaker (1 is open), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-transactions-secondary",
              "dependency",
              "database",
              { label = "database", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-relay-secondary",
              "dependency",
              "event bus",
              { label = "event bus", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "CircuitOpen",
              "function",
              "${var.name}-transactions-secondary",
              "dependency",
              "key service",
              { label = "key service", stat = "Maximum" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 82
        width  = 12
        height = 6
        properties = {
          title   = "Replication lag: from the write in the other Region to the record here (s), ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "ReplicationLag",
              "function",
              "${var.name}-consumer-secondary",
              { label = "lag p50", stat = "p50" },
            ],
            [
              "DsqlApplication",
              "ReplicationLag",
              "function",
              "${var.name}-consumer-secondary",
              { label = "lag p99", stat = "p99" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 88
        width  = 12
        height = 6
        properties = {
          title   = "Outbox: age of the oldest event (s), parked events on the right, ${data.aws_region.secondary.id}"
          region  = data.aws_region.secondary.id
          view    = "timeSeries"
          stacked = false
          period  = 60
          metrics = [
            [
              "DsqlApplication",
              "OutboxOldestAge",
              "function",
              "${var.name}-transactions-secondary",
              { label = "age", stat = "Maximum" },
            ],
            [
              "DsqlApplication",
              "EventsParked",
              "function",
              "${var.name}-relay-secondary",
              { label = "parked", stat = "Sum", yAxis = "right" },
            ],
          ]
          yAxis = { left = { min = 0 }, right = { min = 0 } }
        }
      },
      ], [for widget in [
        {
          type   = "metric"
          x      = 0
          y      = 94
          width  = 12
          height = 6
          properties = {
            title   = "API: requests, refused and failed ones on the right, ${data.aws_region.primary.id}"
            region  = data.aws_region.primary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/ApiGateway",
                "Count",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "all", stat = "Sum" },
              ],
              [
                "AWS/ApiGateway",
                "4xx",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "4xx", stat = "Sum", yAxis = "right" },
              ],
              [
                "AWS/ApiGateway",
                "5xx",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "5xx", stat = "Sum", yAxis = "right" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
        {
          type   = "metric"
          x      = 0
          y      = 100
          width  = 12
          height = 6
          properties = {
            title   = "API: latency (ms), ${data.aws_region.primary.id}"
            region  = data.aws_region.primary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/ApiGateway",
                "Latency",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "all p50", stat = "p50" },
              ],
              [
                "AWS/ApiGateway",
                "Latency",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "all p99", stat = "p99" },
              ],
              [
                "AWS/ApiGateway",
                "IntegrationLatency",
                "ApiId",
                one(aws_apigatewayv2_api.primary[*].id),
                { label = "function p99", stat = "p99" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
        {
          type   = "metric"
          x      = 12
          y      = 94
          width  = 12
          height = 6
          properties = {
            title   = "API: requests, refused and failed ones on the right, ${data.aws_region.secondary.id}"
            region  = data.aws_region.secondary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/ApiGateway",
                "Count",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "all", stat = "Sum" },
              ],
              [
                "AWS/ApiGateway",
                "4xx",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "4xx", stat = "Sum", yAxis = "right" },
              ],
              [
                "AWS/ApiGateway",
                "5xx",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "5xx", stat = "Sum", yAxis = "right" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
        {
          type   = "metric"
          x      = 12
          y      = 100
          width  = 12
          height = 6
          properties = {
            title   = "API: latency (ms), ${data.aws_region.secondary.id}"
            region  = data.aws_region.secondary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/ApiGateway",
                "Latency",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "all p50", stat = "p50" },
              ],
              [
                "AWS/ApiGateway",
                "Latency",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "all p99", stat = "p99" },
              ],
              [
                "AWS/ApiGateway",
                "IntegrationLatency",
                "ApiId",
                one(aws_apigatewayv2_api.secondary[*].id),
                { label = "function p99", stat = "p99" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
        ] : widget if length(var.api[*]) > 0], [for widget in [
        {
          type   = "metric"
          x      = 0
          y      = 106
          width  = 12
          height = 6
          properties = {
            title   = "Health check of the name (1 is healthy), ${data.aws_region.primary.id}"
            region  = data.aws_region.primary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/Route53",
                "HealthCheckStatus",
                "HealthCheckId",
                one(aws_route53_health_check.primary[*].id),
                { label = "HealthCheckStatus", stat = "Minimum", region = "us-east-1" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
        {
          type   = "metric"
          x      = 12
          y      = 106
          width  = 12
          height = 6
          properties = {
            title   = "Health check of the name (1 is healthy), ${data.aws_region.secondary.id}"
            region  = data.aws_region.secondary.id
            view    = "timeSeries"
            stacked = false
            period  = 60
            metrics = [
              [
                "AWS/Route53",
                "HealthCheckStatus",
                "HealthCheckId",
                one(aws_route53_health_check.secondary[*].id),
                { label = "HealthCheckStatus", stat = "Minimum", region = "us-east-1" },
              ],
            ]
            yAxis = { left = { min = 0 }, right = { min = 0 } }
          }
        },
    ] : widget if(length(var.api[*]) > 0 ? length(var.api.domain[*]) > 0 : false)])
  })
  dashboard_name = var.name
}
