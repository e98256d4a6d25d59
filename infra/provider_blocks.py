"""Reduce the provider's schema to what the exporter needs: which nested keys of the types in use are blocks.

Usage: `terraform providers schema -json | python -m infra.provider_blocks` (`make provider-blocks`).
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PROVIDER = "registry.terraform.io/hashicorp/aws"


def _blocks(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _blocks(nested["block"]) for name, nested in sorted(schema.get("block_types", {}).items())}


def reduce(schema: Mapping[str, Any], types: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Keep the blocks of some types.

    Args:
        schema: output of `terraform providers schema -json`.
        types: names of the resource types under `resource` and of the data sources under `data`.

    Returns:
        For `resource` and `data`: type to a tree of its block names.
    """
    provider = schema["provider_schemas"][PROVIDER]
    kept = {
        section: {type_: _blocks(provider[f"{key}_schemas"][type_]["block"]) for type_ in sorted(types[section])}
        for section, key in (("resource", "resource"), ("data", "data_source"))
    }
    return {section: {type_: tree for type_, tree in trees.items() if tree} for section, trees in kept.items()}


def main() -> None:
    """Read the schema from standard input and write `provider_blocks.json`."""
    from infra.application import modules

    types: dict[str, set[str]] = {"resource": set(), "data": set()}
    for module in modules():
        configuration = module.configuration()
        for section, found in types.items():
            found.update(type_ for type_ in configuration[section] if type_.startswith("aws_"))
    reduced = reduce(json.load(sys.stdin), types)
    Path(__file__).with_suffix(".json").write_text(json.dumps(reduced, indent=2) + "\n")


if __name__ == "__main__":
    main()
