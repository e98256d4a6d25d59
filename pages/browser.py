"""A headless Chromium, spoken to in its DevTools protocol over two pipes: no driver, no port.

Source: https://chromedevtools.github.io/devtools-protocol/, and `--remote-debugging-pipe` (file descriptors 3 and 4).
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

_FROM_US, _TO_US = 3, 4
_ABOVE = 10  # where our own ends are, so that neither is in the way of 3 and 4
_END = b"\0"
_OPTIONS = (
    *("--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--hide-scrollbars"),
    # Its own sandbox needs rights that containers seldom give; it shows our own files only, and reaches no network.
    *("--no-sandbox", "--disable-dev-shm-usage", "--no-zygote", "--host-resolver-rules=MAP * ~NOTFOUND"),
)


class BrowserError(Exception):
    """The browser does not start, has ended, or refuses what it is asked."""


class Browser:
    """One window.

    Args:
        program: Chromium, Chrome, or its headless shell.
    """

    def __init__(self, program: Path) -> None:
        self._program = program
        self._count = 0
        self._session = ""
        self._read = b""
        self._events: list[str] = []

    def __enter__(self) -> Browser:
        """Start.

        Raises:
            BrowserError: the program does not start.
        """
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for end in (their_in, their_out)]
        for end in (their_in, their_out):
            os.close(end)
        self._log = Path(self._profile.name) / "log"
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [self._program, *_OPTIONS, f"--user-data-dir={self._profile.name}/profile", "about:blank"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    close_fds=False,
                    preexec_fn=partial(_place, *ends),
                )
        except OSError as error:
            raise BrowserError(f"{self._program} does not start: {error}") from error
        finally:
            for end in ends:
                os.close(end)
        self._out, self._in = our_out, our_in
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End."""
        self._process.terminate()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
        self._profile.cleanup()

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Ask, and wait for the answer.

        Args:
            method: of the protocol.
            parameters: its parameters.

        Raises:
            BrowserError: it refused, or the browser has ended.
        """
        self._count += 1
        asked: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._out, json.dumps(asked).encode() + _END)
        while (told := self._next()).get("id") != self._count:
            self._events.append(told.get("method", ""))
        if "error" in told:
            raise BrowserError(f"{method}: {told['error'].get('message')}")
        return dict(told["result"])

    def show(self, url: str) -> None:
        """Open a page and wait until all of it is loaded.

        Args:
            url: its address.
        """
        self._events.clear()
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed:
            raise BrowserError(f"{url}: {failed}")
        while "Page.loadEventFired" not in self._events:
            self._events.append(self._next().get("method", ""))

    def evaluate(self, script: str) -> Any:
        """Run a script in the page; returns its value.

        Args:
            script: an expression of JavaScript; a promise is waited for.
        """
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise BrowserError(f"the script failed: {told['exceptionDetails']}")
        return told["result"].get("value")

    def _next(self) -> dict[str, Any]:
        while _END not in self._read:
            piece = os.read(self._in, 1 << 16)
            if not piece:
                said = self._log.read_text(errors="replace")[-1500:]
                raise BrowserError(f"{self._program} has ended:\n{said}")
            self._read += piece
        message, _, self._read = self._read.partition(_END)
        return dict(json.loads(message))


def _place(commands: int, answers: int) -> None:
    os.dup2(commands, _FROM_US)
    os.dup2(answers, _TO_US)
