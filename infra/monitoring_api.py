"""What is watched of the HTTP API and its name: alarms, and the dashboard's rows."""

from infra.alarm import BREACHING, NOT_BREACHING, Alarm
from infra.api import WITH_API, WITH_DOMAIN
from infra.monitoring_metrics import Metric
from infra.monitoring_row import Line, Row

# Route 53 keeps its metrics there alone:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
ROUTE_53_REGION = "us-east-1"
HEALTH_CHECKS = "health-checks"
# Of the checks that count: a drained Region's is meant to say no.
_LEAST = (
    '${lookup({ primary = "m2", secondary = "m1" }, coalesce(try(var.api.domain.drained, null), "none"), '
    '"MIN([m1, m2])")}'
)


def _of_api(side: str, metric: str) -> Metric:
    """A metric of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html."""
    return Metric("AWS/ApiGateway", metric, {"ApiId": f"${{one(aws_apigatewayv2_api.{side}[*].id)}}"})


def _health(side: str) -> Metric:
    check = f"${{one(aws_route53_health_check.{side}[*].id)}}"
    return Metric("AWS/Route53", "HealthCheckStatus", {"HealthCheckId": check})


def api_alarms(side: str) -> tuple[Alarm, ...]:
    """The alarms of a Region that are there where there is an API, or a name."""
    silence = "without requests there is nothing to fail"
    return (
        Alarm(
            "api-errors",
            "One in twenty requests to the HTTP API gets a 5xx, in percent.",
            (_of_api(side, "5xx"), _of_api(side, "Count")),
            "Sum",
            5,
            NOT_BREACHING,
            silence,
            points=3,
            of=5,
            expression="100 * FILL(m1, 0) / m2",
            serving=True,
            when=WITH_API,
        ),
        Alarm(
            "api-slow",
            "One in a hundred requests to the HTTP API takes longer than an attempt and a cold start, in milliseconds.",
            (_of_api(side, "Latency"),),
            "p99",
            6000,
            NOT_BREACHING,
            silence,
            points=3,
            of=5,
            serving=True,
            when=WITH_API,
        ),
        Alarm(
            HEALTH_CHECKS,
            "Route 53 takes a Region out of the name's answers.",
            (_health("primary"), _health("secondary")),
            "Minimum",
            1,
            BREACHING,
            "Route 53 reports each minute; a check that is gone says nothing",
            below=True,
            expression=_LEAST,
            when=f'{WITH_DOMAIN} && try(var.monitoring.health_checks_in, null) == "{side}"',
        ),
    )


ROWS = (
    Row(
        "API: requests, refused and failed ones on the right",
        lambda side: [
            Line("all", _of_api(side, "Count")),
            Line("4xx", _of_api(side, "4xx"), right=True),
            Line("5xx", _of_api(side, "5xx"), right=True),
        ],
        when=WITH_API,
    ),
    Row(
        "API: latency (ms)",
        lambda side: [
            Line("all p50", _of_api(side, "Latency"), "p50"),
            Line("all p99", _of_api(side, "Latency"), "p99"),
            Line("function p99", _of_api(side, "IntegrationLatency"), "p99"),
        ],
        when=WITH_API,
    ),
    Row(
        "Health check of the name (1 is healthy)",
        lambda side: [Line("HealthCheckStatus", _health(side), "Minimum", region=ROUTE_53_REGION)],
        when=WITH_DOMAIN,
    ),
)
