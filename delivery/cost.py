"""What a planned application costs, idle and for each million of transactions: from the plan and prices alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from delivery.prices import Prices

MILLION = 1_000_000
Resources = Sequence[Mapping[str, Any]]
_CONTENT = ("audit", "notify", "review")  # the functions of `event_routing`


@dataclass(frozen=True)
class Line:
    """One line of the bill.

    Args:
        what: is paid for.
        amount: how many units.
        price: name of the unit's price.
        usd: amount times price.
    """

    what: str
    amount: float
    price: str
    usd: float


@dataclass(frozen=True)
class Estimate:
    """The bill of one application.

    Args:
        idle: a month without traffic.
        busy: what a month with traffic in each hour adds, however little.
        million: what a million of transactions adds.
    """

    idle: list[Line]
    busy: list[Line]
    million: list[Line]

    def month(self, transactions: float) -> float:
        """US dollars of a month with so many transactions."""
        return total(self.idle) + total(self.busy) + total(self.million) * transactions / MILLION


def total(lines: Sequence[Line]) -> float:
    """Sum of lines in US dollars."""
    return sum(line.usd for line in lines)


def estimate(resources: Resources, prices: Prices) -> Estimate:
    """Price what a plan makes.

    Args:
        resources: planned resources, each with `type`, `index` and `values`, as `terraform show -json` has them.
        prices: what units cost, and what is assumed of the use.
    """
    bill = _Bill(resources, prices)
    return Estimate(bill.idle(), bill.busy(), bill.million())


class _Bill:
    def __init__(self, resources: Resources, prices: Prices) -> None:
        self._resources = resources
        self._prices = prices
        self._counts = Counter(found["type"] for found in resources)
        self._functions = {
            str(found["index"]): found["values"] for found in resources if found["type"] == "aws_lambda_function"
        }

    def idle(self) -> list[Line]:
        """A month without traffic."""
        assumed = self._prices.assumed
        runs = self._counts["aws_scheduler_schedule"] * assumed("minutes")
        asked = self._health_requests()
        return self._lines(
            (
                "database: storage in both Regions",
                self._counts["aws_dsql_cluster"] * assumed("storage_gb"),
                "storage_gb",
            ),
            ("backups: recovery points and their copies", self._backup_gb(), "backup_gb"),
            ("relay's schedule", runs, "schedule"),
            ("relay: invocations", runs, "lambda_request"),
            ("relay: time", runs * self._gb("relay") * assumed("relay_seconds"), self._compute()),
            ("relay: looking into the outbox", runs * assumed("relay_poll_dpu"), "dpu"),
            ("KMS keys", self._counts["aws_kms_key"] + self._counts["aws_kms_replica_key"], "kms_key"),
            ("dashboard", self._counts["aws_cloudwatch_dashboard"], "dashboard"),
            ("alarms", self._alarm_metrics(), "alarm_metric"),
            ("composite alarms", self._counts["aws_cloudwatch_composite_alarm"], "composite_alarm"),
            ("health checks", self._counts["aws_route53_health_check"], "health_check"),
            ("health checks: HTTPS and interval", self._health_features(), "health_check_feature"),
            ("health checks: API requests", asked, "api_request"),
            ("health checks: invocations", asked, "lambda_request"),
            ("health checks: time", asked * self._gb("transactions") * assumed("health_seconds"), self._compute()),
            ("health checks: database work", asked * assumed("health_dpu"), "dpu"),
            ("health checks: logs", asked / MILLION * (assumed("access_log_kb") + assumed("health_log_kb")), "log_gb"),
        )

    def busy(self) -> list[Line]:
        """What traffic in each hour adds: CloudWatch bills a metric for the hours in which it is logged."""
        assumed, regions = self._prices.assumed, self._counts["aws_dsql_cluster"]
        logged = regions * assumed("logged_metrics")
        # Each of the environments that are kept warm asks for a key of its own, and for one of the other Region's.
        data_keys = regions * assumed("environments") * 2 * assumed("minutes") / assumed("data_key_minutes")
        return self._lines(
            ("metrics that the functions log", logged, "custom_metric"),
            ("KMS requests for data keys of fields", data_keys if self._may("fields") else 0, "kms_request"),
        )

    def million(self) -> list[Line]:
        """What a million of transactions adds: each is written, published, carried across and received."""
        assumed = self._prices.assumed
        seconds, batch = assumed("function_seconds"), assumed("relay_batch")
        runs = MILLION / batch
        requests = MILLION if self._counts["aws_apigatewayv2_api"] else 0
        content = MILLION * assumed("content_share") if set(_CONTENT) & set(self._functions) else 0.0
        memory = self._gb("transactions") + self._gb("consumer") + self._gb("relay") / batch
        dpus = MILLION * (assumed("transaction_dpu") + assumed("relay_dpu") / batch + assumed("consumer_dpu"))
        gigabytes = assumed("event_kb")  # a million times so many kB
        return self._lines(
            ("API requests", requests, "api_request"),
            ("functions: invocations of transactions, relay and consumer", 2 * MILLION + runs, "lambda_request"),
            ("functions: time", MILLION * memory * seconds, self._compute()),
            ("database work", dpus, "dpu"),
            ("events, on the Region's bus and on the other's", 2 * MILLION, "event"),
            ("events to the other Region", gigabytes, "transfer_region_gb"),
            ("archives", gigabytes if self._counts["aws_cloudwatch_event_archive"] else 0, "archive_gb"),
            ("functions by content: invocations", content, "lambda_request"),
            ("functions by content: time", content * self._gb(_CONTENT[0]) * seconds, self._compute()),
            ("functions by content: database work", content * assumed("consumer_dpu"), "dpu"),
            ("logs", assumed("log_kb"), "log_gb"),
            ("API: access log", requests / MILLION * assumed("access_log_kb"), "log_gb"),
            (
                "KMS requests of the event buses, at most",
                2 * MILLION * assumed("event_kms") if self._may("services") else 0,
                "kms_request",
            ),
        )

    def _lines(self, *given: tuple[str, float, str]) -> list[Line]:
        return [Line(what, amount, price, amount * self._prices.usd(price)) for what, amount, price in given if amount]

    def _may(self, policy: str) -> bool:
        """Whether a function's role has a policy of this name, which it has with the feature."""
        named = (found["values"].get("name") for found in self._resources if found["type"] == "aws_iam_role_policy")
        return policy in named

    def _gb(self, function: str) -> float:
        return float(self._functions.get(function, {}).get("memory_size", 0)) / 1024

    def _compute(self) -> str:
        (architecture,) = {values["architectures"][0] for values in self._functions.values()}
        return f"lambda_gb_second_{architecture}"

    def _alarm_metrics(self) -> float:
        """CloudWatch bills each metric that an alarm looks at."""
        return self._sum(
            "aws_cloudwatch_metric_alarm",
            lambda values: sum(bool(query["metric"]) for query in values.get("metric_query") or []) or 1,
        )

    def _backup_gb(self) -> float:
        """Each recovery point is a full backup, is there until its time is over, and is copied once."""
        days = self._sum(
            "aws_backup_plan", lambda values: sum(rule["lifecycle"][0]["delete_after"] for rule in values["rule"])
        )
        return 2 * days * self._prices.assumed("backups_a_day") * self._prices.assumed("storage_gb")

    def _health_features(self) -> float:
        """HTTPS is an optional feature, an interval of 10 s another."""
        return self._sum(
            "aws_route53_health_check",
            lambda values: str(values.get("type", "")).startswith("HTTPS") + (values.get("request_interval") == 10),
        )

    def _health_requests(self) -> float:
        """How often a month the checkers of Route 53 ask for `GET /health/deep`, in both Regions."""
        checkers, minutes = self._prices.assumed("checkers"), self._prices.assumed("minutes")
        return self._sum(
            "aws_route53_health_check",
            lambda values: (
                checkers * minutes * 60 / (values.get("request_interval") or 30) * (not values.get("disabled"))
            ),
        )

    def _sum(self, type_: str, of: Callable[[Mapping[str, Any]], float]) -> float:
        return sum(of(found["values"]) for found in self._resources if found["type"] == type_)
