"""Route 53's health checks: each asks its endpoint, at its interval, and turns after as many answers as it says.

Here is one checker; Route 53 has some sixteen, and an endpoint is healthy if more than 18 % of them say so.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ANSWER_SECONDS = 6.0  # Route 53: four to connect, two more for the status
_TICK_SECONDS = 0.25

Configuration = Mapping[str, Any]
Probe = Callable[[Configuration], bool]


@dataclass
class _Status:
    """Of one check; new ones are healthy."""

    due: float
    healthy: bool = True
    against: int = 0  # answers in a row that speak against `healthy`


class HealthChecks:
    """Keeps the state of the health checks.

    Args:
        configurations: the checks that there are, by id.
        probe: asks an endpoint; whether it is well.
    """

    def __init__(self, configurations: Callable[[], Iterable[tuple[str, Configuration]]], probe: Probe) -> None:
        self._configurations = configurations
        self._probe = probe
        self._known: dict[str, _Status] = {}

    def healthy(self, check: str) -> bool:
        """Whether Route 53 takes the endpoint of a check for healthy; a disabled one is, before it is inverted."""
        configuration = dict(self._configurations()).get(check)
        if configuration is None:
            return True
        seen = bool(configuration.get("Disabled")) or self.well(check)
        return seen is not bool(configuration.get("Inverted"))

    def well(self, check: str) -> bool:
        """Whether the checkers of a check find its endpoint well, whatever it is then taken for."""
        status = self._known.get(check)
        return status is None or status.healthy

    async def run(self) -> None:
        """Probe until cancelled."""
        running: set[asyncio.Task[None]] = set()
        while True:
            now = time.monotonic()
            checks = dict(self._configurations())
            self._known = {check: self._known.get(check) or _Status(now) for check in checks}
            for check, configuration in checks.items():
                status = self._known[check]
                if status.due <= now and not configuration.get("Disabled"):
                    status.due = now + configuration.get("RequestInterval", 30)
                    task = asyncio.create_task(self._check(status, configuration))
                    running.add(task)
                    task.add_done_callback(running.discard)
            await asyncio.sleep(_TICK_SECONDS)

    async def _check(self, status: _Status, configuration: Configuration) -> None:
        well = await asyncio.to_thread(self._probe, configuration)
        status.against = 0 if well is status.healthy else status.against + 1
        if status.against >= configuration.get("FailureThreshold", 3):
            status.healthy, status.against = well, 0


def over_http(host: str, port: int) -> Probe:
    """A probe that asks the cloud's own address for the endpoint's host name and path."""

    def probe(configuration: Configuration) -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
        try:
            named = {"Host": configuration["FullyQualifiedDomainName"]}
            connection.request("GET", configuration.get("ResourcePath") or "/", headers=named)
            return 200 <= connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe
