"""The order of things in a deployment, with a Terraform that only tells what it was asked."""

import os
from pathlib import Path

import pytest

from delivery import recovery
from delivery.errors import DeliveryError, RefusedError
from delivery.events import Counts, Diagnostic
from delivery.stack import Stack
from delivery.terraform import TerraformError

TAKEN = TerraformError("apply", [Diagnostic("error", "EntityAlreadyExists", "", "aws_iam_role.a")], Path("log"))
DENIED = TerraformError("apply", [Diagnostic("error", "AccessDenied", "", "aws_iam_role.a")], Path("log"))


class FakeTerraform:
    def __init__(self, *, protected=(), unprotected=(), left=()):
        self.done: list[str] = []
        self.directory, self.environment = Path("nowhere"), {}
        self.left = list(left)
        self.errors: list[Exception] = []
        self.state = [
            {
                "mode": "managed",
                "type": "aws_dsql_cluster",
                "address": f"module.application.aws_dsql_cluster.{name}",
                "values": {"arn": f"arn:aws:dsql:us-east-1:1:cluster/{name}", "identifier": name},
            }
            for name in (*protected, *unprotected)
        ]
        self.protected = {name: name in protected for name in (*protected, *unprotected)}

    def init(self):
        self.done.append("init")

    def show(self):
        return {"values": {"root_module": {"child_modules": [{"resources": self.state}]}}} if self.state else {}

    def apply(self, plan=None, *, targets=(), variables=None, on_progress=None, on_start=None):
        self.done.append(f"apply {' '.join(targets)} {variables or ''}".strip())
        if self.errors:
            raise self.errors.pop(0)
        return Counts(added=1)

    def destroy(self, *, variables, on_progress, on_start):
        self.done.append(f"destroy {variables}")
        return Counts(destroyed=3)

    def addresses(self):
        return self.left


class Dsql:
    """Tells whether a cluster is protected, which the state may not know."""

    status = "ACTIVE"

    def __init__(self, protected):
        self.protected = protected
        self.changed: list[tuple[str, dict]] = []

    def get_cluster(self, identifier):
        return {"deletionProtectionEnabled": self.protected[identifier], "status": self.status}

    def update_cluster(self, identifier, **change):
        self.changed.append((identifier, change))


@pytest.fixture
def made(tmp_path):
    def make(terraform: FakeTerraform) -> Stack:
        stack = Stack(tmp_path, {}, lambda _: None, build=tmp_path / "build")
        stack.__dict__["terraform"] = terraform
        terraform.dsql = Dsql(terraform.protected)
        stack.__dict__["_aws"] = type("Aws", (), {"client": lambda _, service, region: terraform.dsql})()
        return stack

    return make


def test_a_destroy_takes_the_protection_off_the_clusters_that_exist_and_nothing_else(made):
    terraform = FakeTerraform(protected=["primary", "secondary"])
    assert made(terraform).destroy() == Counts(destroyed=3)
    both = "module.application.aws_dsql_cluster.primary module.application.aws_dsql_cluster.secondary"
    off = {"deletion_protection": "false"}
    assert terraform.done == [f"apply {both} {off}", f"destroy {off}"]


def test_a_half_deployed_stack_is_not_completed_before_it_is_destroyed(made):
    terraform = FakeTerraform(protected=["primary"])
    made(terraform).destroy()
    assert terraform.done[0].startswith("apply module.application.aws_dsql_cluster.primary {")
    terraform = FakeTerraform(unprotected=["primary"])
    made(terraform).destroy()
    assert terraform.done == ["destroy {'deletion_protection': 'false'}"]


def test_a_cluster_that_waits_for_its_peer_loses_its_protection_by_a_call(made):
    """Terraform's provider would wait for it to be ACTIVE, which it never is."""
    terraform = FakeTerraform(protected=["primary"])
    stack = made(terraform)
    terraform.dsql.status = "PENDING_SETUP"
    stack.destroy()
    assert terraform.dsql.changed == [("primary", {"deletionProtectionEnabled": False})]
    assert terraform.done == ["destroy {'deletion_protection': 'false'}"]


def test_a_destroy_that_was_killed_has_not_forgotten_the_log_groups(made):
    first = made(FakeTerraform())
    first.marker.remember([("us-east-1", "/aws/lambda/a")])
    assert made(FakeTerraform()).marker.remember([("us-east-2", "/aws/lambda/b")]) == [
        ("us-east-1", "/aws/lambda/a"),
        ("us-east-2", "/aws/lambda/b"),
    ]
    assert first.marker.since() is None


def test_a_destroy_that_leaves_something_is_an_error(made):
    with pytest.raises(DeliveryError, match=r"still in the state after the destroy: aws_sqs_queue\.a; run it again"):
        made(FakeTerraform(left=["aws_sqs_queue.a"])).destroy()


def test_an_apply_that_ends_well_leaves_no_marker(made):
    stack = made(FakeTerraform())
    stack.apply(None)
    assert stack.marker.since() is None


def test_an_apply_that_fails_leaves_the_marker(made):
    terraform = FakeTerraform()
    terraform.errors = [DENIED]
    stack = made(terraform)
    with pytest.raises(TerraformError, match="AccessDenied"):
        stack.apply(None)
    assert stack.marker.since() is not None
    assert len(terraform.done) == 1


def test_what_is_taken_is_adopted_and_the_apply_is_tried_once_more(made, monkeypatch):
    monkeypatch.setattr(recovery, "adopt", lambda *_: ["aws_iam_role.a"])
    terraform = FakeTerraform()
    terraform.errors = [TAKEN]
    stack = made(terraform)
    assert stack.apply(None) == Counts(added=1)
    assert (len(terraform.done), stack.marker.since()) == (2, None)
    terraform.errors = [TAKEN, TAKEN]
    with pytest.raises(TerraformError):
        stack.apply(None)


def test_what_is_taken_by_somebody_else_is_terraforms_error(made, monkeypatch):
    monkeypatch.setattr(recovery, "adopt", lambda *_: [])
    terraform = FakeTerraform()
    terraform.errors = [TAKEN]
    with pytest.raises(TerraformError, match="EntityAlreadyExists"):
        made(terraform).apply(None)


def test_the_next_deployment_takes_up_an_unfinished_one(made, monkeypatch):
    looked = []
    monkeypatch.setattr(recovery, "adopt", lambda terraform, clients, since, say: looked.append(since))
    stack = made(FakeTerraform())
    stack.prepare()
    assert looked == []
    stack.marker.begin()
    stack.prepare()
    assert looked == [stack.marker.since()]


def test_workspaces_have_markers_of_their_own(tmp_path):
    markers = {Stack(tmp_path, {"TF_WORKSPACE": name}).marker.file for name in ("a", "b")}
    assert len(markers) == 2


def test_nothing_synthesized_is_told(tmp_path):
    with pytest.raises(RefusedError, match=r"nothing is synthesized in .*; run `make synth` first"):
        _ = Stack(tmp_path, dict(os.environ)).terraform


def test_an_error_of_the_synthesis_shows_what_it_printed(tmp_path):
    (tmp_path / "main.py").write_text("raise SystemExit('the design is wrong')")
    with pytest.raises(DeliveryError, match=r"main\.py failed:\nthe design is wrong"):
        Stack(tmp_path, dict(os.environ)).synthesize()


def test_a_synthesis_gets_its_folder(tmp_path):
    (tmp_path / "main.py").write_text("import os; print(os.environ['CDKTF_OUTDIR'])")
    stack = Stack(tmp_path, dict(os.environ), output=tmp_path / "out", build=tmp_path / "build")
    assert stack.synthesize() == tmp_path / "out/stacks/transactions"
    assert (tmp_path / "build/synth.log").read_text() == f"{tmp_path}/out\n"
