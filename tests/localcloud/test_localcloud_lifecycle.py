"""Starting and ending: what is taken, what was killed, and what lies beside it."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from localcloud import processes
from localcloud.__main__ import main
from localcloud.cloud import Cloud
from localcloud.errors import LocalCloudError
from localcloud.state import State


def running(directory: Path) -> list[psutil.Process]:
    state = State.read(directory / "state.json")
    assert state is not None
    return processes.marked(state.instance)


def gone(found: list[psutil.Process], seconds: float = 5) -> bool:
    return not processes.await_end(found, seconds)


def test_up_status_env_down(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere.example.com")
    monkeypatch.setenv("NO_PROXY", "intranet,127.0.0.1")
    arguments = ["--directory", str(tmp_path)]
    assert main(["up", *arguments]) == 0
    started = running(tmp_path)
    capsys.readouterr()
    assert main(["status", *arguments]) == 0
    assert capsys.readouterr().out.split() == ["cloud", "running"]
    assert main(["env", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("unset AWS_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN ")
    assert lines[0].endswith(" AWS_USE_FIPS_ENDPOINT AWS_ENDPOINT_URL_S3")
    assert "export TF_WORKSPACE=localcloud" in lines
    assert "export NO_PROXY=intranet,127.0.0.1" in lines
    assert "export no_proxy=intranet,127.0.0.1" in lines
    assert main(["down", *arguments]) == 0
    assert gone(started)
    assert main(["status", *arguments]) == 3
    assert main(["down", *arguments]) == 0


def test_env_without_a_cloud_says_what_to_do(tmp_path, capsys):
    assert main(["env", "--directory", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "run: python -m localcloud up" in told.err
    assert told.out == "", "a shell that evaluates it keeps what it has"


def test_a_taken_port_is_refused_with_its_owner_and_leaves_nothing(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["up", "--directory", str(tmp_path), "--port", str(port)]) == 1
    message = capsys.readouterr().err
    assert f"port {port} on 127.0.0.1 is taken by" in message
    assert f"(process {os.getpid()})" in message
    assert not (tmp_path / "state.json").exists()


def _free_port():
    """Below the range that Linux gives to outgoing connections, so that no other test takes it meanwhile."""
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", random.randint(20000, 32000))) as free:
            return free.getsockname()[1]


def test_a_fixed_port_is_used_and_not_blocked_by_the_cloud_before(tmp_path):
    port = _free_port()
    cloud = Cloud(tmp_path, port=port)
    try:
        cloud.up()
        cloud.up()
        assert cloud.environment()["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{port}"
    finally:
        cloud.down()


def test_a_killed_cloud_does_not_block_the_next(tmp_path, client_of):
    cloud = Cloud(tmp_path)
    try:
        cloud.up()
        dsql = client_of(cloud).aws("dsql")
        identifier = dsql.create_cluster()["identifier"]
        dsql.get_waiter("cluster_active").wait(identifier=identifier, WaiterConfig={"Delay": 1})
        before = running(tmp_path)
        assert any(process.name() == "postgres" for process in before)
        (emulator,) = [
            process for process in before if process.ppid() != before[0].pid and process.name() != "postgres"
        ]
        emulator.send_signal(signal.SIGKILL)
        cloud.up()
        assert gone(before)
        assert client_of(cloud).aws("dsql").list_clusters()["clusters"] == []
    finally:
        cloud.down()


def test_a_recycled_process_id_is_not_ended(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        state = State("no such instance", "single", str(tmp_path / "scratch"))
        state.record("cloud", stranger.pid)
        state.processes["cloud"].created -= 100
        state.write(tmp_path / "state.json")
        assert Cloud(tmp_path).down() == 0
        assert stranger.poll() is None
        stranger.kill()


def test_a_state_of_another_version_is_still_ended(tmp_path):
    """It may know more or less than this one; what it started must not stay for ever."""
    with subprocess.Popen(["sleep", "60"]) as started:
        state = State("an instance", "single", str(tmp_path / "scratch"))
        state.record("cloud", started.pid)
        state.write(tmp_path / "state.json")
        fields = json.loads((tmp_path / "state.json").read_text())
        del fields["ports"]
        (tmp_path / "state.json").write_text(json.dumps({**fields, "colour": "blue"}))
        assert Cloud(tmp_path).down() == 1
        assert started.wait(5) != 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "99999"], "argument --port: must be 1 to 65535, got '99999'"),
        (["--port", "-1"], "must be 1 to 65535, got '-1'"),
        (["--regions", ","], "must be names such as us-east-1,us-east-2, each once; got 'nothing'"),
        (["--regions", "us-east-1,moon"], "each once; got 'moon'"),
        (["--regions", "us-east-1,us-east-1"], "each once; got 'us-east-1,us-east-1'"),
        (["--interpreter", "3.13=/nowhere"], "'/nowhere' is no program; name a Python, as in 3.13="),
        (["--interpreter", "3.13"], "must look like 3.13=/usr/bin/python3.13"),
    ],
)
def test_wrong_arguments_are_refused_with_what_is_allowed(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as refused:
        main(["up", "--directory", str(tmp_path), *arguments])
    assert refused.value.code == 2
    assert message in capsys.readouterr().err


def test_a_directory_that_is_none_is_told_in_a_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["up", "--directory", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("localcloud: ")


def test_a_damaged_state_file_is_no_obstacle(tmp_path):
    (tmp_path / "state.json").write_text("{not json")
    assert Cloud(tmp_path).down() == 0


def test_a_context_manager_ends_its_processes(tmp_path):
    with Cloud(tmp_path) as cloud:
        started = running(tmp_path)
        assert cloud.status() == {"cloud": "running"}
    assert gone(started)


@pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel's parent-death signal")
def test_a_context_managers_processes_end_when_its_program_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from localcloud.cloud import Cloud\n"
        "with Cloud(Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        started = running(tmp_path)
        owner.kill()
    assert started
    assert gone(started)
    Cloud(tmp_path).down()  # what the killed program left on disk


def test_two_clouds_live_side_by_side(cloud, tmp_path, client_of):
    client = client_of(cloud)
    with Cloud(tmp_path) as other:
        assert other.environment()["AWS_ENDPOINT_URL"] != cloud.environment()["AWS_ENDPOINT_URL"]
        client.aws("sqs").create_queue(QueueName="only-here")
        assert not client_of(other).aws("sqs").list_queues().get("QueueUrls")
        foreign = client_of(other)
        foreign.environment = {**foreign.environment, "AWS_ENDPOINT_URL": cloud.environment()["AWS_ENDPOINT_URL"]}
        with pytest.raises(Exception, match="security token"):
            foreign.aws("sqs").list_queues()
    assert cloud.status() == {"cloud": "running"}


def test_outages_need_the_regional_layout(cloud):
    with pytest.raises(LocalCloudError, match="--layout regional"):
        cloud.kill("us-east-1")


def test_up_takes_less_than_five_seconds(tmp_path):
    started = time.monotonic()
    with Cloud(tmp_path):
        assert time.monotonic() - started < 5
