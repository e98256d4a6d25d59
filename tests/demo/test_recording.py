"""The demonstration as a picture."""

import xml.etree.ElementTree as ElementTree

from demo.recording import Recording, without_paths
from demo.report import Row


def test_a_picture_has_what_stays_and_nothing_of_this_machine(tmp_path, capsys):
    recording = Recording()
    recording.report.chapter("Deploy")
    recording.report.begin("terraform init")
    recording.report.note("passing")
    recording.report.passed(
        Row("Deploy", "terraform init", 1.5), "provider aws from the mirror /home/someone/.cache/mirror"
    )
    recording.write(tmp_path / "images" / "demo.svg")
    text = (tmp_path / "images" / "demo.svg").read_text()
    shown = "".join(ElementTree.fromstring(text).itertext()).replace("\xa0", " ")
    assert "terraform init" in shown
    assert "…/mirror" in shown
    assert "passing" not in shown
    assert "someone" not in text
    assert "@font-face" not in text
    assert capsys.readouterr().out.count("terraform init") == 1


def test_addresses_and_relative_paths_are_left_alone():
    said = "AWS API at http://127.0.0.1:42315/a/b, build/demo/cdk.tf.json, 10/10"
    assert without_paths(said) == said
