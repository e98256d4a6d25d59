"""The program that runs a Lambda function: one per execution environment, started by MiniStack's pool of workers.

It speaks MiniStack's protocol, one JSON document per line: on standard input first the function, then the events; on
standard output "ready", then the results. It stays close to AWS's Python runtime where MiniStack's own program does
not: error types and stack traces, an exception does not end the environment, log lines have AWS's form, and only
what the runtime really offers can be imported besides the function's own package.

It runs under the functions' Python, by its text alone, so it imports nothing of this project.
"""

import importlib
import importlib.machinery
import json
import logging
import os
import platform
import sys
import threading
import time
import traceback
import types
from pathlib import Path
from typing import Any, TextIO

FAILURE = "_localcloud_failure"  # marks a result as an exception's description
END_OF_LOG = "\x1e"  # begins the line on standard error that ends an invocation's log
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html: the SDK and what it needs
_RUNTIME_PACKAGES = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "snapshot_restore_py"}
# Configuration of the emulator that a function would not see on AWS.
_HIDDEN = (
    "AUTH", "BIND_HOST", "GATEWAY_PORT", "IOT_MTLS_ENABLED", "LAMBDA_ASYNC_RETRY_BASE_SECONDS", "LOG_LEVEL",
    "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MINISTACK_ACCOUNT_ID", "MINISTACK_AUTOCREATE_AWS_MANAGED",
    "MINISTACK_REGION", "PERSIST_STATE", "S3_DATA_DIR", "S3_PERSIST", "SFTP_ENABLED", "STATE_DIR",
)  # fmt: skip
_DEPTH = "_MINISTACK_INVOKE_DEPTH"


class _RuntimePackagesOnly:
    """Hides installed packages that AWS's runtime does not have, so that a package that forgot one fails here too."""

    def __init__(self, code: str) -> None:
        self.code = code

    def find_spec(self, name: str, path: object = None, _target: object = None) -> None:
        if path is not None or name in _RUNTIME_PACKAGES or name in sys.builtin_module_names:
            return
        spec = importlib.machinery.PathFinder.find_spec(name)
        places = [spec.origin or "", *(spec.submodule_search_locations or [])] if spec else []
        if any("site-packages" in place and not place.startswith(self.code) for place in places):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class _LogFormat(logging.Formatter):
    """AWS's text format, or its JSON format when the function asks for it."""

    request = ""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        text = record.getMessage()
        if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
            entry: dict[str, Any] = {
                "timestamp": moment,
                "level": record.levelname,
                "message": text,
                "logger": record.name,
            }
            if record.exc_info and record.exc_info[0]:
                entry["stackTrace"] = traceback.format_exception(*record.exc_info)
                entry["errorType"] = record.exc_info[0].__name__
            return json.dumps({**entry, "logger": record.name, "requestId": self.request})
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return f"[{record.levelname}]\t{moment}\t{self.request}\t{text}"


def main() -> None:
    """Load the function, then answer events until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever writes to standard output writes to the log
    sys.stdout = sys.stderr
    function = json.loads(sys.stdin.readline())
    _prepare_environment(function)
    threading.Thread(target=_leave_with_parent, args=[os.getppid()], daemon=True).start()
    log = _LogFormat()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log)
    logging.getLogger().addHandler(handler)
    try:
        handle = _load(function)
    except BaseException as error:  # the function's module may raise anything, SystemExit included
        _answer(answers, {"status": "error", "error": json.dumps(_import_failure(function, error))})
        return
    _answer(answers, {"status": "ready", "cold": True})
    for line in sys.stdin:
        message = json.loads(line)
        log.request = message["ctx"].get("request_id", "")
        response = _invoke(handle, function, message)
        sys.stderr.flush()
        os.write(2, f"{END_OF_LOG}{log.request}\n".encode())
        _answer(answers, response)


def _prepare_environment(function: dict[str, Any]) -> None:
    for name in _HIDDEN:
        os.environ.pop(name, None)
    os.environ.update(function.get("env", {}))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    os.environ.setdefault("AWS_EXECUTION_ENV", f"AWS_Lambda_{version}")
    os.environ.setdefault("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    os.environ.setdefault("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function["function_name"])
    os.environ.setdefault("_HANDLER", f"{function['module']}.{function['handler']}")
    os.environ.setdefault("TZ", ":UTC")
    layers = filter(None, os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep))
    sys.path[0:1] = [function["code_dir"], *(str(Path(layer) / "python") for layer in layers)]
    sys.meta_path.insert(0, _RuntimePackagesOnly(function["code_dir"]))


def _leave_with_parent(parent: int) -> None:
    """An execution environment does not outlive its Region, not even in the middle of an invocation."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _load(function: dict[str, Any]) -> Any:
    install_depth = globals().get("_ms_install_invoke_depth")  # MiniStack's guard against recursive invocation
    if install_depth:
        install_depth()
    return getattr(importlib.import_module(function["module"]), function["handler"])


def _import_failure(function: dict[str, Any], error: BaseException) -> dict[str, Any]:
    kind, text = "Runtime.Unknown", str(error)
    if isinstance(error, ImportError):
        kind, text = "Runtime.ImportModuleError", f"Unable to import module '{function['module']}': {error}"
    elif isinstance(error, AttributeError):
        kind, text = (
            "Runtime.HandlerNotFound",
            f"Handler '{function['handler']}' missing on module '{function['module']}'",
        )
    elif isinstance(error, SyntaxError):
        kind, text = "Runtime.UserCodeSyntaxError", f"Syntax error in module '{function['module']}': {error}"
    return {"errorType": kind, "errorMessage": text, "machine": platform.machine(), "stackTrace": _trace(error)}


def _invoke(handle: Any, function: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    context = message["ctx"]
    changing = {"_X_AMZN_TRACE_ID": context.get("trace_id"), _DEPTH: context.get("depth"), **context.get("durable", {})}
    for name, value in changing.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = str(value)
    try:
        result = handle(message["event"], _context(function, context))
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        sys.stderr.write(f"[ERROR] {type(error).__name__}: {error}\n{trace}")
        return _failure(type(error).__name__, str(error), _trace(error))
    try:
        json.dumps(result)
    except (TypeError, ValueError) as error:
        return _failure("Runtime.MarshalError", f"Unable to marshal response: {error}", [])
    return {"status": "ok", "result": result}


def _failure(kind: str, text: str, trace: list[str]) -> dict[str, Any]:
    return {"status": "ok", "result": {FAILURE: {"errorMessage": text, "errorType": kind, "stackTrace": trace}}}


def _trace(error: BaseException) -> list[str]:
    """The frames of the function's own code, as AWS shows them."""
    frames = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([frame for frame in frames if frame.filename != __file__])


def _context(function: dict[str, Any], context: dict[str, Any]) -> types.SimpleNamespace:
    deadline = time.monotonic() + context["timeout_ms"] / 1000
    return types.SimpleNamespace(
        function_name=function["function_name"],
        function_version=os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        memory_limit_in_mb=function["memory"],
        invoked_function_arn=context.get("invoked_function_arn", function["arn"]),
        aws_request_id=context.get("request_id", ""),
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", ""),
        identity=None,
        client_context=None,
        get_remaining_time_in_millis=lambda: max(0, int((deadline - time.monotonic()) * 1000)),
    )


def _answer(answers: TextIO, document: dict[str, Any]) -> None:
    answers.write(json.dumps(document) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
