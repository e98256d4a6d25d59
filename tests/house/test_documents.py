"""Documents that name tests: each must exist."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TRAPS = (REPOSITORY / "docs" / "traps.md").read_text()


def test_every_test_that_traps_names_exists():
    sources = [file for folder in ("tests", "infra") for file in (REPOSITORY / folder).rglob("*.py")]
    code = "\n".join(file.read_text() for file in sources)
    named = set(re.findall(r"`(test_\w+)`", TRAPS))
    assert named
    assert not {name for name in named if f"def {name}(" not in code}


def test_every_file_that_traps_names_exists():
    files = set(re.findall(r"`((?:tests|infra|docs)/[\w./-]+\.\w+)`", TRAPS))
    cases = {
        f"tests/modules/inventory/{name}.yaml"
        for name in re.findall(r"`((?:application|database|events)/[\w-]+)`", TRAPS)
    }
    assert cases
    assert not {name for name in files | cases if not (REPOSITORY / name).is_file()}
