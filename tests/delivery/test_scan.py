"""checkov on the example: what it says decides, on the plan and on the files."""

import shutil
from pathlib import Path

import pytest

from delivery import offline, scan
from delivery.errors import DeliveryError


class Planned:
    """Stands in for Terraform, which tests/modules runs for real."""

    def __init__(self):
        self.document = {}

    def init(self):
        """Nothing to install."""

    def plan(self):
        return self


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "terraform", lambda *_: Planned())
    for module in ("application", "database"):
        (tmp_path / "modules" / module).mkdir(parents=True)
        (tmp_path / "modules" / module / "main.tf").write_text("")
    for name in (scan.INPUTS, scan.ROOT / "main.tf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).parents[2] / name, tmp_path / name)
    return tmp_path


def checkov(folder, code):
    program = folder / "checkov"
    program.write_text(f'#!/bin/sh\necho "asked $1"\nexit {code}\n')
    program.chmod(0o755)
    return program


def test_both_the_plan_and_the_files_are_scanned(repository):
    said = []
    scan.scan(repository, checkov(repository, 0), {}, said.append)
    roots = repository / "build" / "scan" / "roots"
    assert said == [f"asked --file={roots / 'plan.json'}", f"asked --directory={roots}"]


def test_only_the_module_that_is_called_lends_its_reasons(repository):
    scan.scan(repository, checkov(repository, 0), {}, lambda _: None)
    assert [folder.name for folder in (repository / "build/scan/roots/modules").iterdir()] == ["application"]


def test_a_finding_without_a_reason_fails_with_the_cure(repository):
    with pytest.raises(DeliveryError, match="mend the construct, or `suppress` it there"):
        scan.scan(repository, checkov(repository, 1), {}, lambda _: None)
