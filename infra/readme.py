"""README of a module: prose from `infra/readmes`, a call quoted from `examples/`, tables from the configuration."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.hcl import type_constraint

_HERE = Path(__file__).parent
_REGISTRY = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs"
_PROVIDER_ROLES = {
    "aws.primary": "Region of the first cluster, the first bus and the first functions",
    "aws.secondary": "Region of the second ones",
    "aws.witness": "Region of the witness; no resource is made there",
}
_LONGEST_TYPE = 60  # characters in a cell; a longer type gets a code block below the table
_PLACEHOLDER = re.compile(r"^{{ (?P<what>[a-z]+)(?: (?P<file>\S+))? }}$", re.MULTILINE)
_QUOTE = re.compile(r"^# --- quoted in [^\n]*\n(?P<text>.*?)^# --- end of the quote$", re.MULTILINE | re.DOTALL)


def readme(name: str, configuration: Mapping[str, Any]) -> str:
    """Write a module's README.

    Args:
        name: of the module; `infra/readmes/<name>.md` is its prose, where `{{ tables }}` stands for the tables,
            `{{ quote <file> }}` for the part of an example between its markers, `{{ <part> }}` for another file there.
        configuration: the module in Terraform's JSON syntax, as `Module.configuration` returns it.

    Returns:
        The README, in Markdown.

    Raises:
        FileNotFoundError: there is no prose, part or example of that name.
        ValueError: the example has no markers.
    """

    def fill(found: re.Match[str]) -> str:
        if found["what"] == "tables":
            return "\n\n".join(_tables(configuration))
        if found["what"] == "quote":
            return f"```hcl\n{quoted(_HERE.parent / found['file'])}```"
        return _prose(found["what"])

    notice = "<!-- Generated from infra/readmes and infra/ by `make modules`; do not edit. -->\n\n"
    return notice + _PLACEHOLDER.sub(fill, _prose(name)) + "\n"


def quoted(example: Path) -> str:
    """Return the part of an example between `# --- quoted in …` and `# --- end of the quote`.

    Raises:
        ValueError: the file has no such part.
    """
    found = _QUOTE.search(example.read_text())
    if found is None:
        raise ValueError(
            f"{example.name} has no `# --- quoted in …` and `# --- end of the quote`; put them around the call"
        )
    return found["text"]


def _prose(name: str) -> str:
    return (_HERE / "readmes" / f"{name}.md").read_text().rstrip("\n")


def _tables(configuration: Mapping[str, Any]) -> Iterator[str]:
    provider = configuration["terraform"]["required_providers"]["aws"]
    versions = [
        ("terraform", configuration["terraform"]["required_version"]),
        (provider["source"], provider["version"]),
    ]
    yield "## Requirements"
    yield _table(("Name", "Version"), ((name, f"`{version}`") for name, version in versions))
    yield "## Providers"
    aliases = provider["configuration_aliases"]
    yield _table(("Name", "What it is for"), ((f"`{alias}`", _PROVIDER_ROLES[alias]) for alias in aliases))
    yield "## Inputs"
    yield from _inputs(configuration["variable"])
    yield "## Outputs"
    outputs = configuration["output"].items()
    yield _table(("Name", "Description"), ((f"`{name}`", body["description"]) for name, body in outputs))
    yield "## Resources"
    yield "What ends in `primary` or `secondary` is made by the provider of that name, all else by `aws.primary`."
    yield _table(("Type", "Names"), _resources(configuration))


def _inputs(variables: Mapping[str, Any]) -> Iterator[str]:
    heads = ("Name", "Description", "Type", "Default", "Required")
    yield _table(heads, (_input(name, body) for name, body in variables.items()))
    for name, body in variables.items():
        if _is_long(body["type"]):
            yield f"### `{name}`"
            yield f"```hcl\n{type_constraint(body['type'])}\n```"


def _input(name: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    kind = f"[`{body['type'].partition('(')[0]}`](#{name})" if _is_long(body["type"]) else f"`{body['type']}`"
    required = "default" not in body
    default = "" if required else f"`{json.dumps(body['default'])}`"
    return f"`{name}`", body["description"], kind, default, "yes" if required else "no"


def _is_long(type_: str) -> bool:
    return len(type_) > _LONGEST_TYPE


def _resources(configuration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section, folder in (("resource", "resources"), ("data", "data-sources")):
        for type_, named in sorted(configuration[section].items()):
            page = f"{_REGISTRY}/{folder}/{type_.removeprefix('aws_')}"
            label = f"`{type_}`" if section == "resource" else f"data `{type_}`"
            names = ", ".join(f"`{name}{_instances(body)}`" for name, body in named.items())
            yield f"[{label}]({page})" if type_.startswith("aws_") else label, names


def _instances(body: Mapping[str, Any]) -> str:
    """How an address goes on: nothing, or the index of the one or of each."""
    return '["…"]' if "for_each" in body else "[0]" if "count" in body else ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
