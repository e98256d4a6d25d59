"""How `make test` spreads the tests over processes: what shares something costly stays together, the longest first."""

import os

import pytest

# Terraform and its provider, which take most of the suite's time, spend a third of theirs on collecting garbage at
# Go's usual pace (https://go.dev/doc/gc-guide#GOGC). The limit keeps the largest plan's processes as small as before.
os.environ |= {"GOGC": "800", "GOMEMLIMIT": "1GiB", **os.environ}

# Fixtures that take long to make, by folder; a process makes one once, for all tests that ask for it.
SHARED = {
    "e2e": ("applied", "deployed", "pair"),
    "lambda": ("bare_stage",),
    "localcloud": ("cloud",),
    "modules": ("planned",),
    "policy": ("examples", "twins"),
}
ORDER = (
    *("e2e-applied", "e2e-deployed", "test_teardown", "lambda", "e2e-pair", "test_recovery", "modules", "policy"),
    "localcloud",
)


def group(item):
    """The name of what a test is kept together with: tests of the same shared fixture, or of the same file."""
    folder = item.path.parent.name
    shared = [fixture for fixture in SHARED.get(folder, ()) if fixture in item.fixturenames]
    if folder == "e2e" and shared:
        return f"e2e-{shared[0]}"
    return folder if shared else item.path.stem


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items):
    """Put each test into its group, which a process takes whole; one process for all does group after group."""
    places = {name: place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(group(item), len(ORDER)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
