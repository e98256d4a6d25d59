"""The twins of each rule: small modules, one that keeps it and one that breaks it, all planned at once and for real."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from policy.plan import Plan

from ..modules import planning

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
    """A module: `twins/DSQL001/break.tf`, whose first line tells the addresses that the rule must name."""

    file: Path

    @property
    def rule(self):
        return self.file.parent.name

    @property
    def name(self):
        return f"{self.rule}_{self.file.stem}".replace("-", "_")

    @property
    def expected(self):
        found = re.match(r"# expect: (.+)", self.file.read_text())
        return sorted(f"module.{self.name}.{address}" for address in found[1].split(", ")) if found else []


TWINS = [Twin(file) for file in sorted(FOLDER.glob("*/*.tf"))]


def planned(directory, settings):
    """Plan a root that calls each twin; the rules see all of them in one plan, as a real root has many modules."""
    calls = {}
    for twin in TWINS:
        module = directory / "twins" / twin.name
        module.mkdir(parents=True)
        (module / "main.tf").write_text(twin.file.read_text())
        (module / "versions.tf").write_text(VERSIONS)
        providers = {f"aws.{role}": f"aws.{region}" for region, role in ACCESS.items()}
        calls[twin.name] = {"source": f"./twins/{twin.name}", "providers": providers}
    planning.write(directory, calls)
    return planning.plan(directory, settings)


def part(document, twin):
    """The plan of one twin: what a root would show that calls nothing else."""
    prefix = f"module.{twin.name}."
    configuration = document["configuration"]
    root = {"module_calls": {twin.name: configuration["root_module"]["module_calls"][twin.name]}}
    return json.loads(
        json.dumps(
            {
                **{key: document[key] for key in ("format_version", "variables") if key in document},
                "configuration": {**configuration, "root_module": root},
                "resource_changes": [
                    change for change in document["resource_changes"] if change["address"].startswith(prefix)
                ],
            }
        )
    )


def plan_of(document, twin):
    return Plan(part(document, twin), str(twin.file.relative_to(FOLDER)))
