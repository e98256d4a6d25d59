"""Verify tells a healthy stack, and each of the breakages by name. Runs first, on the session's one deployment."""

import json

import pytest

from ops import canary
from ops.aws import Aws
from ops.check import Section
from ops.checks import canary_checks, reading_checks
from ops.policy import policy
from ops.verify import verify

from .breakages import BREAKAGES

pytestmark = pytest.mark.e2e


def failures(aws, deployment):
    return {result.name: result for result in verify(reading_checks(aws, deployment)) if not result.passed}


@pytest.fixture(scope="module")
def verifier(deployed):
    """An IAM user who has the policy that ops prints, and nothing else."""
    iam = deployed.aws.client("iam", "us-east-1")
    iam.create_user(UserName="verifier")
    iam.put_user_policy(UserName="verifier", PolicyName="verify", PolicyDocument=policy(deployed.deployment))
    key = iam.create_access_key(UserName="verifier")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    yield Aws({**deployed.environment, **own})
    iam.delete_access_key(UserName="verifier", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="verifier", PolicyName="verify")
    iam.delete_user(UserName="verifier")


def test_a_healthy_stack_passes_every_check_with_the_policy_that_ops_prints(deployed, verifier):
    checks = [*reading_checks(verifier, deployed.deployment), *canary_checks(verifier, deployed.deployment)]
    results = verify(checks)
    assert [result for result in results if not result.passed] == []
    assert len(results) >= 44


class Watched(Aws):
    """Notes what is asked of AWS: the operation, and what an invocation of a function carries."""

    def __init__(self, environment):
        super().__init__(environment)
        self.asked = []

    def client(self, service, region):
        known = (service, region) in self._clients
        client = super().client(service, region)
        if not known:
            client.meta.events.register("before-call", self._note)
        return client

    def _note(self, model, params, **_):
        body = json.loads(params["body"]) if model.name == "Invoke" else None
        self.asked.append((model.name, body.get("operation") or body["rawPath"] if body else None))


def test_without_a_canary_verify_only_reads(deployed):
    watched = Watched(deployed.environment)
    verify(reading_checks(watched, deployed.deployment))
    assert {carried for name, carried in watched.asked if name == "Invoke"} == {"read", "/health/deep"}
    reading = ("Describe", "Get", "Invoke", "List", "Simulate")
    assert sorted({name for name, _ in watched.asked if not name.startswith(reading)}) == []


def test_a_right_that_is_missing_is_told_as_such(deployed, verifier):
    iam = deployed.aws.client("iam", "us-east-1")
    whole = policy(deployed.deployment)
    narrow = json.loads(whole)
    narrow["Statement"] = [statement for statement in narrow["Statement"] if statement["Sid"] != "Schedules"]
    iam.put_user_policy(UserName="verifier", PolicyName="verify", PolicyDocument=json.dumps(narrow))
    failed = failures(verifier, deployed.deployment)
    iam.put_user_policy(UserName="verifier", PolicyName="verify", PolicyDocument=whole)
    assert set(failed) == {"us-east-1: relay is scheduled", "us-east-2: relay is scheduled"}
    assert {result.runbook for result in failed.values()} == {Section.LOOKING.link}
    assert "python -m ops policy" in failed["us-east-1: relay is scheduled"].cause


def test_the_policy_fits_into_one_managed_policy(deployed):
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(policy(deployed.deployment)) <= 6144


@pytest.mark.parametrize("name", BREAKAGES)
def test_verify_names(deployed, name):
    breakage, check, seen = BREAKAGES[name]
    with breakage(deployed):
        failed = failures(deployed.aws, deployed.deployment)
    assert check in failed, f"{name} was not noticed; failed: {failed}"
    assert seen in failed[check].seen
    assert failed[check].cause
    assert failed[check].runbook in {section.link for section in Section}


def test_the_canary_names_the_way_on_which_its_event_was_lost(deployed, monkeypatch):
    monkeypatch.setattr(canary, "EVENT_SECONDS", 6.0)  # the way that works takes one, and two on a busy machine
    breakage, _, _ = BREAKAGES["receive-rule-disabled"]
    with breakage(deployed):
        results = verify(canary_checks(deployed.aws, deployed.deployment))
    assert [result.passed for result in results] == [False, True]
    assert results[0].seen.startswith("no receipt of event ")
    assert "transactions-relay-primary" in results[0].cause
    assert "transactions-consumer-secondary" in results[0].cause


def test_nothing_stays_broken(deployed):
    assert failures(deployed.aws, deployed.deployment) == {}
    assert deployed.changes() == []
