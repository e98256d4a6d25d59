"""How results are told, and what errors of AWS become; tests/e2e shows on the embedded cloud what the checks see."""

import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from ops.check import RUNBOOK, Check, CheckFailedError, Section
from ops.verify import run, verify

REPOSITORY = Path(__file__).parents[2]


def failing(error: Exception, **more: str) -> Check:
    def look() -> str:
        raise error

    return Check("a look", look, Section.EVENTS, **more)


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeRule")


def test_what_passed_is_one_line():
    assert run(Check("all is well", lambda: "this")).lines() == ["ok    all is well (0.0 s): this"]


def test_what_failed_tells_seen_expected_cause_and_runbook():
    head, *told = run(failing(CheckFailedError("this", "that", "because"))).lines()
    assert head == "FAIL  a look (0.0 s)"
    assert told == [
        "      seen:     this",
        "      expected: that",
        "      cause:    because",
        "      runbook:  docs/operations.md#events-do-not-cross",
    ]


@pytest.mark.parametrize(
    ("error", "section", "cause"),
    [
        (refused("AccessDeniedException"), Section.LOOKING, "python -m ops policy"),
        (refused("ExpiredTokenException"), Section.LOOKING, "python -m ops policy"),
        (NoCredentialsError(), Section.LOOKING, "python -m ops policy"),
        (refused("ResourceNotFoundException"), Section.EVENTS, "make deploy"),
        (refused("ServiceUnavailableException"), Section.REGION, "does not answer"),
        (EndpointConnectionError(endpoint_url="x"), Section.REGION, "does not answer"),
        (ReadTimeoutError(endpoint_url="x"), Section.REGION, "does not answer"),
        (refused("ThrottlingException"), Section.EVENTS, "refused the call"),
        (CheckFailedError("a", "b", "c", Section.SCHEMA), Section.SCHEMA, "c"),
    ],
)
def test_an_error_says_where_to_read_on(error, section, cause):
    result = run(failing(error))
    assert (result.passed, result.runbook) == (False, section.link)
    assert cause in result.cause


def test_a_region_that_did_not_answer_is_not_asked_again():
    silent = failing(ReadTimeoutError(endpoint_url="x"), region="us-east-1")
    asked = []
    looks = [Check(region, lambda: str(asked.append(1)), region=region) for region in ("us-east-1", "us-east-2")]
    results = verify([silent, *looks])
    assert [(result.passed, result.seen) for result in results[1:]] == [(False, "not looked at"), (True, "None")]
    assert len(asked) == 1


@pytest.mark.parametrize("section", Section, ids=lambda section: section.value)
def test_the_runbook_has_the_section(section):
    headings = re.findall(r"^#+ (.+)$", (REPOSITORY / RUNBOOK).read_text(), re.MULTILINE)
    # GitHub's anchors: lower case, punctuation dropped, spaces to hyphens.
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert section.value in anchors, f"add a heading to {RUNBOOK}; it has {sorted(anchors)}"
