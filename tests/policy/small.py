"""A plan of a few resources, written down in the test that asks about them: for what one argument alone decides."""

import re

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID


def resource(address, after=None, *, region="us-east-1", refers=None, configured=True, depends_on=(), **change):
    """A resource that the plan creates, unless it is told otherwise.

    Args:
        address: with its module and key, such as `module.a.aws_sqs_queue.b["c"]`.
        after: its values.
        region: that of its provider; None where the plan does not tell it.
        refers: by argument, the references that it is made of; nested blocks as the plan shows them.
        configured: whether the plan has its block.
        depends_on: of its block.
        change: other parts of the change, such as `actions`, `before` and `after_unknown`.
    """
    module, name, key = re.fullmatch(r'((?:module\.[\w\["\]]+\.)*)([\w.]+)(?:\[(.+)\])?', address).groups()
    expressions = {argument: {"constant_value": value} for argument, value in (after or {}).items()}
    for argument, named in (refers or {}).items():
        expressions[argument] = {"references": named} if named and isinstance(named[0], str) else named
    block = {
        "address": name,
        "provider_config_key": f"aws.{region}",
        "expressions": expressions,
        "depends_on": list(depends_on),
    }
    return {
        "block": (re.sub(r"\[[^\]]*\]", "", module), block) if configured else None,
        "address": address,
        **({"module_address": module[:-1]} if module else {}),
        **({} if key is None else {"index": key.strip('"') if key.startswith('"') else int(key)}),
        "mode": "managed",
        "type": name.partition(".")[0],
        "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {}, **change},
    }


def document(*resources, calls=None, providers=None):
    """What `terraform show -json` would print.

    Args:
        resources: of `resource`.
        calls: by path of a module, more of its call, such as `{"depends_on": [...]}`.
        providers: more of `provider_config`.
    """
    root = {}
    for module, block in [one["block"] for one in resources if one["block"] is not None]:
        inside = root
        for name in re.findall(r"module\.(\w+)\.", module):
            call = inside.setdefault("module_calls", {}).setdefault(name, {})
            inside = call.setdefault("module", {})
        blocks = inside.setdefault("resources", [])
        if block["address"] not in [other["address"] for other in blocks]:
            blocks.append(block)
    for path, more in (calls or {}).items():
        inside = root
        for name in path.split("."):
            call = inside.get("module", inside)["module_calls"][name]
            inside = call
        call.update(more)
    used = {one["block"][1]["provider_config_key"] for one in resources if one["block"] is not None}
    regions = {key: {"expressions": {"region": {"constant_value": key[4:]}}} for key in used if key != "aws.None"}
    return {
        "format_version": "1.2",
        "configuration": {"provider_config": {**regions, **(providers or {})}, "root_module": root},
        "resource_changes": [{key: part for key, part in one.items() if key != "block"} for one in resources],
    }


def told(rule, *resources, **more):
    """What a rule says about a plan of these: address and message of each finding, `?` before what is unknown."""
    outcomes = evaluate(Plan(document(*resources, **more)), rules=[BY_ID[rule]]).outcomes
    return [(f"{'?' if one.finding.unknown else ''}{one.finding.address}", one.finding.message) for one in outcomes]
