"""One copy in memory of a package that many functions share, where MiniStack keeps one for each."""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

from localcloud.patches import Context

NEEDS = {"services.lambda_svc": ("_create_function", "_functions", "_update_code")}


def install(_: Context) -> None:
    """Share equal packages after each upload."""
    create, update = lambda_svc._create_function, lambda_svc._update_code
    lambda_svc._create_function = lambda data: _shared(create(data), data.get("FunctionName", ""))
    lambda_svc._update_code = lambda name, data: _shared(update(name, data), name)


def _shared(answer: Any, name: str) -> Any:
    function: dict[str, Any] | None = lambda_svc._functions.get(name)
    code = function and function.get("code_zip")
    if function is None or not code:
        return answer
    for other in list(lambda_svc._functions._data.values()):
        if other is not function and other.get("code_zip") == code:
            function["code_zip"] = other["code_zip"]
            break
    return answer
