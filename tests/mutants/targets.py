"""What is changed, and which tests should notice."""

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Target:
    """A part of the code, and its tests.

    Args:
        files: pattern in the repository.
        tests: folders and files.
        without: names of tests that are left out, because they take long and repeat what others hold, or run the
            code in another process.
        doubt: whether tests share a database, in which a mutant may leave wrong rows.
    """

    files: str
    tests: tuple[str, ...]
    without: str
    doubt: bool


TARGETS = {
    "policy": Target(
        "policy/**/*.py",
        ("tests/policy",),
        "test_broken_plans or test_mistakes or test_ci or five_hundred or bare_python or test_rego",
        doubt=False,
    ),
    "transactions": Target(
        "lambda/transactions/*.py",
        ("tests/lambda",),
        "test_bank or test_history or test_killed or test_schemathesis or "
        "(test_faults and not (both_ways or round_trip or in_turn or receipt))",
        doubt=True,
    ),
}


def files(target):
    """The files of a target, in order."""
    return sorted(path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob(target.files))
