"""A state in which exists what a plan would make, with ids as AWS might give them: a later plan begins with it."""

from policy.configuration import references
from policy.shape import Node

GIVEN = ("arn", "id", "identifier", "key_id")  # what AWS names, and others refer to
ARN = "arn:aws:made-up:us-east-1:123456789012:"


def state(document, moved):
    """A state file.

    Args:
        document: a plan whose modules are called in its root.
        moved: for each module of the state, the module of the plan whose resources it has.
    """
    found = [one for name, source in moved.items() for one in _resources(document, source, f"module.{name}")]
    head = {"version": 4, "terraform_version": document["terraform_version"], "serial": 1, "lineage": "made-up"}
    return {**head, "outputs": {}, "resources": found}


def _resources(document, source, module):
    configured = document["configuration"]["root_module"]["module_calls"][source]["module"]["resources"]
    blocks = {block["address"]: block for block in configured}
    planned = document["planned_values"]["root_module"]["child_modules"]
    (inside,) = (one["resources"] for one in planned if one["address"] == f"module.{source}")
    versions = {one["address"]: one["schema_version"] for one in inside}
    changes = {
        f"{one['type']}.{one['name']}": one
        for one in document["resource_changes"]
        if one.get("module_address") == f"module.{source}"
    }
    values = {address: {**one["change"]["after"], **_named(one)} for address, one in changes.items()}
    for address, one in changes.items():
        for argument, unknown in one["change"]["after_unknown"].items():
            for reference in references(Node(blocks[address]["expressions"].get(argument), "")):
                other, _, attribute = reference.rpartition(".")
                if attribute in values.get(other, {}):
                    new = values[other][attribute]
                    values[address][argument] = _filled(values[address].get(argument), unknown, new)
    for address, one in changes.items():
        key = blocks[address]["provider_config_key"]
        yield {
            "module": module,
            "mode": "managed",
            "type": one["type"],
            "name": one["name"],
            "provider": f'provider["{one["provider_name"]}"].{key.partition(".")[2]}',
            "instances": [{"schema_version": versions[one["address"]], "attributes": values[address]}],
        }


def _named(change):
    unknown = change["change"]["after_unknown"]
    names = {name: change["name"] for name in GIVEN if unknown.get(name) is True}
    return {name: f"{ARN}{change['type']}/{value}" if name == "arn" else value for name, value in names.items()}


def _filled(value, unknown, new):
    """A value, or a list, whose unknown parts are this one."""
    if isinstance(unknown, list):
        return [_filled(one, hidden, new) for one, hidden in zip(value, unknown, strict=True)]
    return new if unknown else value
