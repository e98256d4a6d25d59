"""What every mutant came to: judged.yaml, from which docs/mutants.md is written.

A file's entry holds the digest of the code that was judged, how many mutants a test noticed, and those that survived,
each with the reason why it is left. `make mutants` writes all of it but the reasons, and keeps these.
"""

import ast
import hashlib
from pathlib import Path

import yaml

from .targets import REPOSITORY, TARGETS, files

RECORD = Path(__file__).with_name("judged.yaml")
DOCUMENT = REPOSITORY / "docs" / "mutants.md"
_HEAD = """\
# What every mutant came to, by file. `make mutants` writes it; only `why`, the reason to leave what no test notices, is
# written by hand. Then `make mutants` again, for docs/mutants.md.
"""
_OPENING = """\
# Mutants: what the tests would not notice

`make mutants` changes the code of `policy/` and `lambda/transactions` in one place, runs the tests that pass through
that place, and does so for every place: a comparison becomes its opposite, `and` becomes `or`, a number becomes the
next one, a condition is negated, a loop is left out. (The kinds are cosmic-ray's; `tests/mutants/mutations.py` lists
them.) Of {all} such mutants the tests notice {noticed}. A mutant that no test notices, or that no test runs, has
survived; each survivor is below, with the reason why it is left. Only code inside functions is changed, not the texts
and constants of modules. The tests run in the same process, so a mutant that only `tests/e2e` or the injection of
faults would notice counts as a survivor. A test that takes five times as long, and ten seconds more, has noticed.

`tests/mutants/judged.yaml` holds what was judged: per file a digest of its code, the count, and the survivors with
their reasons. `make mutants` judges the files whose code has changed since (comments and docstrings do not count), and
writes that file and this page. A test fails until this is done and each survivor has its reason. A change of tests
alone is not noticed: name the files then, `make mutants ARGS="policy/pair.py policy/rules"`.
"""


def read():
    """What was judged, by file."""
    return yaml.safe_load(RECORD.read_text())


def write(record):
    """Write judged.yaml and docs/mutants.md; of a file that a target no longer has, nothing."""
    kept = {file: record[file] for target in TARGETS.values() for file in files(target) if file in record}
    RECORD.write_text(_HEAD + yaml.safe_dump(kept, sort_keys=False, width=1000, default_flow_style=None))
    DOCUMENT.write_text(page(kept))


def digest(source):
    """What tells code from other code: the same for any Python that reads it, and whatever its comments say."""
    return hashlib.sha256(repr(_shape(ast.parse(source))).encode()).hexdigest()[:12]


def stale(target, record):
    """The files of a target whose code is not the one that was judged."""
    return [
        file for file in files(target) if record.get(file, {}).get("code") != digest((REPOSITORY / file).read_text())
    ]


def without_reason(record):
    """The files in which a survivor has no reason."""
    return [file for file, entry in record.items() if not all(one["why"] for one in entry.get("survived", ()))]


def page(record):
    """The text of docs/mutants.md."""
    noticed = sum(entry["noticed"] for entry in record.values())
    parts = [_OPENING.format(all=noticed + sum(map(_survived, record.values())), noticed=noticed)]
    for name, target in TARGETS.items():
        entries = {file: record[file] for file in files(target) if file in record}
        parts += [f"## {name}\n", _table(entries), _survivors(entries)]
    return "\n".join(parts)


def _shape(node):
    """A tree without places, docstrings, and what is empty: each Python has other names for nothing."""
    if isinstance(node, list):
        return [_shape(one) for one in node if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    if isinstance(node, ast.AST):
        fields = ((name, value) for name, value in ast.iter_fields(node) if value is not None and value != [])
        return type(node).__name__, *((name, _shape(value)) for name, value in fields)
    return node


def _survived(entry):
    return sum(len(one["becomes"]) for one in entry.get("survived", ()))


def _table(entries):
    rows = [(f"`{file}`", entry["noticed"], _survived(entry)) for file, entry in entries.items()]
    rows = [row for row in rows if row[1] + row[2]]
    rows.append(("all", *(sum(row[place] for row in rows) for place in (1, 2))))
    lines = ["| file | mutants | noticed | survived |", "|---|---|---|---|"]
    lines += [f"| {name} | {noticed + survived} | {noticed} | {survived} |" for name, noticed, survived in rows]
    return "\n".join(lines) + "\n"


def _survivors(entries):
    lines = ["| survived in | as it is | as it would be | why it is left |", "|---|---|---|---|"]
    for file, entry in entries.items():
        for one in entry.get("survived", ()):
            place = f"`{file}`, `{one['in']}`"
            lines += [f"| {place} | {_code(one['was'])} | {_code(after)} | {one['why']} |" for after in one["becomes"]]
    return "\n".join(lines) + "\n"


def _code(text):
    return f"`{text}`".replace("|", "\\|") if "`" not in text else f"`` {text} ``".replace("|", "\\|")
