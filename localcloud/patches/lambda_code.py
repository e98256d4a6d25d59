"""One copy of a package that many functions share, where MiniStack keeps one for each function and each environment.

Extracting a package takes as long as starting Python and importing it: half of the machine in a burst of cold starts.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import types
import zipfile
from pathlib import Path
from typing import Any, ClassVar

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from localcloud.patches import Context

NEEDS = {
    "core.lambda_runtime": ("Worker._spawn", "zipfile"),
    "services.lambda_svc": ("_create_function", "_functions", "_update_code"),
}


def install(_: Context) -> None:
    """Share equal packages in memory after each upload, and their extracted files between environments."""
    create, update = lambda_svc._create_function, lambda_svc._update_code
    lambda_svc._create_function = lambda data: _shared(create(data), data.get("FunctionName", ""))
    lambda_svc._update_code = lambda name, data: _shared(update(name, data), name)
    lambda_runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": SharedZip})


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


class SharedZip(zipfile.ZipFile):
    """An archive whose files are extracted once; every folder after that links to them.

    A function cannot write to its code on AWS either: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """

    _extracted: ClassVar[dict[str, Path]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def extractall(self, path: Any = None, *_: Any) -> None:
        """Link what the archive holds into `path`."""
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        with self._lock:
            if digest not in self._extracted:
                folder = Path(tempfile.mkdtemp(prefix="ministack-package-"))
                super().extractall(folder)
                self._extracted[digest] = folder
        for entry in self._extracted[digest].iterdir():
            Path(path, entry.name).symlink_to(entry)
