"""Byte code of a package's modules, so that no cold start compiles them: a function cannot keep what it compiles.

Only the runtime's own minor version can make it. It is "unchecked-hash" byte code (PEP 552): members of the zip carry
no time, and byte code that is bound to one would be thrown away. Measured: to import psycopg takes 285 CPU-ms without
byte code, 294 with byte code bound to times, 162 with this.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from delivery.errors import DeliveryError

_SECONDS = 300


@functools.cache
def interpreter(python: str) -> str | None:
    """An interpreter of a minor version: this one, or one on PATH; None if there is none.

    Args:
        python: minor version, as in 3.13.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{python}")
    # A version manager's shim is there also where the version is not.
    runs = found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    return found if runs else None


def compiled(members: Mapping[str, bytes], program: str) -> dict[str, bytes]:
    """The byte code of every module, the same bytes each time.

    Args:
        members: files by their path in the zip.
        program: an interpreter of the runtime's minor version.

    Returns:
        Files below `__pycache__`, by their path in the zip.

    Raises:
        DeliveryError: the interpreter failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, content in members.items():
            if name.endswith(".py"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
        # -s: tracebacks name the files as in /var/task. The seed orders the sets among a module's constants.
        command = [program, "-m", "compileall", "-qq", "-s", str(folder), "-p", "/var/task"]
        command += ["--invalidation-mode", "unchecked-hash", str(folder)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": "", "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, env=environment, cwd=folder
        )
        if done.returncode != 0:
            raise DeliveryError(f"{program} cannot compile the package: {(done.stdout + done.stderr).strip()[-500:]}")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.pyc")}
