"""A plan of examples/complete that is changed, and the list of mistakes that the files beside this one add to."""

import copy
import json
import re
from dataclasses import dataclass
from typing import Any

ADMIN = {
    "Effect": "Allow",
    "Action": "dsql:DbConnectAdmin",
    "Resource": "arn:aws:dsql:us-east-1:123456789012:cluster/a",
}
ALL = []


@dataclass(frozen=True)
class Mistake:
    """A mistake.

    Args:
        name: in words.
        rule: meant for it.
        make: puts it into an `Edited` plan.
        linked: by what the example links its clusters, `aws-cli` or `provider`.
        also: rules that it breaks besides, because it is two things at once.
    """

    name: str
    rule: str
    make: Any
    linked: str = "aws-cli"
    also: tuple[str, ...] = ()


def mistake(name, rule, linked="aws-cli", also=()):
    def add(make):
        ALL.append(Mistake(name, rule, make, linked, also))
        return make

    return add


class Edited:
    """A plan that is changed: resources by the end of their address, blocks of the module by their name."""

    def __init__(self, document):
        self.document = copy.deepcopy(document)

    def changes(self, end):
        found = [
            one for one in self.document["resource_changes"] if re.sub(r"^module\.\w+\.", "", one["address"]) == end
        ]
        assert found, f"examples/complete plans no {end}"
        return found

    def after(self, end):
        return self.changes(end)[0]["change"]["after"]

    def set(self, end, **values):
        """What somebody wrote instead: known at plan, and an argument of the block."""
        for one in self.changes(end):
            one["change"]["after"].update(values)
            for name in values:
                one["change"]["after_unknown"].pop(name, None)
                block = self.block(re.sub(r"\[.*\]$", "", end), required=False)
                if block is not None:
                    block["expressions"][name] = {"constant_value": values[name]}

    def unset(self, end, *names):
        """Arguments that somebody left away."""
        for one in self.changes(end):
            for name in names:
                one["change"]["after"][name] = [] if isinstance(one["change"]["after"].get(name), list) else None
                one["change"]["after_unknown"].pop(name, None)
                self.block(re.sub(r"\[.*\]$", "", end))["expressions"].pop(name, None)

    def drop(self, *ends):
        """Resources that somebody forgot, with their blocks."""
        for end in ends:
            gone = self.changes(end)
            self.document["resource_changes"] = [one for one in self.document["resource_changes"] if one not in gone]
            name = re.sub(r"\[.*\]$", "", end)
            if name == end:
                self.blocks[:] = [block for block in self.blocks if block["address"] != name]

    def act(self, end, *actions):
        """A later plan: the resource exists, and this would happen to it."""
        change = self.changes(end)[0]["change"]
        change.update(actions=list(actions), before=copy.deepcopy(change["after"]))
        if actions == ("delete",):
            change.update(after=None, after_unknown={})

    def exists(self, kind):
        """A later plan: all of a type exists, and nothing happens to it."""
        for one in self.document["resource_changes"]:
            if one["type"] == kind:
                one["change"].update(actions=["no-op"], before=copy.deepcopy(one["change"]["after"]))

    def policy(self, end, *statements, argument="policy"):
        """A policy of these statements, known at plan."""
        self.set(end, **{argument: json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})

    @property
    def blocks(self):
        return self.document["configuration"]["root_module"]["module_calls"]["application"]["module"]["resources"]

    def block(self, name, required=True):
        found = [block for block in self.blocks if block["address"] == name]
        assert found or not required, f"modules/application has no {name}"
        return found[0] if found else None

    @property
    def providers(self):
        return self.document["configuration"]["provider_config"]

    def region(self, alias, region):
        self.providers[f"aws.{alias}"]["expressions"]["region"] = {"constant_value": region}


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}
