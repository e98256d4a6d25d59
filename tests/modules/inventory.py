"""Inventories: what a call of a module plans, in part, as data below `inventory/<module>/<case>.yaml`.

A file holds `arguments` (what the call gives besides name, account and package), maybe `meta` (count, for_each,
depends_on), `regions`, `root` (blocks around the call) and `instance` (which instance is looked at), and what must be
so: `counts` by resource type, `values` by address. A mapping is compared in part, a list item by item, a JSON document
as what it says; `__missing__` stands for what is unknown until apply.

`make inventory CASE=application/encryption` shows how the plan differs; with ARGS=--write the file takes the plan's
values, for the same addresses and keys.
"""

import argparse
import difflib
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from . import planning

FOLDER = Path(__file__).parent / "inventory"
MISSING = "__missing__"


@dataclass(frozen=True)
class Case:
    """One file of the inventory; `name` is `<module>/<case>`."""

    name: str

    @property
    def file(self):
        return FOLDER / f"{self.name}.yaml"

    @cached_property
    def document(self):
        return yaml.safe_load(self.file.read_text())

    @property
    def module(self):
        return self.name.partition("/")[0]

    @property
    def call(self):
        return self.name.replace("/", "_").replace("-", "_")

    def block(self, directory, package):
        arguments = {**planning.smallest(self.module, package), **self.document.get("arguments", {})}
        regions = self.document.get("regions", planning.REGIONS)
        return {**planning.call(directory, self.module, arguments, regions), **self.document.get("meta", {})}


def cases():
    """Every case, by name."""
    files = sorted(FOLDER.rglob("*.yaml"))
    return {case.name: case for case in (Case(str(file.relative_to(FOLDER).with_suffix(""))) for file in files)}


class Planned:
    """One plan with a call for each case."""

    def __init__(self, directory, settings, package, wanted):
        calls = {case.call: case.block(directory, package) for case in wanted}
        planning.write(directory, calls, [case.document["root"] for case in wanted if "root" in case.document])
        self.plan = planning.plan(directory, settings)

    def resources(self, case):
        """Planned values by address, without the module's."""
        module = self.plan.modules.get(f"module.{case.call}{case.document.get('instance', '')}")
        return {address: found.get("values", {}) for address, found in module.resources.items()} if module else {}

    def configuration(self, case):
        """The module as Terraform read it: expressions, references, providers."""
        return self.plan.configuration["root_module"]["module_calls"][case.call]["module"]


def actual(case, resources):
    """What the plan says about what the case names, in the form of the case."""
    types = Counter(address.partition(".")[0] for address in resources)
    document = case.document
    return {
        "counts": {type_: types[type_] for type_ in document.get("counts", {})},
        "values": {
            address: _like(wanted, resources.get(address, MISSING))
            for address, wanted in document.get("values", {}).items()
        },
    }


def wanted(case):
    """What the case says must be so."""
    return {"counts": case.document.get("counts", {}), "values": case.document.get("values", {})}


def _like(wanted, found):
    """The part of `found` that `wanted` is about."""
    if isinstance(wanted, (dict, list)) and isinstance(found, str) and found.startswith(("{", "[")):
        found = json.loads(found)
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: _like(value, found.get(key, MISSING)) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [_like(one, other) for one, other in zip(wanted, found, strict=True)]
    return found


def _text(part):
    return yaml.safe_dump(part, sort_keys=False, width=120).splitlines(keepends=True)


def main():
    """Command line: `python -m tests.modules.inventory <case> [--write]`."""
    parser = argparse.ArgumentParser(prog="make inventory", description="Show or refresh a case of the inventory.")
    parser.add_argument("case", choices=sorted(cases()), metavar="case", help=", ".join(sorted(cases())))
    parser.add_argument("--write", action="store_true", help="take over the plan's values")
    arguments = parser.parse_args()
    case = cases()[arguments.case]
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "root"
        directory.mkdir()
        package = directory / "package.zip"
        package.write_bytes(b"not opened by a plan")
        planned = Planned(directory, planning.environment(Path(folder)), package, [case])
        found = actual(case, planned.resources(case))
    if arguments.write:
        document = {**case.document, **{part: value for part, value in found.items() if value}}
        case.file.write_text("".join(_text(document)))
        return 0
    said, says = _text(found), _text(wanted(case))
    sys.stdout.writelines(difflib.unified_diff(says, said, str(case.file.name), "plan", n=99) if said != says else said)
    return 0 if said == says else 1


if __name__ == "__main__":
    sys.exit(main())
