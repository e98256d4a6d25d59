"""Every command that a document shows is run somewhere, or says why only an account can show it."""

from collections import Counter

import pytest
import yaml

from .markdown import REPOSITORY, commands, documents

REGISTERED = yaml.safe_load((REPOSITORY / "tests/house/commands.yaml").read_text())
SHOWN = {command for document in documents() for block in document.blocks("sh") for command in commands(block)}


def test_every_command_is_registered():
    missing = sorted(SHOWN - set(REGISTERED))
    assert not missing, "name in tests/house/commands.yaml the test that runs it, or `aws: <why>`"


def test_no_command_is_registered_that_no_document_shows():
    assert not sorted(set(REGISTERED) - SHOWN)


@pytest.mark.parametrize("command", sorted(REGISTERED))
def test_where_a_command_is_run_is_true(command):
    where = REGISTERED[command]
    if where.startswith("aws: "):
        assert len(where.split()) > 4, "say why only an account can show it"
        return
    file, _, name = where.partition("::")
    text = (REPOSITORY / file).read_text()
    assert f"def {name}(" in text if name else command in text


def test_every_shell_block_says_that_it_is_one():
    plain = Counter(document.name for document in documents() for block in document.blocks("") if "make " in block)
    assert not plain, "mark the block as ```sh, so that its commands are looked at"
