"""A canary whose write or read does not come back as it should."""

import pytest

from ops import canary
from ops.application import Answer
from ops.check import CheckFailedError, Section
from ops.deployment import Deployment

from .test_deployment import VALUES

STACK = Deployment.of(VALUES)
STORED = Answer(200, {"event_id": "e"})


@pytest.mark.parametrize(
    ("answers", "expected", "section"),
    [
        ([Answer(503, {"error": "unavailable"})], "200", Section.HEALTH),
        ([STORED, Answer(404, {})], "the row written in us-east-1", Section.CLUSTER),
    ],
)
def test_a_canary_that_fails_says_where(monkeypatch, answers, expected, section):
    left = list(answers)
    monkeypatch.setattr(canary, "invoke", lambda *_: left.pop(0))
    with pytest.raises(CheckFailedError) as failed:
        canary.canary(None, STACK, STACK.primary)
    assert (failed.value.expected, failed.value.section, left) == (expected, section, [])
    assert failed.value.seen == str(answers[-1])
