"""The modules' READMEs: quoted calls, types that fit, prose for every module."""

import re
from pathlib import Path

import pytest

from infra.application import modules
from infra.hcl import type_constraint
from infra.readme import quoted, readme

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def readmes():
    return {module.name: readme(module.name, module.configuration()) for module in modules()}


def test_a_readme_answers_in_its_headings_what_a_reader_asks_first(readmes):
    for name, text in readmes.items():
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings[:5] == [
            *("What it makes", "What it costs idle", "Smallest call", "Destroy", "What you should know")
        ], name
        assert headings[5:] == ["Requirements", "Providers", "Inputs", "Outputs", "Resources"], name


def test_the_smallest_call_is_the_one_of_an_example(readmes):
    for name, example in (("application", "minimal"), ("database", "database-only"), ("events", "events-only")):
        call = quoted(REPOSITORY / "examples" / example / "main.tf")
        assert f"```hcl\n{call}```" in readmes[name]
        assert f'source = "../../modules/{name}"' in call


def test_every_link_to_a_file_of_ours_leads_somewhere(readmes):
    for name, text in readmes.items():
        for target in re.findall(r"\]\((\.\./[^)#]+)", text):
            assert (REPOSITORY / "modules" / name / target).is_file(), f"{name}: {target}"


def test_an_example_without_markers_is_refused(tmp_path):
    example = tmp_path / "main.tf"
    example.write_text('module "application" {}\n')
    with pytest.raises(ValueError, match="put them around the call"):
        quoted(example)


@pytest.mark.parametrize(
    ("constraint", "lines"),
    [
        ("map(string)", ["map(string)"]),
        (
            "map(object({ "
            + "a" * 40
            + " = optional(string), "
            + "b" * 40
            + ' = optional(list(string), ["x", "y"]) }))',
            [
                *("map(object({", f"  {'a' * 40} = optional(string)"),
                *(f'  {"b" * 40} = optional(list(string), ["x", "y"])', "}))"),
            ],
        ),
    ],
)
def test_a_type_takes_a_line_for_each_attribute_only_where_it_is_long(constraint, lines):
    assert type_constraint(constraint).splitlines() == lines
