"""Calls between Regions: a function call in the layout "single", HTTP between processes in the layout "regional".

Patches are written against `Peers` only, so both layouts run the same code.
"""

from __future__ import annotations

import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.settings import Settings

PATH = "/_localcloud/"
INSTANCE_HEADER = "x-localcloud-instance"
SENDER_HEADER = "x-localcloud-sender"
_TIMEOUT_SECONDS = 3.0

Operation = Callable[..., Any]


class PeerUnreachableError(Exception):
    """The process that serves a Region is down, stopped, or answered with an error."""


class Peers:
    """The named operations that the processes of one cloud offer each other."""

    def __init__(self, settings: Settings) -> None:
        """`settings` say who serves what."""
        self._settings = settings
        self._operations: dict[str, Operation] = {}
        self._cut = False
        self.offer("peers.cut", self._cut_off)

    def offer(self, name: str, operation: Operation) -> None:
        """Answer calls of `name` with `operation`, a function of JSON arguments with a JSON result."""
        self._operations[name] = operation

    def call(self, process: str, name: str, **arguments: Any) -> Any:
        """Run an operation in the process that serves `process` (a Region, or GLOBAL).

        Raises:
            PeerUnreachableError: another process serves it, and did not answer.
        """
        url = self._settings.peers.get(process)
        if url is None or process == self._settings.name:
            return self._operations[name](**arguments)
        if self._cut and _is_region(process):
            raise PeerUnreachableError(f"{name}: the network to {process} is cut")
        return self._post(url, name, arguments)

    def tell_others(self, name: str, **arguments: Any) -> None:
        """Run an operation in every other process; one that is down will ask for what it missed when it starts."""
        for process, url in self._settings.peers.items():
            if process != self._settings.name and not (self._cut and _is_region(process)):
                try:
                    self._post(url, name, arguments)
                except PeerUnreachableError:
                    continue

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Serve another process's call. Returns the HTTP status and the body."""
        if not hmac.compare_digest(headers.get(INSTANCE_HEADER, ""), self._settings.instance):
            return 403, b'{"message": "not a process of this cloud"}'
        if self._cut and _is_region(headers.get(SENDER_HEADER, "")):
            return 503, b'{"message": "the network is cut"}'
        operation = self._operations.get(path.removeprefix(PATH))
        if operation is None:
            return 404, b'{"message": "no such operation"}'
        return 200, json.dumps(operation(**json.loads(body or b"{}"))).encode()

    def _post(self, url: str, name: str, arguments: Mapping[str, Any]) -> Any:
        return post(url, name, arguments, self._settings.instance, sender=self._settings.name)

    def _cut_off(self, cut: bool) -> None:
        """Cut the network to the other Regions, or mend it. The global services stay: IAM answers in each Region."""
        self._cut = cut


def _is_region(process: str) -> bool:
    return "-" in process


def post(
    url: str,
    name: str,
    arguments: Mapping[str, Any],
    instance: str,
    *,
    sender: str = "",
    seconds: float = _TIMEOUT_SECONDS,
) -> Any:
    """Call the operation `name` of the process at `url`, as the process `sender` or as none of the cloud's.

    Raises:
        PeerUnreachableError: no answer within `seconds`, or an error.
    """
    request = urllib.request.Request(  # noqa: S310
        f"{url}{PATH}{name}",
        data=json.dumps(arguments).encode(),
        headers={"content-type": "application/json", INSTANCE_HEADER: instance, SENDER_HEADER: sender},
    )
    try:
        with _DIRECT.open(request, timeout=seconds) as response:
            return json.loads(response.read() or b"null")
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise PeerUnreachableError(f"{name} at {url}: {error}") from error


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the user's has no way to 127.0.0.1
