"""Choose the Lambda package that a deployment uses, and tell Terraform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from delivery.package import Package, build
from delivery.target import is_embedded

VARIABLE = "TF_VAR_lambda_package"


def package_environment(environment: Mapping[str, str], folder: Path, *, fresh: bool = True) -> dict[str, str]:
    """Build the package that fits the target, and name it to Terraform.

    AWS gets the stack's own default. The embedded cloud runs functions with the interpreter of this machine, and gets a
    package for it. A package of the user's own (TF_VAR_lambda_package outside of the folder) stays as it is.

    Args:
        environment: the user's environment.
        folder: where packages are built.
        fresh: build even if the file is there already, since the source may have changed.

    Returns:
        The environment for Terraform.
    """
    package = chosen(environment, folder)
    if package is None:
        return dict(environment)
    if fresh or not package.filename.exists():
        build(package.filename, python=package.runtime.removeprefix("python"), architecture=package.architecture)
    if package.filename == Package.default(folder).filename and VARIABLE not in environment:
        return dict(environment)  # the stack's default names it by a relative path, the same on every machine
    return {**environment, VARIABLE: package.variable()}


def chosen(environment: Mapping[str, str], folder: Path) -> Package | None:
    """The package of ours that a deployment would use; None if the user brings his own.

    Args:
        environment: the user's environment.
        folder: where packages are built.
    """
    if environment.get(VARIABLE):
        return _named(environment[VARIABLE], folder)
    return Package.for_this_machine(folder) if is_embedded(environment) else Package.default(folder)


def _named(value: str, folder: Path) -> Package | None:
    try:
        given = json.loads(value)
        file = Path(given["filename"])
    except (ValueError, KeyError, TypeError):  # Terraform's own syntax, or wrong: Terraform reads and judges it
        return None
    ours = (Package.for_this_machine(folder), Package.default(folder))
    return next((package for package in ours if package.filename.resolve() == file.resolve()), None)
