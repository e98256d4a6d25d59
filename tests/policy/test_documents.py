"""What people read about the rules is what the rules say."""

from policy import catalogue


def test_the_list_of_rules_is_fresh():
    assert catalogue.FILE.read_text() == catalogue.catalogue(), "run: .venv/bin/python -m policy.catalogue --write"


def test_a_stale_list_is_told_with_the_command_and_written_by_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "FILE", tmp_path / "policies.md")
    assert catalogue.main(["--check"]) == 1
    assert "run: .venv/bin/python -m policy.catalogue --write" in capsys.readouterr().err
    assert catalogue.main(["--write"]) == 0
    assert catalogue.main(["--check"]) == 0
    catalogue.FILE.write_text("of last year")
    assert catalogue.main(["--check"]) == 1
