"""One JSON object per line on standard output, which Lambda sends to CloudWatch Logs.

The field `hop` names the step of a transaction's way (`written`, `published`, `received`); with `event_id` and
`transaction_id` the lines of both Regions tell one transaction's story, and with `correlation_id` and `trace_id` one
request's. No line holds an amount or a secret.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
import traceback
from collections.abc import Mapping

from transactions.invocation import Context, milliseconds_since
from transactions.settings import LOG_LEVELS
from transactions.trace import Trace

NAMESPACE = "DsqlApplication"  # of the metrics
# Where PostgreSQL's errors show the values of a row, a caller's own texts among them.
_VALUES = re.compile(r"\n?^\s*(DETAIL|CONTEXT):.*$", re.MULTILINE)


class Log:
    """Writes lines of one invocation.

    Args:
        level: lines below are dropped; an unknown level is taken as INFO, for the settings report it.
        fields: what every line carries.
    """

    def __init__(self, level: str = "INFO", **fields: object) -> None:
        self._lowest = LOG_LEVELS.index(level if level in LOG_LEVELS else "INFO")
        self._fields = fields
        self._started = time.perf_counter()
        self.trace: Trace | None = None

    @classmethod
    def of(cls, context: Context, environment: Mapping[str, str]) -> Log:
        """The log of an invocation.

        Args:
            context: Lambda's.
            environment: looked at for LOG_LEVEL, AWS_REGION and X-Ray's trace.
        """
        log = cls(
            environment.get("LOG_LEVEL", "INFO"),
            function=context.function_name,
            region=environment.get("AWS_REGION"),
            request_id=context.aws_request_id,
        )
        log.carry(Trace.of(context.aws_request_id, {}, environment))
        return log

    def carry(self, trace: Trace | None) -> None:
        """Have every further line carry a trace's ids: a consumer carries those of the request behind the event."""
        if trace is not None:
            self.trace = trace
            self._fields = {**self._fields, **trace.fields()}

    def debug(self, message: str, **fields: object) -> None:
        """Write what only a search for a fault needs."""
        self._write("DEBUG", message, fields)

    def info(self, message: str, **fields: object) -> None:
        """Write what happened as it should."""
        self._write("INFO", message, fields)

    def warning(self, message: str, **fields: object) -> None:
        """Write what was overcome."""
        self._write("WARNING", message, fields)

    def error(self, message: str, **fields: object) -> None:
        """Write what failed."""
        self._write("ERROR", message, fields)

    def exception(self, message: str, **fields: object) -> None:
        """Write what failed, with the traceback of the exception that is being handled."""
        self._write("ERROR", message, {**fields, "traceback": traceback.format_exc()})

    def metric(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        """Write a metric, which CloudWatch takes from the line (embedded metric format); no level drops it.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

        Args:
            name: the metric's.
            value: what was measured.
            unit: one of CloudWatch's units.
            dimensions: besides `function`, each with few values: every combination is a metric of its own.
        """
        metrics = {
            "Namespace": NAMESPACE,
            "Dimensions": [["function", *dimensions]],
            "Metrics": [{"Name": name, "Unit": unit}],
        }
        about = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [metrics]}
        _print({"_aws": about, "level": "INFO", "message": "metric", **self._fields, **dimensions, name: value})

    def _write(self, level: str, message: str, fields: Mapping[str, object]) -> None:
        if LOG_LEVELS.index(level) < self._lowest:
            return
        line = {
            "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "message": message,
            **self._fields,
            "duration_ms": milliseconds_since(self._started),
            **{name: _VALUES.sub("", value) if isinstance(value, str) else value for name, value in fields.items()},
        }
        _print(line)


def _print(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()
