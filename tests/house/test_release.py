"""One version everywhere: the project's, the changelog's newest, and the one that documents tell a reader to take."""

import re
import tomllib

from .markdown import REPOSITORY, documents

VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]


def test_the_version_is_semantic():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION), "https://semver.org"


def test_the_newest_release_of_the_changelog_is_this_version_with_its_day():
    headings = re.findall(r"^## (.+)$", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)
    newest = headings[headings[0] == "Unreleased"]
    assert re.fullmatch(rf"{re.escape(VERSION)}, \d{{4}}-\d\d-\d\d", newest), "head the newest entries with it"


def test_documents_and_module_sources_name_this_version():
    texts = {document.name: document.text for document in documents()}
    texts["delivery/dist.py"] = (REPOSITORY / "delivery" / "dist.py").read_text()
    named = [
        (name, version)
        for name, text in texts.items()
        for version in re.findall(
            r"dsql-active-active(?:-|/policy@v)(\d[\d.]*\d)|(?:ref|rev|branch)[: ]+v([\d.]+)", text
        )
    ]
    assert len(named) >= 6
    assert not [(name, *found) for name, found in named if VERSION not in found], "name the version of pyproject.toml"
