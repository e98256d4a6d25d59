"""Synthesized JSON of a module to idiomatic HCL: `python -m infra.export` writes `modules/`; or the JSON as it is.

cdktf's own HCL output loses defaults, quotes references and cannot be parsed where a version is overridden
(docs/decisions/0002-hcl-exporter.md), so the JSON is written as HCL here. Which nested keys are blocks comes from
`provider_blocks.json`, reduced from `terraform providers schema -json` (`make provider-blocks`).
"""

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.hcl import expression, string, type_constraint
from infra.readme import readme

FORMATS = ("hcl", "json")
HEADER = "# Generated from infra/ by `make modules`; do not edit.\n\n"
_HERE = Path(__file__).parent
_DESTINATIONS = {"hcl": _HERE.parent / "modules", "json": _HERE.parent / "build" / "modules-json"}
_BLOCKS: dict[str, Any] = json.loads((_HERE / "provider_blocks.json").read_text())

_CONDITIONS: dict[str, Any] = {"precondition": {}, "postcondition": {}}
_META_BLOCKS: dict[str, Any] = {"lifecycle": _CONDITIONS, "provisioner": {"connection": {}}}
_REFERENCES = {"depends_on", "provider", "replace_triggered_by", "ignore_changes", "configuration_aliases"}
_FIRST = {
    "resource": ("provider", "count", "for_each"),
    "data": ("provider", "count", "for_each"),
    "variable": ("description", "type", "default", "nullable", "sensitive"),
    "output": ("description", "value", "sensitive"),
}
_LAST = ("depends_on",)
_COMMENT = "//"  # https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties


def _value(key: str, value: Any) -> str:
    if key in _REFERENCES:
        return value if isinstance(value, str) else "[\n" + "".join(f"{item},\n" for item in value) + "]"
    return expression(value)


def _ordered(body: Mapping[str, Any], first: Iterable[str]) -> Iterator[str]:
    leading = [key for key in first if key in body]
    yield from leading
    yield from (key for key in sorted(body) if key not in leading and key not in (*_LAST, _COMMENT))
    yield from (key for key in _LAST if key in body)


def _body(body: Mapping[str, Any], blocks: Mapping[str, Any], first: Iterable[str] = ()) -> str:
    """Write attributes, then blocks; a group each, apart by an empty line."""
    leading: list[str] = []
    attributes: list[str] = []
    nested: list[str] = []
    trailing: list[str] = []
    for key in _ordered(body, first):
        if key == "dynamic":
            nested += [_dynamic(name, entry, blocks) for name, entry in body[key].items()]
        elif key in blocks:
            entries = body[key] if isinstance(body[key], list) else [body[key]]
            nested += [_nested(key, entry, blocks[key]) for entry in entries]
        elif key == "type" and key in first:  # of a variable: a type constraint is not a string
            leading.append(f"{key} = {type_constraint(body[key])}\n")
        else:
            group = leading if key in first else trailing if key in _LAST else attributes
            group.append(f"{key} = {_value(key, body[key])}\n")
    groups = [_comments(body) + "".join(leading), "".join(attributes), *nested, "".join(trailing)]
    return "\n".join(group for group in groups if group)


def _comments(body: Mapping[str, Any]) -> str:
    return "".join(f"# {line}\n" for line in body.get(_COMMENT, ()))


def _dynamic(name: str, body: Mapping[str, Any], blocks: Mapping[str, Any]) -> str:
    return f'dynamic "{name}" {{\n{_body(body, {"content": blocks.get(name, {})}, ("for_each",))}}}\n'


def _nested(name: str, body: Mapping[str, Any], blocks: Mapping[str, Any]) -> str:
    if name == "provisioner":
        ((kind, body),) = body.items()
        name = f'provisioner "{kind}"'
    return f"{name} {{\n{_body(body, blocks)}}}\n"


def _block(kind: str, labels: Iterable[str], body: Mapping[str, Any], blocks: Mapping[str, Any]) -> str:
    head = " ".join([kind, *(string(label) for label in labels)])
    return f"{head} {{\n{_body(body, blocks, _FIRST.get(kind, ()))}}}\n"


def _versions(settings: Mapping[str, Any]) -> str:
    providers = "".join(
        f"{name} = {{\n"
        + "".join(f"{key} = {_value(key, given[key])}\n" for key in sorted(given, reverse=True))
        + "}\n"
        for name, given in settings["required_providers"].items()
    )
    version = string(settings["required_version"])
    return f"terraform {{\nrequired_version = {version}\n\nrequired_providers {{\n{providers}}}\n}}\n"


def _rooms(configuration: Mapping[str, Any], rooms: Mapping[str, str]) -> dict[str, list[str]]:
    """Write every block of resources, data and locals under the construct that it comes from, in order of creation."""
    files: dict[str, list[str]] = {}
    local_values: dict[str, dict[str, Any]] = {}
    for address, room in rooms.items():
        kind, _, rest = address.partition(".")
        content = files.setdefault(room, [])
        if kind == "local":
            local_values.setdefault(room, {})[rest] = configuration["locals"][rest]
            continue
        type_, _, name = (rest if kind == "data" else address).rpartition(".")
        section = "data" if kind == "data" else "resource"
        body = configuration[section][type_][name]
        content.append(_block(section, (type_, name), body, {**_BLOCKS[section].get(type_, {}), **_META_BLOCKS}))
    for room, values in local_values.items():
        files[room].insert(0, _block("locals", (), values, {}))
    return files


def files(configuration: Mapping[str, Any], rooms: Mapping[str, str]) -> dict[str, str]:
    """Write a module as HCL files.

    Args:
        configuration: the module in Terraform's JSON syntax, as `Module.configuration` returns it.
        rooms: construct that each block comes from, as `Module.rooms` returns it.

    Returns:
        File name to content, formatted by `terraform fmt`.

    Raises:
        FileNotFoundError: terraform is not installed.
        subprocess.CalledProcessError: terraform cannot parse what was written.
    """
    result = {
        "versions.tf": _versions(configuration["terraform"]),
        "variables.tf": "\n".join(
            _block("variable", [name], body, {"validation": {}}) for name, body in configuration["variable"].items()
        ),
        "outputs.tf": "\n".join(
            _block("output", [name], body, _CONDITIONS) for name, body in configuration["output"].items()
        ),
    }
    for room, blocks in _rooms(configuration, rooms).items():
        result[f"{room}.tf"] = "\n".join(blocks)
    return {name: HEADER + _formatted(text) for name, text in sorted(result.items())}


def _formatted(text: str) -> str:
    done = subprocess.run(["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
    return done.stdout


def write(destination: Path, syntax: str = "hcl") -> None:
    """Write every module below `destination`, in place of what was there.

    Args:
        destination: the folder `modules/`, or another one to compare with it.
        syntax: one of FORMATS: Terraform's native syntax, or its JSON syntax in one `main.tf.json`.
    """
    from infra.application import modules  # here, so that the writer itself needs no cdktf

    for module in modules():
        configuration, rooms = module.configuration(), module.rooms()
        folder = destination / module.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        texts = files(configuration, rooms) if syntax == "hcl" else json_files(configuration)
        for name, text in texts.items():
            (folder / name).write_text(text)
        (folder / "README.md").write_text(readme(module.name, configuration))
        shutil.copytree(_HERE / "module_tests" / module.name, folder / "tests")
        if "terraform_data" in configuration["resource"]:
            shutil.copyfile(_HERE / "link.sh", folder / "link.sh")


def json_files(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Write a module as the one file `main.tf.json`, for who reads a module with a program."""
    return {"main.tf.json": json.dumps(configuration, indent=2, sort_keys=True) + "\n"}


def stale(committed: Path) -> list[str]:
    """Compare what is committed with what the source generates.

    Returns:
        Paths, relative to `committed`, of files that differ, are missing or are too many.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        write(fresh)
        names = {path.relative_to(root) for root in (fresh, committed) for path in root.rglob("*") if path.is_file()}
        return sorted(
            str(name)
            for name in names
            if not ((fresh / name).is_file() and (committed / name).is_file())
            or not filecmp.cmp(fresh / name, committed / name, shallow=False)
        )


def main() -> int:
    """Command line: `python -m infra.export [--format hcl] [--destination modules] [--check]`."""
    parser = argparse.ArgumentParser(prog="python -m infra.export", description="Write the Terraform modules.")
    parser.add_argument("--format", choices=FORMATS, default="hcl", help="syntax to write (%(default)s)")
    parser.add_argument("--destination", type=Path, help="folder to write to (modules, or build/modules-json)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where modules/ is stale")
    arguments = parser.parse_args()
    if arguments.check and arguments.format != "hcl":
        parser.error("--check compares modules/, which is HCL; leave --format out")
    destination = arguments.destination or _DESTINATIONS[arguments.format]
    if not arguments.check:
        write(destination, arguments.format)
        sys.stdout.write(f"wrote {os.path.relpath(destination)}\n")
        return 0
    differing = stale(destination)
    if differing:
        sys.stderr.write(f"modules/ is stale: {', '.join(differing)}; run `make modules` and commit the result\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
