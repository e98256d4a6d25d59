"""`make mutants`: change the code in many small ways, and tell which changes no test notices.

Judges the files whose code changed since they were judged, and those that are named; writes tests/mutants/judged.yaml
and docs/mutants.md. What is under way stays in build/mutants, and goes on where it was stopped.
"""

import argparse
import os
import sys

import pytest

from .judged import RECORD, digest, read, stale, without_reason, write
from .mutations import mutants
from .plugin import Mutate
from .targets import REPOSITORY, TARGETS, files

UNDER_WAY = REPOSITORY / "build" / "mutants" / "under_way.txt"


def main():
    """Command line."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.splitlines()[0])
    parser.add_argument(
        "named",
        nargs="*",
        metavar="FILE",
        help="files, or part of their path: also if unchanged; default: what changed",
    )
    named = parser.parse_args().named
    known = [file for target in TARGETS.values() for file in files(target)]
    if unknown := [text for text in named if not any(text in file for file in known)]:
        parser.error(f"no file of {', '.join(TARGETS)} has {' or '.join(unknown)} in its path")
    record = read()
    write(record)  # what was judged before, with reasons that are new, does not wait for the rest
    for target in TARGETS.values():
        wanted = [file for file in files(target) if any(text in file for text in named)]
        judge(target, wanted if named else stale(target, record), record)
        write(record)
    UNDER_WAY.unlink(missing_ok=True)
    if files_left := without_reason(record):
        print(f"say why, or mend the tests: {RECORD.relative_to(REPOSITORY)} has survivors of {', '.join(files_left)}")
    return 0


def judge(target, chosen, record):
    """Judge the mutants of files, in a new session where a mutant broke what the tests share, and record them."""
    codes = {file: digest((REPOSITORY / file).read_text()) for file in chosen}
    wanted = {file: sorted(mutants(file), key=lambda mutant: mutant.lines) for file in chosen}
    everything = [mutant for found in wanted.values() for mutant in found]
    while pending := unjudged(everything, codes):
        print(f"{len(pending)} of {len(everything)} mutants to be judged", flush=True)
        child = os.fork()  # pytest and what it imports live once in a process
        if not child:
            os._exit(session(target, pending, codes))
        if os.waitpid(child, 0)[1]:
            raise SystemExit("the tests cannot be run without a mutant")
    judged = outcomes()
    for file, found in wanted.items():
        survivors = [mutant for mutant in found if judged[key(mutant, codes)] == "survived"]
        record[file] = entry(codes[file], len(found), survivors, record.get(file, {}))


def unjudged(everything, codes):
    """The mutants that did not come to anything yet."""
    known = outcomes()
    return [mutant for mutant in everything if key(mutant, codes) not in known]


def session(target, pending, codes):
    """Judge mutants in one session of pytest."""

    def tell(mutant, outcome):
        UNDER_WAY.parent.mkdir(parents=True, exist_ok=True)
        with UNDER_WAY.open("a") as file:
            file.write(f"{key(mutant, codes)} {outcome}\n")

    arguments = ["-q", "-s", "--tb=no", "-p", "no:cacheprovider", *target.tests, "-k", f"not ({target.without})"]
    return pytest.main(arguments, [Mutate(pending, tell, doubt=target.doubt)])


def key(mutant, codes):
    """A mutant's name in what is under way: it holds while the file's code is as it was."""
    return f"{mutant.file} {codes[mutant.file]} {mutant.operator} {mutant.occurrence}"


def outcomes():
    """What is under way: noticed or survived, by key."""
    lines = UNDER_WAY.read_text().splitlines() if UNDER_WAY.exists() else ()
    return dict(line.rsplit(" ", 1) for line in lines)


def entry(code, number, survivors, before):
    """A file's entry in judged.yaml, with the reasons that it had for the same lines."""
    reasons = {(one["in"], one["was"]): one["why"] for one in before.get("survived", ())}
    lines = {}
    for mutant in survivors:
        lines.setdefault((mutant.function, mutant.before), []).append(mutant.after)
    left = [
        {"in": place[0], "was": place[1], "becomes": becomes, "why": reasons.get(place)}
        for place, becomes in lines.items()
    ]
    return {"code": code, "noticed": number - len(survivors), **({"survived": left} if left else {})}


if __name__ == "__main__":
    sys.exit(main())
