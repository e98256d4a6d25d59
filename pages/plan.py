"""Resources of a plan as `terraform show -json` prints it, each with its Region and with what it refers to.

Source of the format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Resource:
    """One managed resource that the plan leaves standing.

    Args:
        address: full address, such as `module.orders.aws_lambda_function.primary["relay"]`.
        module: address of its module, empty for the root.
        type: Terraform's type.
        index: key of `for_each` or `count`, None where there is neither.
        region: Region of its provider, empty where it is not known or it has none.
        values: planned attributes; what is known only after the apply is missing.
        references: addresses within the module that its arguments refer to, by argument.
    """

    address: str
    module: str
    type: str
    index: str | int | None
    region: str
    values: Mapping[str, Any]
    references: Mapping[str, tuple[str, ...]]

    @property
    def local(self) -> str:
        """Address within the module."""
        return self.address.removeprefix(f"{self.module}.") if self.module else self.address

    @property
    def name(self) -> str:
        """Name in the configuration, without type and index."""
        return _INDEX.sub("", self.local).rpartition(".")[2]

    def refers_to(self, other: Resource, argument: str | None = None) -> bool:
        """Whether an argument refers to the other resource.

        Args:
            other: a resource of the same module.
            argument: the top-level argument; None looks at all.
        """
        if other.module != self.module:
            return False
        chosen = self.references.values() if argument is None else [self.references.get(argument, ())]
        named = [reference for references in chosen for reference in references]
        if any(one == other.local or one.startswith(f"{other.local}.") for one in named):
            return True
        # `aws_iam_role.primary[each.key]` is given as `aws_iam_role.primary`: the instance of the same key.
        whole = _INDEX.sub("", other.local)
        return whole in named and other.index == self.index and not any(one.startswith(f"{whole}[") for one in named)


def resources(document: Mapping[str, Any]) -> list[Resource]:
    """Read the resources of a plan, in the order of their addresses.

    Args:
        document: what `terraform show -json` prints of a saved plan.

    Raises:
        ValueError: the document is not a plan.
    """
    if "configuration" not in document or "planned_values" not in document:
        raise ValueError("this is no plan; give what `terraform show -json <plan file>` prints, not a state")
    configured = dict(_configured(document["configuration"]["root_module"], ""))
    regions = dict(_regions(document))
    found = []
    for module, planned in _planned(document["planned_values"].get("root_module", {}), ""):
        body = configured.get(_INDEX.sub("", planned["address"]), {})
        found.append(
            Resource(
                address=planned["address"],
                module=module,
                type=planned["type"],
                index=planned.get("index"),
                region=regions.get(body.get("provider_config_key", ""), ""),
                values=planned.get("values", {}),
                references={name: tuple(_references(given)) for name, given in body.get("expressions", {}).items()},
            )
        )
    return sorted(found, key=lambda resource: resource.address)


def _planned(module: Mapping[str, Any], address: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            yield address, resource
    for child in module.get("child_modules", []):
        yield from _planned(child, child["address"])


def _configured(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in module.get("resources", []):
        yield prefix + resource["address"], resource
    for name, call in module.get("module_calls", {}).items():
        yield from _configured(call["module"], f"{prefix}module.{name}.")


def _regions(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    variables = document.get("variables", {})
    for key, provider in document["configuration"].get("provider_config", {}).items():
        given = provider.get("expressions", {}).get("region", {})
        named = next((one.removeprefix("var.") for one in given.get("references", [])), None)
        yield key, str(given.get("constant_value") or variables.get(named, {}).get("value") or "")


def _references(given: Any) -> Iterator[str]:
    if isinstance(given, list):
        for item in given:
            yield from _references(item)
    elif isinstance(given, dict):
        for name, value in given.items():
            if name == "references" and isinstance(value, list):
                yield from value
            else:
                yield from _references(value)
