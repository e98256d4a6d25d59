"""A root that is planned without an account."""

from pathlib import Path

import pytest

from delivery import offline

ROOT = """
provider "aws" {
  alias  = "primary"
  region = "us-east-1"
}

provider "aws" {
  alias  = "witness"
  region = "us-west-2"
}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "modules" / "application" / ".terraform").mkdir(parents=True)
    (tmp_path / "modules" / "application" / "main.tf").write_text("")
    (tmp_path / "examples" / "small").mkdir(parents=True)
    (tmp_path / "examples" / "small" / "providers.tf").write_text(ROOT)
    (tmp_path / "examples" / "small" / "terraform.tfstate").write_text("{}")
    return tmp_path


def test_the_copy_finds_its_modules_where_the_original_did(repository):
    copied = offline.copy(repository, Path("examples/small"), repository / "build")
    assert (copied / ".." / ".." / "modules" / "application" / "main.tf").exists()
    assert sorted(file.name for file in copied.iterdir()) == ["offline_override.tf", "providers.tf"]
    assert not list((repository / "build").rglob(".terraform"))


def test_every_provider_of_the_copy_stays_silent(repository):
    text = (offline.copy(repository, Path("examples/small"), repository / "build") / "offline_override.tf").read_text()
    assert text.count("skip_requesting_account_id  = true") == 2
    assert 'alias                       = "witness"' in text
    assert "region" not in text


def test_an_earlier_copy_is_replaced(repository):
    (repository / "build" / "old").mkdir(parents=True)
    offline.copy(repository, Path("examples/small"), repository / "build")
    assert not (repository / "build" / "old").exists()


def test_nothing_of_the_users_own_settings_reaches_the_plan(tmp_path):
    given = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path), "AWS_PROFILE": "p", "TF_VAR_name": "x"}
    environment = offline.terraform(tmp_path, given, tmp_path / "build").environment
    assert "AWS_PROFILE" not in environment
    assert "TF_VAR_name" not in environment
