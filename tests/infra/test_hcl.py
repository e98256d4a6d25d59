"""Values written as Terraform expressions."""

import pytest

from infra.hcl import expression, jsonencode, native


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (None, "null"),
        (30, "30"),
        ("plain", '"plain"'),
        ('says "hi"\n', r'"says \"hi\"\n"'),
        ("${var.name}", "var.name"),
        ("${var.name}-primary", '"${var.name}-primary"'),
        ('${var.tags["a}b"]}', 'var.tags["a}b"]'),
        ("${a}${b}", '"${a}${b}"'),
        ("$${literal}", '"$${literal}"'),
        ('x ${join("; ", [for s in v : "${s}"])} "y"', r'"x ${join("; ", [for s in v : "${s}"])} \"y\""'),
        ([], "[]"),
        ({}, "{}"),
        (["a", "${b}"], '["a", b]'),
        ({"aws:SourceArn": "${c}"}, '{ "aws:SourceArn" = c }'),
    ],
)
def test_a_value_becomes_the_expression_a_person_would_write(value, written):
    assert expression(value) == written


def test_a_long_list_takes_a_line_for_each_item():
    assert expression(["a" * 60, "b" * 60]) == f'[\n"{"a" * 60}",\n"{"b" * 60}",\n]'


def test_a_policy_keeps_its_references_native():
    assert jsonencode({"Resource": "${aws_sqs_queue.q.arn}"}) == "${jsonencode({ Resource = aws_sqs_queue.q.arn })}"


def test_an_interpolation_that_is_not_closed_is_refused():
    with pytest.raises(ValueError, match="not closed"):
        native("${var.name")
