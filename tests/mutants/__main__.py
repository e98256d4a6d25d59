"""`make mutants`: change the code in many small ways, and tell which changes no test notices.

`python -m tests.mutants policy` judges what was not judged yet in build/mutants, `--again` also what survived, and
`--report` writes docs/mutants.md.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass, field

import pytest

from .mutations import REPOSITORY, Mutant, digest, mutants
from .plugin import Mutate
from .report import write

BUILD = REPOSITORY / "build" / "mutants"


@dataclass(frozen=True)
class Target:
    """What is changed, and which tests should notice.

    Args:
        files: pattern in the repository.
        tests: folders and files.
        without: names of tests that are left out, because they take long and repeat what others hold, or run the
            code in another process.
        doubt: whether tests share a database, in which a mutant may leave wrong rows.
        apart: files that run in another process, where no mutant reaches them, and what tests them there.
    """

    files: str
    tests: tuple[str, ...]
    without: str
    doubt: bool
    apart: dict[str, str] = field(default_factory=dict)


TARGETS = {
    "policy": Target(
        "policy/**/*.py",
        ("tests/policy",),
        "test_broken_plans or test_mistakes or test_ci or five_hundred or bare_python or test_rego",
        doubt=False,
        apart={"policy/checkov/dsql_rules.py": "checkov's own Python runs it; `make checkov` holds it to our rules"},
    ),
    "transactions": Target(
        "lambda/transactions/*.py",
        ("tests/lambda",),
        "test_bank or test_history or test_killed or test_schemathesis or "
        "(test_faults and not (both_ways or round_trip or in_turn or receipt))",
        doubt=True,
    ),
}


def key(mutant):
    """A mutant's name in the file of results: it holds while the file is as it was."""
    return f"{mutant.file} {mutant.operator} {mutant.occurrence}"


def judged(results):
    """Results by mutant, of the files as they are now."""
    found = {}
    for line in results.read_text().splitlines() if results.exists() else ():
        result = json.loads(line)
        if result["of"] == digest(result["mutant"]["file"]):
            mutant = Mutant(**{**result["mutant"], "lines": tuple(result["mutant"]["lines"])})
            found[key(mutant)] = (mutant, result)
    return found


def main():
    """Command line."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="*", choices=[[], *TARGETS], help="default: all")
    parser.add_argument("--again", action="store_true", help="judge again what survived")
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="files whose path has this text; may be given again, for more"
    )
    parser.add_argument("--report", action="store_true", help="write docs/mutants.md from what was judged")
    options = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in options.target or TARGETS:
        if not options.report:
            run(name, options)
    if options.report:
        known = {name: judged(BUILD / f"{name}.jsonl") for name in TARGETS}
        others = {
            name: [file for file in files(TARGETS[name]) if any(key(mutant) not in found for mutant in mutants(file))]
            for name, found in known.items()
        }
        write(
            {name: found.values() for name, found in known.items()},
            others,
            {name: TARGETS[name].apart for name in known},
        )
    return 0


def files(target):
    """The files of a target, in order."""
    found = {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob(target.files)}
    return sorted(found - target.apart.keys())


def run(name, options):
    """Judge the mutants of a target, in a new session where a mutant broke what the tests share."""
    results = BUILD / f"{name}.jsonl"
    chosen = [
        file for file in files(TARGETS[name]) if options.only is None or any(text in file for text in options.only)
    ]
    if options.again:
        known = [result for _, result in judged(results).values()]
        kept = [one for one in known if one["outcome"] == "killed" or one["mutant"]["file"] not in chosen]
        results.write_text("".join(json.dumps(one) + "\n" for one in kept))
    wanted = [mutant for file in chosen for mutant in sorted(mutants(file), key=lambda mutant: mutant.lines)]
    while pending := [mutant for mutant in wanted if key(mutant) not in judged(results)]:
        print(f"{name}: {len(pending)} of {len(wanted)} mutants to be judged", flush=True)
        child = os.fork()  # pytest and what it imports live once in a process
        if not child:
            os._exit(session(TARGETS[name], pending, results))
        if os.waitpid(child, 0)[1]:
            raise SystemExit("the tests cannot be run without a mutant")


def session(target, pending, results):
    """Judge mutants in one session of pytest."""
    arguments = ["-q", "-s", "--tb=no", "-p", "no:cacheprovider", *target.tests, "-k", f"not ({target.without})"]
    return pytest.main(arguments, [Mutate(pending, results, doubt=target.doubt)])


if __name__ == "__main__":
    sys.exit(main())
