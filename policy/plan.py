"""A plan as rules see it: resources with what will become of them, and the configuration they come from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy.configuration import Block, Configuration, constant, instance_key, references, without_indexes
from policy.errors import PolicyError
from policy.shape import Node
from policy.values import UNKNOWN, Unknown, blocks, merge


@dataclass(frozen=True)
class Resource:
    """A managed resource of a plan.

    Args:
        address: with module and instance keys.
        kind: its type.
        module: path of its module with instance keys; empty in the root.
        actions: what Terraform would do, such as `("delete", "create")`.
        before: its values until now; empty where it is new.
        values: its values then; empty where it is deleted.
        place: where it stands in the plan.
        block: where it is configured; None where it no longer is.
        region: its Region, as far as the plan tells.
        index: its key in `for_each`, its number in `count`; None where it is alone.
    """

    address: str
    kind: str
    module: str = ""
    actions: tuple[str, ...] = ("create",)
    before: dict[str, Any] = field(default_factory=dict, repr=False)
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    place: str = ""
    block: Block | None = field(default=None, repr=False)
    region: str | None = None
    index: Any = None

    @property
    def stays(self) -> bool:
        """Whether it exists after the apply."""
        return self.actions != ("delete",) and self.actions != ("forget",)

    @property
    def is_lost(self) -> bool:
        """Whether the object of now is deleted, be it for a new one."""
        return "delete" in self.actions

    def text(self, name: str) -> str | Unknown | None:
        """An argument that is a string.

        Args:
            name: the argument.

        Raises:
            PolicyError: it is something else.
        """
        value = self.values.get(name)
        if value is None or isinstance(value, str | Unknown):
            return value
        raise self._wrong(name, "a string")

    def number(self, name: str) -> float | Unknown | None:
        """An argument that is a number.

        Args:
            name: the argument.

        Raises:
            PolicyError: it is something else.
        """
        value = self.values.get(name)
        if value is None or (isinstance(value, int | float | Unknown) and not isinstance(value, bool)):
            return value
        raise self._wrong(name, "a number")

    def flag(self, name: str) -> bool | Unknown | None:
        """An argument that is true or false.

        Args:
            name: the argument.

        Raises:
            PolicyError: it is something else.
        """
        value = self.values.get(name)
        if value is None or isinstance(value, bool | Unknown):
            return value
        raise self._wrong(name, "true or false")

    def blocks(self, *names: str) -> list[dict[str, Any]] | Unknown:
        """Nested blocks.

        Args:
            names: the block, and blocks in it.
        """
        found: list[dict[str, Any]] = [self.values]
        for name in names:
            inner: list[dict[str, Any]] = []
            for outer in found:
                inside = blocks(outer.get(name), f"{self.place}.{'.'.join(names)}")
                if isinstance(inside, Unknown):
                    return UNKNOWN
                inner += inside
            found = inner
        return found

    def mapping(self, name: str) -> dict[str, Any] | Unknown:
        """An argument that is a map; empty where it is absent.

        Args:
            name: the argument.
        """
        value = self.values.get(name)
        return UNKNOWN if value is UNKNOWN else Node(value, f"{self.place}.{name}").object()

    def _wrong(self, name: str, expected: str) -> PolicyError:
        return Node(self.values.get(name), f"{self.place}.{name}").wrong(expected)


class Plan:
    """A plan.

    Args:
        document: what `terraform show -json` prints for a saved plan.
        name: of the file, for messages and reports.
        environment: of whoever applies it, for what a plan does not tell.

    Raises:
        PolicyError: it is no plan, or one with a shape that no Terraform writes.
    """

    def __init__(self, document: Any, name: str = "plan.json", environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.environment = environment or {}
        top = Node(document, "")
        try:
            _refuse_others(top)
            # False with -target, and where Terraform defers changes to a later plan; older versions do not say.
            self.is_complete = top.get("complete").value is not False
            self.configuration = Configuration(top.get("configuration"))
            self._variables = dict(top.get("variables").members())
            self.resources = list(self._read(top.get("resource_changes")))
        except RecursionError:
            raise PolicyError("the document is nested deeper than any plan") from None
        self._referred: dict[tuple[str, str, str], list[Resource]] = {}
        self._by_kind: dict[str, list[Resource]] = {}
        self._by_block: dict[str, list[Resource]] = {}
        for resource in self.resources:
            self._by_kind.setdefault(resource.kind, []).append(resource)
            if resource.block is not None:
                self._by_block.setdefault(resource.block.address, []).append(resource)

    def of(self, *kinds: str) -> Iterator[Resource]:
        """Resources of these types that exist after the apply.

        Args:
            kinds: resource types.
        """
        for kind in kinds:
            yield from (found for found in self._by_kind.get(kind, []) if found.stays)

    def lost(self, kind: str) -> Iterator[Resource]:
        """Resources of a type that the apply deletes, those it creates anew too.

        Args:
            kind: resource type.
        """
        yield from (found for found in self._by_kind.get(kind, []) if found.is_lost)

    def instances(self, addresses: frozenset[str]) -> list[Resource]:
        """Resources of some blocks that exist after the apply.

        Args:
            addresses: of blocks.
        """
        return [found for one in sorted(addresses) for found in self._by_block.get(one, []) if found.stays]

    def referred(self, resource: Resource, argument: str, kind: str) -> list[Resource]:
        """Resources of a type that an argument of a resource leads to, by key where the reference has one.

        Args:
            resource: holds the argument.
            argument: its name.
            kind: resource type.
        """
        if resource.block is None:
            return []
        key = (resource.address, argument, kind)
        if key not in self._referred:
            found = self.instances(self.configuration.targets(resource.block, argument).of(kind))
            near = [one for one in found if one.module == resource.module]
            named = references(resource.block.expressions.get(argument))
            self._referred[key] = [one for one in near or found if _is_named(one, named, resource)]
        return self._referred[key]

    def _read(self, changes: Node) -> Iterator[Resource]:
        for node in changes.items():
            if node.get("mode").value != "managed" or node.get("deposed").value is not None:
                continue
            change = node.get("change")
            address = node.get("address").text()
            block = self.configuration.blocks.get(without_indexes(address))
            after = change.get("after")
            values = merge(after, change.get("after_unknown").value)
            if not isinstance(values, dict | None):
                raise after.wrong("an object")
            actions = change.get("actions").texts()
            if not actions:
                raise change.get("actions").wrong("a list of actions")
            place, before, kind = after.place, change.get("before").object(), node.get("type").text()
            region = self._region(block, values or {}, place)
            if isinstance((index := node.get("index")).value, dict | list):
                raise index.wrong("a string or a number")
            module = "" if (inside := node.get("module_address")).value is None else inside.text()
            yield Resource(address, kind, module, actions, before, values or {}, place, block, region, index.value)

    def _region(self, block: Block | None, values: dict[str, Any], place: str) -> str | None:
        """The Region of a resource: its own argument in version 6 of the provider, else that of its provider."""
        own = values.get("region")
        if own is not None and own is not UNKNOWN:
            return Node(own, f"{place}.region").text()
        provider = None if block is None else self.configuration.provider(block)
        return None if provider is None else self.constant(provider.get("expressions").get("region"))

    def constant(self, expression: Node) -> str | None:
        """The string that an expression of the root stands for; None where it is computed.

        Args:
            expression: a constant, or a reference to a variable of the root.
        """
        value, named = constant(expression), references(expression)
        if value is None and len(named) == 1 and named[0].startswith("var."):
            given = self._variables.get(named[0].removeprefix("var."))
            value = given and given.get("value").value
        return value if isinstance(value, str) else None


def _is_named(found: Resource, named: list[str], user: Resource) -> bool:
    """Whether references are about this instance: by its key, by the user's own key, or by none."""
    if found.index is None or found.block is None or found.module != user.module:
        return True
    own = found.block.name
    keys = {instance_key(name[len(own) :]) for name in named if name.startswith(f"{own}[")}
    if keys:
        return str(found.index) in keys
    return found.index == user.index or not {"each.key", "count.index"} & set(named)


def _refuse_others(top: Node) -> None:
    given = top.object()
    if "resource_changes" not in given and "values" in given:
        raise PolicyError("this is a state, not a plan: save one with `terraform plan -out=FILE`, then show that file")
    if "configuration" not in given or "format_version" not in given:
        raise PolicyError(
            "this is no plan: `format_version` and `configuration` are missing; "
            "make one with `terraform plan -out=FILE` and `terraform show -json FILE`"
        )
    version = top.get("format_version").text()
    if version.partition(".")[0] != "1":
        raise top.get("format_version").wrong("version 1.x of Terraform's JSON format")
    if top.get("errored").value:
        raise PolicyError("errored: this plan failed half-way, so that it does not tell what would happen; plan again")


def load(file: Path, environment: Mapping[str, str] | None = None) -> Plan:
    """Read a plan from a file.

    Args:
        file: what `terraform show -json` printed.
        environment: of whoever applies it.

    Raises:
        PolicyError: it cannot be read, or is no plan; the message names the file and the place.
    """
    try:
        return Plan(json.loads(file.read_bytes()), str(file), environment)
    except OSError as error:
        raise PolicyError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        cure = f"this is not JSON; run: terraform show -json {file} > plan.json"
        raise PolicyError(f"{file}: {cure}") from None
    except json.JSONDecodeError as error:
        raise PolicyError(f"{file}: line {error.lineno}, column {error.colno}: no JSON here ({error.msg})") from None
    except (RecursionError, ValueError) as error:
        raise PolicyError(f"{file}: the document cannot be read: {error}") from None
    except PolicyError as error:
        raise PolicyError(f"{file}: {error}") from None
