"""The configuration part of a plan: blocks, module calls, and what an expression refers to.

Only `references` tell relations: in a module written as JSON, Terraform shows an expression as its text in
`constant_value` too. A local value is not in a plan, so that what it refers to stays unseen.
https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policy.shape import Node

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]')


@dataclass(frozen=True)
class Targets:
    """What an expression leads to.

    Args:
        blocks: addresses of resource blocks, without instance keys.
        hidden: whether some of it goes through a local value, which a plan does not show.
    """

    blocks: frozenset[str] = frozenset()
    hidden: bool = False

    def of(self, kind: str) -> frozenset[str]:
        """Those of one resource type.

        Args:
            kind: such as `aws_dsql_cluster`.
        """
        return frozenset(address for address in self.blocks if kind_of(address) == kind)


@dataclass(frozen=True)
class Block:
    """A resource block.

    Args:
        module: path of its module without instance keys; empty in the root.
        name: its address in the module, such as `aws_dsql_cluster.primary`.
        node: where it stands.
    """

    module: str
    name: str
    node: Node

    @property
    def address(self) -> str:
        """Its address in the configuration."""
        return joined(self.module, self.name)

    @property
    def expressions(self) -> Node:
        """Its arguments."""
        return self.node.get("expressions")

    @property
    def provider(self) -> str:
        """Key of its provider in `provider_config`."""
        value = self.node.get("provider_config_key")
        return "" if value.value is None else value.text()

    def sets(self, argument: str) -> bool:
        """Whether the block names an argument, with whatever value.

        Args:
            argument: name of the argument or nested block.
        """
        return argument in self.expressions.object()


class Configuration:
    """Blocks of all modules, and the way of a reference through calls and outputs.

    Args:
        node: `configuration` of the plan.
    """

    def __init__(self, node: Node) -> None:
        self.providers = dict(node.get("provider_config").members())
        self.blocks: dict[str, Block] = {}
        self._modules: dict[str, Node] = {}
        self._calls: dict[str, tuple[str, Node]] = {}
        self._targets: dict[tuple[str, str], Targets] = {}
        self._read("", node.get("root_module"))

    def _read(self, path: str, module: Node) -> None:
        self._modules[path] = module
        for resource in module.get("resources").items():
            block = Block(path, resource.get("address").text(), resource)
            self.blocks[block.address] = block
        for name, call in module.get("module_calls").members():
            child = joined(path, f"module.{name}")
            self._calls[child] = (path, call)
            self._read(child, call.get("module"))

    def provider(self, block: Block) -> Node | None:
        """The provider configuration of a block; None where the plan has none.

        Args:
            block: any block.
        """
        key = block.provider
        return self.providers.get(key) or self.providers.get(key.rpartition(":")[2])

    def targets(self, block: Block, argument: str) -> Targets:
        """The resource blocks that an argument leads to.

        Args:
            block: holds the argument.
            argument: its name.
        """
        return self.follow(block.module, references(block.expressions.get(argument)), each(block))

    def dependencies(self, block: Block) -> Targets:
        """All resource blocks that a block directly depends on.

        Args:
            block: any block.
        """
        named = [*references(block.expressions), *references(block.node.get("count_expression")), *each(block)]
        found = [self.follow(block.module, named, each(block)), self._waited(block.module, block.node)]
        path = block.module
        while path:
            parent, call = self._calls[path]
            found.append(self._waited(parent, call))
            path = parent
        return _union(found)

    def _waited(self, module: str, node: Node) -> Targets:
        """What `depends_on` waits for: of a module, all of it."""
        named = [_INDEX.sub("", name) for name in node.get("depends_on").texts()]
        modules = tuple(joined(module, name) + "." for name in named if name.startswith("module."))
        inside = (
            frozenset(address for address in self.blocks if address.startswith(modules)) if modules else frozenset()
        )
        return _union(
            [Targets(inside), self.follow(module, [name for name in named if not name.startswith("module.")])]
        )

    @cached_property
    def _dependencies(self) -> dict[str, frozenset[str]]:
        return {address: self.dependencies(block).blocks for address, block in self.blocks.items()}

    def reach(self, address: str) -> frozenset[str]:
        """All blocks that a block depends on, directly or through others.

        Args:
            address: of the block.
        """
        seen: set[str] = set()
        waiting = [address]
        while waiting:
            for next_one in self._dependencies.get(waiting.pop(), frozenset()) - seen:
                seen.add(next_one)
                waiting.append(next_one)
        return frozenset(seen)

    def follow(self, module: str, named: list[str] | tuple[str, ...], each_value: tuple[str, ...] = ()) -> Targets:
        """What references lead to.

        Args:
            module: path of the module that they stand in.
            named: references, as the plan lists them.
            each_value: what `each` stands for there.
        """
        plain = {_INDEX.sub("", name) for name in named}
        # The plan lists `module.a.b` and then `module.a` for one reference; the longer one says which output.
        whole = {name for name in plain if not any(other.startswith(f"{name}.") for other in plain)}
        return _union([self._one(module, name, each_value) for name in sorted(whole)])

    def _one(self, module: str, name: str, each_value: tuple[str, ...]) -> Targets:
        head, _, rest = name.partition(".")
        if head == "each":
            return self.follow(module, each_value)
        if head == "local":
            return Targets(hidden=True)
        if head in ("var", "module"):
            key = (module, name)
            if key not in self._targets:
                self._targets[key] = Targets()  # stops a circle, which only a broken plan has
                self._targets[key] = self._through(module, head, rest)
            return self._targets[key]
        parts = name.split(".")
        address = joined(module, ".".join(parts[: 3 if head == "data" else 2]))
        return Targets(frozenset({address} & self.blocks.keys()))

    def _through(self, module: str, head: str, rest: str) -> Targets:
        """Go up through a variable, or down through an output."""
        name, _, output = rest.partition(".")
        if head == "var":
            if module not in self._calls:
                return Targets()
            parent, call = self._calls[module]
            return self.follow(parent, references(call.get("expressions").get(name)), each(call))
        child = joined(module, f"module.{name}")
        if child not in self._modules:
            return Targets()
        outputs = self._modules[child].get("outputs")
        chosen = output.partition(".")[0]
        wanted = [chosen] if chosen else list(outputs.object())
        return _union([self.follow(child, references(outputs.get(one).get("expression"))) for one in wanted])


def references(expression: Node) -> list[str]:
    """All references in an expression or nested block.

    Args:
        expression: as the plan shows it.
    """
    return list(_references(expression))


def _references(expression: Node) -> Iterator[str]:
    if isinstance(expression.value, list):
        for item in expression.items():
            yield from _references(item)
    elif isinstance(expression.value, dict):
        for key, member in expression.members():
            if key == "references":
                yield from member.texts()
            elif key != "constant_value":
                yield from _references(member)


def constant(expression: Node) -> Any:
    """The value of an expression that is one; None where it is computed.

    Args:
        expression: as the plan shows it.
    """
    given = expression.object()
    value = given.get("constant_value")
    return None if given.get("references") or (isinstance(value, str) and "${" in value) else value


def each(node: Block | Node) -> tuple[str, ...]:
    """References of what `each` goes over.

    Args:
        node: a block or a module call.
    """
    node = node.node if isinstance(node, Block) else node
    return tuple(references(node.get("for_each_expression")))


def without_indexes(address: str) -> str:
    """An address in the configuration: the same, without instance keys.

    Args:
        address: of a resource or module.
    """
    return _INDEX.sub("", address)


def instance_key(text: str) -> str:
    """The key that an address goes on with, without quotes and escapes.

    Args:
        text: what follows the name of a block, such as `["a\\"b"].arn` or `[0]`.
    """
    found = _INDEX.match(text)
    key = found[0][1:-1] if found else ""
    if not key.startswith('"'):
        return key
    plain = re.sub(r"\\(.)", lambda escaped: {"n": "\n", "r": "\r", "t": "\t"}.get(escaped[1], escaped[1]), key[1:-1])
    return plain.replace("$${", "${").replace("%%{", "%{")


def kind_of(address: str) -> str:
    """Resource type in an address of a block.

    Args:
        address: without instance keys.
    """
    return address.rpartition(".")[0].rpartition(".")[2]


def joined(module: str, name: str) -> str:
    """An address in a module.

    Args:
        module: path; empty in the root.
        name: address there.
    """
    return f"{module}.{name}" if module else name


def _union(found: list[Targets]) -> Targets:
    blocks = frozenset[str]().union(*(one.blocks for one in found))
    return Targets(blocks, any(one.hidden for one in found))
