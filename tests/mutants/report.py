"""docs/mutants.md: how many mutants the tests notice, file by file, and why the others are left."""

from collections import Counter, defaultdict
from pathlib import Path

import yaml

from .mutations import OPERATORS, REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "mutants.md"
REASONS = Path(__file__).with_name("reasons.yaml")
OPENING = f"""# Mutants: what the tests would not notice

`make mutants` changes the code of `policy/` and `lambda/transactions` in one place, runs the tests that pass through
that place, and does so for every place: a comparison becomes its opposite, `and` becomes `or`, a number becomes the
next one, a condition is negated, a loop is left out ({len(OPERATORS)} kinds of cosmic-ray's, listed in
`tests/mutants/mutations.py`). What no test notices has survived; each of those is below, with its reason. Only code
inside functions is changed, not the texts and constants of modules. The tests run in the same process: what only
`tests/e2e` or the injection of faults would notice counts as survived. A test that takes five times as long, and ten
seconds more, has noticed.

`make mutants ARGS=--report` writes this page; the reasons are in `tests/mutants/reasons.yaml`.
"""


def write(results, others, apart):
    """Write the document.

    Args:
        results: by target, pairs of a mutant and its result.
        others: by target, files whose mutants are not all judged.
        apart: by target, files without mutants, and what tests them instead.
    """
    parts = [OPENING]
    for target, found in results.items():
        found = sorted(found, key=lambda pair: (pair[0].file, pair[0].lines))
        counts = defaultdict(Counter)
        for mutant, result in found:
            counts[mutant.file][result["outcome"]] += 1
        parts += [f"## {target}\n", _table(counts), _survivors(found, yaml.safe_load(REASONS.read_text()))]
        parts += [f"No mutants of `{file}`: {why}.\n" for file, why in apart[target].items()]
        if others[target]:
            parts.append(f"Not or not wholly judged: {', '.join(f'`{file}`' for file in others[target])}.\n")
    DOCUMENT.write_text("\n".join(parts))


def _table(counts):
    rows = [(f"`{file}`", count) for file, count in counts.items()]
    rows.append(("all", sum(counts.values(), Counter())))
    lines = ["| file | mutants | noticed | survived | no test runs it |", "|---|---|---|---|---|"]
    for name, count in rows:
        outcomes = (count.total(), count["killed"], count["survived"], count["not run"])
        lines.append(f"| {name} | {' | '.join(map(str, outcomes))} |")
    return "\n".join(lines) + "\n"


def _survivors(found, reasons):
    lines = ["| survived | as it is | as it would be | why it is left |", "|---|---|---|---|"]
    for mutant, result in found:
        if result["outcome"] != "killed":
            reason = reasons.get(mutant.file, {}).get(mutant.before, "**not looked at**")
            place = f"`{mutant.file}`:{mutant.lines[0]}"
            lines.append(f"| {place} | {_code(mutant.before)} | {_code(mutant.after)} | {reason} |")
    return "\n".join(lines) + "\n"


def _code(text):
    return f"`{text}`".replace("|", "\\|") if "`" not in text else f"`` {text} ``".replace("|", "\\|")
