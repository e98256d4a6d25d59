"""What a plan refuses, from `refused.yaml`: every wrong input in one plan, every wrong triple of Regions in another.

Terraform looks at Regions, and at what one input asks of another, only where each input by itself is right: `alone`.
"""

from pathlib import Path

import pytest
import yaml

from . import planning

FILE = Path(__file__).with_name("refused.yaml")
CASES = [
    (module, case["given"], case["says"])
    for module, listed in yaml.safe_load(FILE.read_text()).items()
    for case in listed
]


def root(given):
    """Name of the root that a case is planned in."""
    return "regions" if "regions" in given else "alone" if "alone" in given else "inputs"


def shared(cases):
    """Calls that hold one wrong value of each input at most: name of the call to module and cases."""
    calls = {}
    for case in cases:
        module, given, _ = case
        turn = 0
        kind = f"{module}_{root(given)}"
        while any(set(given) & set(other) for _, other, _ in calls.get(f"{kind}_{turn}", [])):
            turn += 1
        calls.setdefault(f"{kind}_{turn}", []).append(case)
    return calls


CALLS = shared(CASES)


@pytest.fixture(scope="module")
def refusals(tmp_path_factory, terraform_environment, package_file):
    """Terraform's messages by the name of the call."""
    said = {}
    for about in ("inputs", "alone", "regions"):
        directory = tmp_path_factory.mktemp(about)
        blocks = {}
        for name, cases in CALLS.items():
            given = {key: value for _, arguments, _ in cases for key, value in arguments.items()}
            if root(given) == about:
                given.pop("alone", None)
                regions = given.pop("regions", planning.REGIONS)
                module = cases[0][0]
                arguments = {**planning.smallest(module, package_file), **given}
                blocks[name] = planning.call(directory, module, arguments, regions)
        planning.write(directory, blocks)
        said |= planning.refusals(directory, terraform_environment)
    return said


@pytest.mark.parametrize(
    ("call", "given", "says"),
    [(call, given, says) for call, cases in CALLS.items() for _, given, says in cases],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_input_is_refused_with_the_shape_that_is_allowed(refusals, call, given, says):
    said = refusals.get(call, []) + refusals.get("", [])
    assert any(says in message for message in said), f"{given} is not refused with {says!r}, but with {said}"
