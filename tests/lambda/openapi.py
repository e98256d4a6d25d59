"""The part of JSON Schema that docs/openapi.json uses, to hold answers and requests against it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
_KINDS = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
_KNOWN = {
    *("$ref", "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"),
    *("required", "properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "items"),
    *("anyOf", "allOf", "if", "then", "else", "description", "format", "default"),
}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A node, or what it refers to."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def faults(value: Any, schema: dict[str, Any] | bool, path: str = "$") -> list[str]:
    """What of a value the schema does not allow."""
    if isinstance(schema, bool):
        return [] if schema else [f"{path} is not allowed"]
    schema = resolved(schema)
    unknown = set(schema) - _KNOWN
    assert not unknown, f"this checker does not know {unknown}"
    found = [] if "type" not in schema or _is(value, schema["type"]) else [f"{path} is no {schema['type']}"]
    found += _plain(value, schema, path)
    if isinstance(value, dict):
        found += _object(value, schema, path)
    if isinstance(value, list) and "items" in schema:
        found += [
            fault for index, item in enumerate(value) for fault in faults(item, schema["items"], f"{path}[{index}]")
        ]
    for part in schema.get("allOf", []):
        found += faults(value, part, path)
    if "anyOf" in schema and all(faults(value, part, path) for part in schema["anyOf"]):
        found.append(f"{path} is none of the alternatives")
    if "if" in schema:
        found += faults(value, schema.get("else" if faults(value, schema["if"], path) else "then", {}), path)
    return found


def _is(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, _KINDS[kind]) and not (isinstance(value, bool))


def _plain(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{path} is not {schema['const']}")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{path} does not match {schema['pattern']}")
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            found.append(f"{path} is too short or too long")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
            found.append(f"{path} is too small or too large")
    return found


def _object(value: dict[str, Any], schema: dict[str, Any], path: str) -> list[str]:
    found = [f"{path}.{name} is missing" for name in schema.get("required", []) if name not in value]
    if len(value) > schema.get("maxProperties", len(value)):
        found.append(f"{path} has too many members")
    if len(value) < schema.get("minProperties", 0):
        found.append(f"{path} has too few members")
    for name, member in value.items():
        known = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
        found += faults(member, known, f"{path}.{name}") + faults(name, schema.get("propertyNames", True), path)
    return found
