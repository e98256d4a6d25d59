"""The link step, on a shell and a fake AWS CLI."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINK = Path(__file__).parents[2] / "infra" / "link.sh"
ARNS = {
    region: f"arn:aws:dsql:{region}:123456789012:cluster/{letter * 26}"
    for region, letter in (("us-east-1", "a"), ("us-east-2", "b"))
}


def cluster(region, *, status="PENDING_SETUP", peers=()):
    return {"arn": ARNS[region], "status": status, "peers": list(peers)}


@pytest.fixture
def link(tmp_path):
    """Run link.sh against a fake cloud: `link(clusters, **environment)` gives (exit code, output, state afterwards)."""
    program = tmp_path / "bin" / "aws"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).parent / "fake_aws.py"}" "$@"\n')
    program.chmod(0o755)
    state_file = tmp_path / "state.json"

    def run(clusters, *, failures=None, rounds=0, path=None, **environment):
        state_file.write_text(
            json.dumps(
                {
                    "calls": [],
                    "clusters": dict(zip(ARNS, clusters, strict=True)),
                    "failures": failures or {},
                    "operations": ["get-cluster", "update-cluster", "assume-role"],
                    "rounds": rounds,
                }
            )
        )
        done = subprocess.run(
            ["/bin/sh", str(LINK)],
            capture_output=True,
            text=True,
            timeout=60,
            env={
                "PATH": path or f"{program.parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
                "FAKE_AWS_STATE": str(state_file),
                "PRIMARY_REGION": "us-east-1",
                "PRIMARY_IDENTIFIER": "a" * 26,
                "PRIMARY_ARN": ARNS["us-east-1"],
                "SECONDARY_REGION": "us-east-2",
                "SECONDARY_IDENTIFIER": "b" * 26,
                "SECONDARY_ARN": ARNS["us-east-2"],
                "WITNESS_REGION": "us-west-2",
                "TIMEOUT_SECONDS": "30",
                "ROLE_ARN": "",
                **environment,
            },
        )
        return done.returncode, done.stdout + done.stderr, json.loads(state_file.read_text())

    return run


def updates(state):
    return [call["region"] for call in state["calls"] if call["operation"] == "update-cluster"]


def test_two_new_clusters_are_linked_both_ways(link):
    code, output, state = link([cluster("us-east-1"), cluster("us-east-2")], rounds=1)
    assert code == 0, output
    assert updates(state) == ["us-east-1", "us-east-2"]
    assert {region: found["status"] for region, found in state["clusters"].items()} == dict.fromkeys(ARNS, "ACTIVE")
    assert "are ACTIVE and linked, witness us-west-2" in output


def test_a_linked_pair_is_left_alone(link):
    code, output, state = link(
        [
            cluster("us-east-1", status="ACTIVE", peers=[ARNS["us-east-2"]]),
            cluster("us-east-2", status="ACTIVE", peers=[ARNS["us-east-1"]]),
        ]
    )
    assert code == 0, output
    assert updates(state) == []


def test_an_interrupted_link_is_finished_where_it_stopped(link):
    code, output, state = link([cluster("us-east-1", peers=[ARNS["us-east-2"]]), cluster("us-east-2")])
    assert code == 0, output
    assert updates(state) == ["us-east-2"]


@pytest.mark.parametrize(
    ("failures", "said", "cure"),
    [
        ({"get-cluster": "aws: error: argument command: Invalid choice"}, "has no command", "install AWS CLI 2.27"),
        ({"get-cluster": "An error occurred (AccessDeniedException)"}, "permission is missing", "dsql:AddPeerCluster"),
        (
            {"update-cluster": "An error occurred (AccessDeniedException)"},
            "permission is missing",
            "dsql:UpdateCluster",
        ),
        ({"get-cluster": "Unable to locate credentials"}, "no valid credentials", "link_environment"),
        ({"get-cluster": "An error occurred (ResourceNotFoundException)"}, "does not exist", "terraform apply again"),
    ],
)
def test_what_waiting_cannot_cure_fails_at_once_with_the_cure(link, failures, said, cure):
    code, output, _ = link([cluster("us-east-1"), cluster("us-east-2")], failures=failures)
    assert code == 1
    assert said in output
    assert f"cure: {cure}"[:4] in output
    assert cure in output


def test_a_timeout_shows_the_status_of_both_clusters(link):
    code, output, _ = link([cluster("us-east-1"), cluster("us-east-2")], rounds=99, TIMEOUT_SECONDS="0")
    assert code == 1
    assert "not linked after 0 seconds" in output
    assert f"primary   {'a' * 26} in us-east-1: PENDING_SETUP" in output
    assert f"secondary {'b' * 26} in us-east-2: PENDING_SETUP" in output
    assert "raise link_timeout_minutes" in output


def test_a_passing_fault_is_waited_out(link):
    code, output, _ = link(
        [cluster("us-east-1"), cluster("us-east-2")], failures={"get-cluster": "Rate exceeded"}, TIMEOUT_SECONDS="1"
    )
    assert code == 1
    assert "no answer from us-east-1, will ask again: Rate exceeded" in output
    assert "not linked after 1 seconds" in output


def test_a_failed_cluster_ends_the_wait(link):
    code, output, _ = link([cluster("us-east-1", status="FAILED"), cluster("us-east-2")])
    assert code == 1
    assert "a cluster is failed or on its way out" in output


def test_a_machine_without_the_aws_cli_hears_of_the_other_way(link, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "cat", "date", "mktemp", "rm", "sleep"):
        (tools / tool).symlink_to(shutil.which(tool))
    code, output, _ = link([cluster("us-east-1"), cluster("us-east-2")], path=str(tools))
    assert code == 1
    assert 'set link_method = "provider"' in output


def test_a_role_is_assumed_where_one_is_given(link):
    code, output, state = link(
        [cluster("us-east-1"), cluster("us-east-2")], ROLE_ARN="arn:aws:iam::123456789012:role/linker"
    )
    assert code == 0, output
    assert {call["key"] for call in state["calls"] if call["operation"] != "assume-role"} == {"ASIAFAKE"}
