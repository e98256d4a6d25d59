"""How functions run: the right Python, AWS's error shapes, and no wait for a log that is already complete.

MiniStack runs every Python function under its own interpreter whatever the runtime says, calls every error
Runtime.HandlerError without a stack trace, ends the environment after an exception, keeps one of each function for
ever, and waits 50 ms for log lines after each invocation that prints nothing.
"""

from __future__ import annotations

import functools
import json
import platform
import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from localcloud import worker
from localcloud.patches import Context

NEEDS = {
    "core.lambda_runtime": (
        "INVOKE_DEPTH_BOOTSTRAP",
        "INVOKE_DEPTH_ENV",
        "Worker._drain_stderr_bounded",
        "Worker._spawn",
        "_detect_runtime_binary",
        "_lock",
        "_workers",
        "kill_workers",
    ),
    "services.lambda_svc": ("_execute_function_warm", "reap_idle_workers"),
}
_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
_LONGEST_RESPONSE = 6291556  # bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LOG_POLL_SECONDS = 0.05  # for the end of a worker that died
_LONGEST_LOG_WAIT_SECONDS = 5.0  # on a busy machine the thread that reads the lines comes late
_LONGEST_IDLE_SECONDS = 180
_INIT_FAILED = "Worker init failed: "
_MACHINES = {"x86_64": {"x86_64", "AMD64"}, "arm64": {"arm64", "aarch64"}}


class NoInterpreterError(Exception):
    """The function's runtime needs a Python that is not on this machine."""


def install(context: Context) -> None:
    """Replace the choice of the interpreter and its program, the collection of logs, and the shape of errors."""
    detect = lambda_runtime._detect_runtime_binary
    program = lambda_runtime.INVOKE_DEPTH_BOOTSTRAP + Path(worker.__file__).read_text()
    configured = context.settings.interpreters

    def detect_runtime_binary(runtime: str) -> tuple[str, str]:
        if not runtime.startswith("python"):
            found: tuple[str, str] = detect(runtime)
            return found
        return interpreter(runtime.removeprefix("python"), configured), program

    lambda_runtime._detect_runtime_binary = detect_runtime_binary
    lambda_runtime.Worker._drain_stderr_bounded = _collect_log
    lambda_svc.reap_idle_workers = _reap_idle
    lambda_svc._execute_function_warm = _with_aws_errors(lambda_svc._execute_function_warm)


def interpreter(minor: str, configured: dict[str, str]) -> str:
    """The Python for a runtime: configured, this process's own, or one on PATH that has boto3.

    Raises:
        NoInterpreterError: with the cure.
    """
    if minor in configured:
        return configured[minor]
    if minor == _OWN:
        return sys.executable
    found = shutil.which(f"python{minor}")
    if found and _has_sdk(found):
        return found
    raise NoInterpreterError(
        f"function's runtime is python{minor}, but the embedded cloud runs under Python {_OWN} and finds no "
        f"python{minor} with boto3; deploy a package for python{_OWN}, or start the cloud with "
        f"--interpreter {minor}=<path of such a Python>"
    )


@functools.cache
def _has_sdk(python: str) -> bool:
    return subprocess.run([python, "-c", "import boto3"], capture_output=True, check=False).returncode == 0


def _collect_log(self: Any, *_: float) -> str:
    """The lines up to the worker's mark, which it writes before its answer, so that it comes unless the worker dies.

    A line that is not waited for would be told with the next invocation, and that one's with the one after it.
    """
    lines: list[str] = []
    deadline = time.monotonic() + _LONGEST_LOG_WAIT_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        reads = self._stderr_thread.is_alive()
        try:
            line = self._stderr_queue.get(timeout=min(left, _LOG_POLL_SECONDS) if reads else 0.0001)
        except queue.Empty:
            if reads:
                continue
            break
        if line.startswith(worker.END_OF_LOG):
            break
        lines.append(line)
    return "\n".join(lines)


def _reap_idle() -> int:
    """End environments that were idle for long, the last one of a function included, as AWS does."""
    oldest = time.time() - _LONGEST_IDLE_SECONDS
    with lambda_runtime._lock:
        idle = [
            (pool, worker)
            for pool in lambda_runtime._workers.values()
            for worker in pool
            if not worker.in_use and worker.last_used < oldest
        ]
        for pool, worker in idle:
            pool.remove(worker)
    lambda_runtime.kill_workers([worker for _, worker in idle])
    return len(idle)


def _with_aws_errors(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def execute_warm(function: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = execute(function, event, request_id)
        body = result.get("body")
        if isinstance(body, dict) and worker.FAILURE in body:
            return _error(result, {**body[worker.FAILURE], "requestId": request_id})
        if result.get("error") and isinstance(body, dict):
            return _error(result, _environment_error(body, function, request_id))
        if len(json.dumps(body, ensure_ascii=False).encode()) > _LONGEST_RESPONSE:
            text = f"Response payload size exceeded maximum allowed payload size ({_LONGEST_RESPONSE} bytes)."
            return _error(result, {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": text})
        return result

    return execute_warm


def _error(result: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {**result, "body": body, "error": True, "function_error": "Unhandled"}


def _environment_error(body: dict[str, Any], function: dict[str, Any], request_id: str) -> dict[str, Any]:
    """An error of the environment, not of the handler: it did not start, ended, or ran out of time."""
    text = str(body.get("errorMessage", ""))
    if text.startswith(_INIT_FAILED + "{"):
        failure = json.loads(text.removeprefix(_INIT_FAILED))
        failure["errorMessage"] += _architecture_hint(function, failure.pop("machine"))
        return {**failure, "requestId": request_id}
    if text == "Worker process died":
        text = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
        return {"errorType": "Runtime.ExitError", "errorMessage": text}
    if body.get("errorType") == "Sandbox.Timedout":
        return {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request_id} Error: {text}"}
    if body.get("errorType") == NoInterpreterError.__name__:
        return {"errorType": "Runtime.InvalidRuntime", "errorMessage": text}
    return body


def _architecture_hint(function: dict[str, Any], machine: str) -> str:
    config = function.get("config") or function
    architecture = (config.get("Architectures") or ["x86_64"])[0]
    if machine in _MACHINES.get(architecture, {machine}):
        return ""
    return f" (the package is for {architecture}, but this machine is {platform.machine()})"
