"""What a plan refuses, from `refused.yaml`: every wrong input in one plan, every wrong triple of Regions in another.

Terraform looks at Regions, and at what one input asks of another, only where each input by itself is right: `alone`; at
what an input asks of the Regions, `known`, only where they are right.
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
    return next((name for name in ("regions", "alone", "known") if name in given), "inputs")


def shared(cases):
    """Calls that hold one wrong value of each input at most: name of the call to module and cases."""
    calls = {}
    for case in cases:
        module, given, _ = case
        turn = 0
        kind = f"{module}_{root(given)}"
        while any((set(given) & set(other)) - {"known"} for _, other, _ in calls.get(f"{kind}_{turn}", [])):
            turn += 1
        calls.setdefault(f"{kind}_{turn}", []).append(case)
    return calls


CALLS = shared(CASES)


@pytest.fixture(scope="module")
def refusals(tmp_path_factory, terraform_environment, package_file):
    """Terraform's messages by the name of the call."""
    said = {}
    for about in ("inputs", "alone", "known", "regions"):
        directory = tmp_path_factory.mktemp(about)
        blocks = {}
        for name, cases in CALLS.items():
            given = {key: value for _, arguments, _ in cases for key, value in arguments.items()}
            if root(given) == about:
                given = {key: value for key, value in given.items() if key not in ("alone", "known")}
                regions = given.pop("regions", planning.REGIONS)
                module = cases[0][0]
                arguments = {**planning.smallest(module, package_file), **given}
                blocks[name] = planning.call(directory, module, arguments, regions)
        planning.write(directory, blocks)
        for name, messages in planning.refusals(directory, terraform_environment).items():
            said.setdefault(name, []).extend(messages)
    return said


@pytest.mark.parametrize(
    ("call", "given", "says"),
    [(call, given, says) for call, cases in CALLS.items() for _, given, says in cases],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_input_is_refused_with_the_shape_that_is_allowed(refusals, call, given, says):
    said = refusals.get(call, []) + refusals.get("", [])
    assert any(says in message for message in said), f"{given} is not refused with {says!r}, but with {said}"
