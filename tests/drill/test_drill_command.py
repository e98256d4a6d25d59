"""The drill's command line: what would fail after ten minutes of load is found before."""

import pytest

from drill import __main__ as command
from localcloud.errors import LocalCloudError


@pytest.fixture
def drilled(monkeypatch, tmp_path):
    """Calls of a drill that does nothing, or ends as it is told."""
    calls: list[object] = []

    def drill(scene, given):
        calls.append(given)
        if isinstance(calls[0], BaseException):
            raise calls[0]
        return 0

    monkeypatch.setattr(command, "REPOSITORY", tmp_path)
    monkeypatch.setattr(command, "_drill", drill)
    monkeypatch.chdir(tmp_path)
    return calls


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seconds", "0"], "argument --seconds: must be a number of 1 to 86400, got '0'"),
        (["--seconds", "nan"], "must be a number of 1 to 86400, got 'nan'"),
        (["--rate", "0"], "argument --rate: must be a number of 0.1 to 1000, got '0'"),
        (["--faults=-1"], "argument --faults: must be a number of 0 to 1000, got '-1'"),
        (["--faults", "many"], "got 'many'"),
    ],
)
def test_numbers_that_make_no_drill_are_refused_with_what_is_allowed(drilled, capsys, arguments, message):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert message in capsys.readouterr().err
    assert drilled == []


def test_a_document_without_marks_is_found_before_the_load(drilled, capsys, tmp_path):
    (tmp_path / "document.md").write_text("no marks")
    assert command.main(["--document", "document.md"]) == 1
    assert "document.md lacks the marks <!-- drill: made by `make drill` -->" in capsys.readouterr().err
    assert drilled == []


@pytest.mark.parametrize("option", ["--destination", "--dashboard"])
def test_a_place_that_cannot_be_written_to_is_found_before_the_load(drilled, capsys, tmp_path, option):
    (tmp_path / "file").write_text("")
    assert command.main([option, "file/in/it"]) == 1
    assert capsys.readouterr().err.startswith("error: [Errno ")
    assert drilled == []


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "stopped; the embedded cloud is ended, and nothing is reported\n"),
        (LocalCloudError("no Region moon"), 1, "error: no Region moon\n"),
    ],
)
def test_how_a_drill_that_is_cut_short_ends(drilled, capsys, end, code, told):
    drilled.append(end)
    assert command.main([]) == code
    assert capsys.readouterr().err == told
