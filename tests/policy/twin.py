"""The twins of each rule: small modules, one that keeps it and one that breaks it, planned together and for real."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from policy.plan import Plan

from ..modules import planning
from .existing import state

FOLDER = Path(__file__).parent / "twins"
ACCESS = {"us-east-1": "primary", "us-east-2": "secondary"}
VERSIONS = """terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = ">= 5.100.0, < 7.0.0"
      configuration_aliases = [aws.primary, aws.secondary]
    }
  }
}
"""


@dataclass(frozen=True)
class Twin:
    """A module: `twins/DSQL001/break.tf`, whose head says what the module alone does not.

    `# expect: aws_dsql_cluster.primary` is what the rule must name: addresses, `module` for the twin itself, `root`;
    `# after: DSQL001/pass` is the twin whose resources exist when this one is planned;
    `# set: aws_dsql_cluster.primary {"force_destroy": true}` is what this provider cannot plan, or `provider` what the
    root says of it: put into the plan as it would stand there;
    `# environment: TF_CLI_ARGS=-parallelism=1` is set where it is applied.
    """

    file: Path

    @property
    def rule(self):
        return self.file.parent.name

    @property
    def name(self):
        return f"{self.rule}_{self.file.stem}".replace("-", "_")

    @cached_property
    def head(self):
        return dict(re.findall(r"^# (expect|after|set|environment): (.+)$", self.file.read_text(), re.MULTILINE))

    @property
    def expected(self):
        named = self.head["expect"].split(", ") if "expect" in self.head else []
        places = {"root": "root", "module": f"module.{self.name}"}
        return sorted(places.get(one, f"module.{self.name}.{one}") for one in named)

    @property
    def before(self):
        """The twin that exists already; None where nothing does."""
        return twin(*self.head["after"].split("/")) if "after" in self.head else None

    @property
    def environment(self):
        name, _, value = self.head.get("environment", "").partition("=")
        return {name: value}


class Planned(NamedTuple):
    """What Terraform shows for two roots: the twins that are new, and those that change what exists."""

    new: dict
    later: dict


TWINS = [Twin(file) for file in sorted(FOLDER.glob("*/*.tf"))]


def twin(rule, stem):
    return next(one for one in TWINS if (one.rule, one.file.stem) == (rule, stem))


def planned(directory, settings):
    """Plan roots that call each twin; the rules see many of them in one plan, as a real root has many modules."""
    new = _plan(directory / "new", [one for one in TWINS if not one.before], settings)
    changed = [one for one in TWINS if one.before]
    existing = state(new, {one.name: one.before.name for one in changed})
    # Nothing of it is in any account, so that a refresh would find it gone.
    later = _plan(directory / "later", changed, {**settings, "TF_CLI_ARGS_plan": "-refresh=false"}, existing)
    return Planned(new, later)


def _plan(directory, twins, settings, existing=None):
    calls = {}
    for one in twins:
        module = directory / "twins" / one.name
        module.mkdir(parents=True)
        (module / "main.tf").write_text(one.file.read_text())
        (module / "versions.tf").write_text(VERSIONS)
        providers = {f"aws.{role}": f"aws.{region}" for region, role in ACCESS.items()}
        calls[one.name] = {"source": f"./twins/{one.name}", "providers": providers}
    planning.write(directory, calls)
    if existing:
        (directory / "terraform.tfstate").write_text(json.dumps(existing))
    return planning.plan(directory, settings)


def part(planned, twin):
    """The plan of one twin: what a root would show that calls nothing else."""
    document = planned.later if twin.before else planned.new
    path = f"module.{twin.name}"
    configuration = document["configuration"]
    root = {"module_calls": {twin.name: configuration["root_module"]["module_calls"][twin.name]}}
    providers = {
        key: provider
        for key, provider in configuration["provider_config"].items()
        if provider.get("module_address", path) == path
    }
    changes = [change for change in document["resource_changes"] if change["address"].startswith(f"{path}.")]
    shown = {
        **{key: document[key] for key in ("format_version", "variables") if key in document},
        "configuration": {**configuration, "provider_config": providers, "root_module": root},
        "resource_changes": changes,
    }
    return _set(json.loads(json.dumps(shown)), *twin.head.get("set", "").partition(" ")[::2])


def _set(document, place, values):
    if place == "provider":
        found = list(document["configuration"]["provider_config"].values())
    else:
        found = [one["change"]["after"] for one in document["resource_changes"] if one["address"].endswith(f".{place}")]
    for one in found if place else ():
        one.update(json.loads(values))
    return document


def plan_of(planned, twin):
    return Plan(part(planned, twin), str(twin.file.relative_to(FOLDER)), twin.environment)
