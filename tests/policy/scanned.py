"""`python -m tests.policy.scanned CHECKOV`: our checks for checkov, held equal to the rules by the rules' own twins.

For `make checkov`, since checkov is not in the environment of the other tests.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rule import Severity
from policy.rules import ALL

from ..modules import planning
from . import twin

CHECKS = planning.REPOSITORY / "policy" / "checkov"
ASKED = [rule for rule in ALL if rule.on and rule.severity is not Severity.ADVICE]


def by_rules(document):
    """What our rules say is broken: id and address."""
    outcomes = evaluate(Plan(document), rules=ASKED).outcomes
    return {(one.rule.id, one.finding.address) for one in outcomes if not one.finding.unknown}


def by_checkov(program, plan):
    """What checkov says with the same rules as its checks."""
    only = ",".join(f"CKV_{rule.id}" for rule in ASKED)
    options = ["--framework=terraform_plan", f"--external-checks-dir={CHECKS}", f"--check={only}"]
    command = [program, f"--file={plan}", *options, "--skip-download", "--compact", "--output=json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        results = json.loads(ran.stdout)["results"]
    except (ValueError, KeyError, TypeError):
        sys.exit(f"checkov gave no results: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    asked = len({one["check_id"] for one in (*results["failed_checks"], *results["passed_checks"])})
    return {(one["check_id"].removeprefix("CKV_"), one["resource"]) for one in results["failed_checks"]}, asked


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        settings = planning.environment(Path(folder) / "terraform")
        planned = twin.planned(Path(folder) / "twins", settings).new
        document = {name: planned[name] for name in DOCUMENT if name in planned}
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps(document))
        scanned, asked = by_checkov(program, plan)
    expected = by_rules(document)
    for rule, address in sorted(expected ^ scanned):
        print(f"{rule} {address}: found by {'our rule' if (rule, address) in expected else 'checkov'} alone")
    if expected ^ scanned:
        sys.exit("our checks for checkov and our rules do not say the same; look at policy/checkov/dsql_rules.py")
    print(f"our checks in checkov: {asked} of {len(ASKED)} met a resource; {len(scanned)} findings, as ours")


DOCUMENT = ("configuration", "format_version", "planned_values", "resource_changes", "terraform_version", "variables")

if __name__ == "__main__":
    main(*sys.argv[1:])
