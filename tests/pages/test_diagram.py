"""The picture of the smallest application, from a real plan: what it says is what Terraform would build."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from pages import examples
from pages.architecture import architectures
from pages.diagram import draw
from pages.plan import resources
from pages.png import drawn_from, rendered

REPOSITORY = Path(__file__).parents[2]
IMAGES = REPOSITORY / "docs" / "images"


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """The plans of the examples that have a picture."""
    found = {}
    for name in ("complete", "minimal"):
        root, inputs = Path("examples") / name, examples.inputs_of(REPOSITORY, name)
        found[name] = examples.planned(REPOSITORY, root, inputs, tmp_path_factory.mktemp(name), os.environ)
    return found


@pytest.fixture(scope="module")
def plan(plans):
    return plans["minimal"]


@pytest.fixture(scope="module")
def architecture(plan):
    (found,) = architectures(resources(plan))
    return found


@pytest.fixture(scope="module")
def svg(plan):
    return draw(architectures(resources(plan)), "examples/minimal, as Terraform plans it")


def named(address):
    """`aws_lambda_function.primary["relay"]` as `relay primary`."""
    name, key = re.search(r'\.(\w+)(?:\["(\w+)"\])?$', address).groups()
    return f"{key} {name}" if key else name


def test_both_regions_and_the_witness_are_those_of_the_providers(architecture):
    assert [side.region for side in architecture.sides] == ["us-east-1", "us-east-2"]
    assert architecture.witness == "us-west-2"
    assert architecture.link == "linked by the AWS CLI"


def test_every_resource_of_the_plan_is_a_box_or_counted(plan, architecture):
    boxes = [
        box
        for side in architecture.sides
        for box in (*side.entries, *side.functions, *side.rules, side.cluster, side.bus)
    ]
    counted = sum(int(note.split(" x ")[0]) for side in architecture.sides for note in side.notes)
    link = 1  # where Terraform runs, in no Region
    assert len(boxes) + counted + link == architecture.count == len(plan["resource_changes"])


def test_only_the_forward_rules_cross(architecture):
    side_of = {
        box.id: side.region
        for side in architecture.sides
        for box in (*side.entries, *side.functions, *side.rules, side.cluster, side.bus)
    }
    crossing = [arrow for arrow in architecture.arrows if side_of[arrow.start] != side_of[arrow.end]]
    assert [(named(arrow.start), named(arrow.end), arrow.kind) for arrow in crossing] == [
        ("forward_primary", "secondary", "event"),
        ("forward_secondary", "primary", "event"),
    ]


def test_who_publishes_and_who_invokes_is_read_from_the_policies(architecture):
    within = {(named(arrow.start), named(arrow.end), arrow.kind) for arrow in architecture.arrows}
    for side in ("primary", "secondary"):
        assert (f"relay {side}", side, "event") in within
        assert (f"transactions {side}", f"relay {side}", "call") in within
        assert (f"relay_{side}", f"relay {side}", "call") in within
        assert (f"receive_{side}", f"consumer {side}", "event") in within
        assert (f"transactions {side}", side, "event") not in within


def test_the_picture_is_xml_and_names_what_it_shows(svg):
    texts = [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Region us-east-1", "Region us-east-2", "Region us-west-2", "one logical database"} <= set(texts)
    assert texts.count("transactions") == 2


@pytest.mark.parametrize("example", ["complete", "minimal"])
def test_every_resource_is_said_in_awss_words(example, plans):
    notes = [note for one in architectures(resources(plans[example])) for side in one.sides for note in side.notes]
    assert not [note for note in notes if re.search(r"\w_\w", note)], "give the type a word in pages/terms.py"


@pytest.mark.parametrize("example", ["complete", "minimal"])
def test_the_committed_pictures_are_fresh(example, plans):
    svg = draw(architectures(resources(plans[example])), f"examples/{example}, as Terraform plans it")
    cure = "docs/images is stale: run `make diagram` and commit the result"
    assert (IMAGES / f"{example}.svg").read_text() == svg, cure
    assert drawn_from((IMAGES / f"{example}.png").read_bytes(), svg), cure


def test_a_png_knows_the_picture_that_it_was_drawn_from(svg):
    image = rendered(svg)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert drawn_from(image, svg)
    assert not drawn_from(image, svg + " ")


def test_a_plan_of_ones_own_is_drawn_from_the_standard_input(plan, svg, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pages", "diagram", "--plan", "-", "--to", tmp_path / "mine.svg"],
        input=json.dumps(plan),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    drawn = (tmp_path / "mine.svg").read_text()
    assert drawn.replace("mine", "") == svg.replace("examples/minimal, as Terraform plans it", "")
    assert drawn_from((tmp_path / "mine.png").read_bytes(), drawn)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"values": {}}, "this is no plan; give what `terraform show -json <plan file>` prints"),
        ({"configuration": {"root_module": {}}, "planned_values": {}}, "no pair of clusters or event buses"),
    ],
)
def test_what_cannot_be_drawn_is_said(document, said):
    with pytest.raises(ValueError, match=said):
        architectures(resources(document))
