"""The newest log lines and metric points only: MiniStack keeps all of them, and a load of minutes makes it slow.

An invocation is a log stream and four points. Whoever looks, looks at the last minutes; the snapshot of a Region
(see `snapshots`) reads everything that is kept, while requests wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

from localcloud.patches import Context

NEEDS = {
    "services.cloudwatch": ("_dims_key", "_metric_bucket", "record_metric"),
    "services.cloudwatch_logs": ("_log_groups",),
    "services.lambda_svc": ("_emit_lambda_logs",),
}
STREAMS_KEPT = 1000  # of a function's log group, each of one invocation
POINTS_KEPT = 20_000  # of a metric: ten minutes of 30 invocations a second


def install(_: Context) -> None:
    """Trim after each write by a function's invocation."""
    lambda_svc._emit_lambda_logs = _trimmed_logs(lambda_svc._emit_lambda_logs)
    cloudwatch.record_metric = _trimmed_points(cloudwatch.record_metric)


def _trimmed_logs(emit: Callable[..., None]) -> Callable[..., None]:
    def emit_lambda_logs(function: dict[str, Any], *arguments: Any, **more: Any) -> None:
        emit(function, *arguments, **more)
        config = function.get("config") or function
        name = f"/aws/lambda/{config.get('FunctionName', 'unknown')}"
        group = cloudwatch_logs._log_groups.get((config.get("LoggingConfig") or {}).get("LogGroup") or name)
        streams = group["streams"] if group else {}
        for oldest in list(streams)[:-STREAMS_KEPT]:  # a copy: other invocations write beside this one
            streams.pop(oldest, None)

    return emit_lambda_logs


def _trimmed_points(record: Callable[..., None]) -> Callable[..., None]:
    def record_metric(
        namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: dict[str, str] | None = None
    ) -> None:
        record(namespace, metric_name, value, unit, dimensions)
        points = cloudwatch._metric_bucket((namespace, metric_name, cloudwatch._dims_key(dimensions or {})))
        if len(points) > POINTS_KEPT:
            del points[: -POINTS_KEPT // 2]

    return record_metric
