import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from delivery import recovery
from delivery.errors import RefusedError
from delivery.events import Diagnostic
from delivery.process import session_members
from delivery.providers import choose
from delivery.recovery import Marker
from delivery.terraform import AUTOMATION, Plan, Terraform, TerraformError, quiet_environment
from delivery.toolchain import find_terraform
from localcloud.cloud import Cloud
from ops.aws import Aws

NOW = datetime.now(UTC)
CLUSTER = {
    "provider": "aws.primary",
    "deletion_protection_enabled": False,
    "multi_region_properties": {"witness_region": "us-west-2"},
    "tags": {"Name": "small-primary"},
}
ROOT = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5.100"}}},
    "variable": {"primary_region": {"default": "us-east-1"}},
    "provider": {
        "aws": [
            {"alias": "primary", "region": "${var.primary_region}"},
            {"alias": "secondary", "region": "us-east-2"},
        ]
    },
    "resource": {
        "aws_dsql_cluster": {"primary": CLUSTER},
        # The provider waits 25 s for a queue: time to be killed in.
        "aws_sqs_queue": {"queue": {"provider": "aws.secondary", "name": "small-queue"}},
        "aws_cloudwatch_log_group": {"group": {"provider": "aws.secondary", "name": "/aws/lambda/small"}},
    },
}


@pytest.fixture
def marker(tmp_path) -> Marker:
    return Marker(tmp_path / "build/unfinished.json")


def test_a_marker_says_since_when_an_apply_has_not_ended_well(marker):
    assert marker.since() is None
    marker.begin()
    first = marker.since()
    marker.name_session(42)
    marker.begin()
    assert marker.since() == first
    assert first is not None
    assert first >= NOW
    marker.clear()
    assert (marker.since(), marker.session()) == (None, None)


def test_a_marker_that_was_cut_off_is_as_good_as_none(marker):
    marker.file.parent.mkdir()
    marker.file.write_text('{"star')
    assert marker.since() is None


def test_nothing_is_ended_where_nothing_ran(marker):
    marker.begin()
    assert recovery.end_leftovers(marker) == []


@contextmanager
def sleeper(**environment: str):
    with subprocess.Popen(["sleep", "30"], start_new_session=True, env={**os.environ, **environment}) as process:
        try:
            # The kernel shows the environment a moment after the new program has begun.
            while not Path(f"/proc/{process.pid}/environ").read_bytes():
                time.sleep(0.01)
            yield process
        finally:
            process.kill()


OURS = {"TF_IN_AUTOMATION": AUTOMATION}


def test_a_session_id_that_belongs_to_somebody_else_meanwhile_is_left_alone(marker):
    with sleeper(TF_IN_AUTOMATION="1") as other:
        marker.name_session(other.pid)
        assert recovery.end_leftovers(marker) == []
        assert other.poll() is None


def test_a_deployment_that_goes_on_elsewhere_is_not_disturbed(marker):
    with sleeper(**OURS) as running:
        marker.name_session(running.pid)
        with pytest.raises(RefusedError, match=rf"another deployment .* is running \(process {os.getpid()}\)"):
            recovery.end_leftovers(marker)
        assert running.poll() is None


def test_a_terraform_without_parent_is_waited_for_and_then_told(marker, monkeypatch):
    monkeypatch.setattr(recovery, "GRACE_SECONDS", 0.3)
    with sleeper(**OURS) as orphan:
        marker.name_session(orphan.pid)
        marker.file.write_text(marker.file.read_text().replace(str(os.getpid()), "4194303"))
        with pytest.raises(RefusedError, match=rf"interrupted apply \(process {orphan.pid}\) is still finishing"):
            recovery.end_leftovers(marker)
        assert orphan.poll() is None
        assert recovery.end_leftovers(marker, force=True) == [orphan.pid]


@pytest.mark.parametrize(
    "text",
    [
        "creating IAM Role (a): operation error IAM: CreateRole, EntityAlreadyExists: Role with name a already exists.",
        "ResourceAlreadyExistsException: The specified log group already exists",
        "creating Lambda Function (f): ResourceConflictException: Function already exist: f",
        "creating EventBridge Scheduler Schedule: ConflictException: Schedule s already exists.",
    ],
)
def test_what_is_taken_already_is_recognized(text):
    assert recovery.is_taken(TerraformError("apply", [Diagnostic("error", text, "", "")], Path("log")))


def test_other_errors_are_not():
    denied = Diagnostic("error", "creating IAM Role (a): AccessDenied", "not authorized", "aws_iam_role.a")
    assert not recovery.is_taken(TerraformError("apply", [denied], Path("log")))


class FakeTerraform:
    """Plans what it is told and keeps what it was asked to import."""

    def __init__(self, directory: Path, documents: list[dict]):
        self.directory = directory
        self.documents = documents
        self.imported: list[tuple[str, str]] = []

    def plan(self):
        plan = Plan(self.directory, True, None, self)
        plan.__dict__["document"] = self.documents.pop(0)
        return plan

    def import_object(self, address, identifier):
        self.imported.append((address, identifier))


def document(*changes: dict) -> dict:
    resources = [
        {"address": "aws_iam_role.roles", "provider_config_key": "application:aws.primary"},
        {"address": "aws_dsql_cluster.primary", "provider_config_key": "aws.primary"},
    ]
    return {
        "variables": {"primary_region": {"value": "eu-west-1"}},
        "configuration": {
            "provider_config": {"aws.primary": {"expressions": {"region": {"references": ["var.primary_region"]}}}},
            "root_module": {"module_calls": {"application": {"module": {"resources": resources}}}},
        },
        "resource_changes": list(changes),
    }


def role(actions: list[str]) -> dict:
    address = 'module.application.aws_iam_role.roles["relay"]'
    return {"address": address, "type": "aws_iam_role", "change": {"actions": actions, "after": {"name": "r"}}}


def adopt(tmp_path, created: datetime, *documents: dict):
    asked = []

    def client_for(service, region):
        asked.append((service, region))
        return type("Iam", (), {"get_role": lambda _, RoleName: {"Role": {"CreateDate": created}}})()  # noqa: N803

    fake = FakeTerraform(tmp_path, list(documents))
    lines: list[str] = []
    adopted = recovery.adopt(fake, client_for, NOW, lines.append)  # type: ignore[arg-type]
    return fake, adopted, lines, asked


def test_what_the_apply_made_is_imported_in_the_resources_own_region(tmp_path):
    fake, adopted, lines, asked = adopt(tmp_path, NOW, document(role(["create"])))
    assert adopted == ['module.application.aws_iam_role.roles["relay"]']
    assert fake.imported == [(adopted[0], "r")]
    assert asked == [("iam", "eu-west-1")]
    assert lines == [f"adopted {adopted[0]} (r), left by an interrupted apply"]


def test_what_is_older_belongs_to_somebody_else_and_stays(tmp_path):
    fake, adopted, _, _ = adopt(tmp_path, NOW - timedelta(hours=1), document(role(["create"])))
    assert (adopted, fake.imported) == ([], [])


def test_what_aws_does_not_let_us_look_for_is_told_and_passed_over(tmp_path):
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")

    def refuse(**_):
        raise denied

    fake, lines = FakeTerraform(tmp_path, [document(role(["create"]))]), []
    client = type("Iam", (), {"get_role": staticmethod(refuse)})()
    assert recovery.adopt(fake, lambda *_: client, NOW, lines.append) == []
    assert lines == [
        'may not look whether module.application.aws_iam_role.roles["relay"] exists (AccessDenied); '
        "if it does, import it by hand"
    ]


def test_what_the_next_apply_puts_again_is_imported_only_where_the_whole_state_is_lost(tmp_path):
    address = 'module.application.aws_iam_role.roles["relay"]'  # its Region is known to `document`
    change = {"actions": ["create"], "after": {"name": "work", "role": "r"}}
    put = {"address": address, "type": "aws_iam_role_policy", "change": change}
    assert adopt(tmp_path, NOW, document(put))[3] == []
    iam = SimpleNamespace(get_role=lambda **_: {"Role": {"CreateDate": NOW}}, get_role_policy=lambda **_: {})
    plan = FakeTerraform(tmp_path, [document(put)]).plan()
    assert list(recovery.missing(plan, lambda *_: iam, lambda _: None)) == [(address, "r:work")]


def test_what_is_not_to_be_created_is_not_looked_at(tmp_path):
    assert adopt(tmp_path, NOW, document(role(["update"]), role(["delete", "create"])))[3] == []


@pytest.fixture
def cloud(tmp_path):
    with Cloud(tmp_path / "cloud") as cloud:
        yield cloud


def test_a_killed_apply_is_taken_up(tmp_path, cloud, marker):
    """For real: Terraform is killed while the provider waits for a queue that exists already."""
    directory = tmp_path / "root"
    directory.mkdir()
    (directory / "main.tf.json").write_text(json.dumps(ROOT))
    environment = {**os.environ, **cloud.environment()}
    binary = find_terraform(environment)
    source = choose(environment, platform=binary.platform, folder=tmp_path / "build")
    terraform = Terraform(
        directory, quiet_environment(environment, source.configuration), binary.path, tmp_path / "logs"
    )
    aws = Aws(environment)
    terraform.init()

    def kill_when_the_cluster_is_there(progress):
        if (progress.state, progress.address) == ("complete", "aws_dsql_cluster.primary"):
            os.kill(marker.session(), signal.SIGKILL)

    marker.begin()
    with pytest.raises(TerraformError, match="was it killed"):
        terraform.apply(on_progress=kill_when_the_cluster_is_there, on_start=marker.name_session)
    (cluster,) = aws.client("dsql", "us-east-1").list_clusters()["clusters"]
    for state in directory.rglob("terraform.tfstate"):
        state.unlink()  # the worst case: nothing at all was saved

    recovery.end_leftovers(marker)
    assert session_members(marker.session()) == []
    said: list[str] = []
    recovery.adopt(terraform, aws.client, marker.since(), said.append)
    assert f"adopted aws_dsql_cluster.primary ({cluster['identifier']}), left by an interrupted apply" in said
    assert len(said) == 3
    assert terraform.plan().changes is False
    assert len(aws.client("dsql", "us-east-1").list_clusters()["clusters"]) == 1
