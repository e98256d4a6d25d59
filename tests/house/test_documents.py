"""Documents cannot lie: what they link to, show, name and promise exists."""

import re
from pathlib import Path

import pytest

from infra.variables import INPUTS

from .markdown import REPOSITORY, documents

DOCUMENTS = {document.name: document for document in documents()}
MAKEFILE = (REPOSITORY / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
# `make` said as a word of English, or with a placeholder.
NO_TARGET = {"it", "sure"}
TREES = (
    "bench",
    "delivery",
    "demo",
    "docs",
    "examples",
    "infra",
    "lambda",
    "localcloud",
    "modules",
    "ops",
    "pages",
    "tests",
)


@pytest.fixture(params=sorted(DOCUMENTS))
def document(request):
    return DOCUMENTS[request.param]


def test_every_link_leads_to_a_file_and_a_heading_of_it(document):
    broken = []
    for target in document.links():
        if re.match(r"(https|mailto):", target):
            continue
        file, _, anchor = target.partition("#")
        path = (document.path.parent / file).resolve() if file else document.path
        known = DOCUMENTS.get(str(path.relative_to(REPOSITORY)))
        if not path.exists() or (anchor and known and anchor not in known.anchors()):
            broken.append(target)
    assert not broken


def test_every_picture_is_a_file_that_a_target_writes(document):
    for image in document.images():
        path = (document.path.parent / image).resolve()
        assert path.is_file(), image
        assert path.parent == REPOSITORY / "docs" / "images", f"{image}: pictures are generated, into docs/images"


def test_every_target_that_is_named_exists(document):
    said = re.findall(r"\bmake (?:-s |-C \S+ )?([a-z][a-z-]*)", "\n".join([*document.code(), *document.blocks("sh")]))
    assert not {target for target in said if target not in TARGETS | NO_TARGET}


def test_every_variable_that_is_set_for_terraform_is_an_input(document):
    named = set(re.findall(r"TF_VAR_(\w+)", document.text))
    examples = {name for file in REPOSITORY.glob("examples/*/*.tf") for name in _variables(file)}
    assert not named - set(INPUTS) - examples


def test_every_path_that_is_named_exists(document):
    pattern = re.compile(rf"(?:{'|'.join(TREES)})/[\w./-]*\w")
    named = {code for code in document.code() if pattern.fullmatch(code)}
    assert not {
        name for name in named if not any((base / name).exists() for base in (REPOSITORY, document.path.parent))
    }


def test_every_test_that_is_named_exists(document):
    named = set(re.findall(r"`(test_\w+)`", document.text))
    code = "\n".join(file.read_text() for folder in ("tests", "infra") for file in (REPOSITORY / folder).rglob("*.py"))
    assert not {name for name in named if f"def {name}(" not in code}


def test_every_target_is_explained_somewhere():
    text = "\n".join(document.text for document in DOCUMENTS.values())
    assert not {target for target in TARGETS if not re.search(rf"make (-s )?{target}\b", text)}


def test_every_case_that_traps_names_exists():
    traps = DOCUMENTS["docs/traps.md"].text
    cases = set(re.findall(r"`((?:application|database|events)/[\w-]+)`", traps))
    assert cases
    assert not {name for name in cases if not (REPOSITORY / f"tests/modules/inventory/{name}.yaml").is_file()}


def _variables(file: Path):
    return re.findall(r'^variable "(\w+)"', file.read_text(), re.MULTILINE)
