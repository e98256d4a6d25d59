"""What people read about the rules is what the rules say."""

from policy import catalogue


def test_the_list_of_rules_is_fresh():
    assert catalogue.FILE.read_text() == catalogue.catalogue(), "run: .venv/bin/python -m policy.catalogue --write"
