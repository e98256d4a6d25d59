import json

import pytest
from botocore.exceptions import EndpointConnectionError

from ops import __main__ as command
from ops import redrive
from ops.check import Check, CheckFailedError

OUTPUT = {
    "name": "small",
    "witness_region": "us-west-2",
    "regions": {
        role: {
            "region": region,
            "cluster_identifier": "",
            "cluster_arn": f"arn:aws:dsql:{region}:000000000000:cluster/{role}",
            "endpoint": "",
            "function_names": {name: name for name in ("consumer", "migrate", "relay", "transactions")},
            "event_bus_name": "",
            "event_bus_arn": "",
            "forward_rule_name": "",
            "receive_rule_name": "",
            "queue_urls": {"failed": "https://failed"},
        }
        for role, region in (("primary", "us-east-1"), ("secondary", "us-east-2"))
    },
}


def ill() -> str:
    raise CheckFailedError("this", "that", "because")


@pytest.fixture
def outputs(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "reading_checks", lambda aws, stack: [Check("one", lambda: "fine")])
    monkeypatch.setattr(command, "canary_checks", lambda aws, stack: [Check("two", ill)])
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({name: {"value": value} for name, value in OUTPUT.items()}))
    return str(file)


def test_all_well_exits_0(outputs, capsys):
    assert command.main(["verify", "--outputs", outputs]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok    one (0.0 s): fine", "1 of 1 checks passed"]


def test_a_failed_check_exits_1_and_is_told(outputs, capsys):
    assert command.main(["verify", "--canary", "--outputs", outputs]) == 1
    assert (
        "      cause:    because\n      runbook:  docs/operations.md#a-region-does-not-answer\n1 of 2 checks passed\n"
        in capsys.readouterr().out
    )


def test_json_is_json(outputs, capsys):
    assert command.main(["verify", "--canary", "--format", "json", "--outputs", outputs]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["name"], document["passed"]) == ("small", False)
    assert [check["passed"] for check in document["checks"]] == [True, False]
    assert command.main(["verify", "--json", "--outputs", outputs]) == 0
    assert json.loads(capsys.readouterr().out)["passed"]


def test_nothing_to_read_exits_2_with_the_reason(tmp_path, capsys):
    (tmp_path / "empty").write_text("")
    assert command.main(["verify", "--outputs", str(tmp_path / "empty")]) == 2
    assert "error: not what `terraform output -json` prints" in capsys.readouterr().err
    assert command.main(["verify", "--outputs", str(tmp_path / "absent")]) == 2


def test_the_policy_is_one(outputs, capsys):
    assert command.main(["policy", "--outputs", outputs]) == 0
    document = json.loads(capsys.readouterr().out)
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert "dsql:GetCluster" in actions
    assert [action for action in actions if action.startswith(("dsql:Update", "lambda:Update", "events:Put"))] == []


@pytest.mark.parametrize("arguments", [["sql", "--command", "select 1"], ["migrate", "status"], ["redrive"]])
def test_a_profile_that_is_not_there_is_told_in_a_line(outputs, capsys, monkeypatch, arguments):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert command.main([*arguments, "--outputs", outputs]) == 2
    assert capsys.readouterr().err == "error: The config profile (nobody) could not be found\n"


def test_a_region_that_does_not_answer_holds_up_nothing_of_the_other(outputs, capsys, monkeypatch):
    def redriven(aws, stack, side):
        if side.region == "us-east-1":
            raise EndpointConnectionError(endpoint_url="https://sqs.us-east-1.amazonaws.com")
        return redrive.Redriven(handed=["consumer"])

    monkeypatch.setattr(redrive, "redrive", redriven)
    assert command.main(["redrive", "--outputs", outputs]) == 1
    told = capsys.readouterr()
    assert told.out == "us-east-2: 1 handed over again, 0 dropped, which needed nothing, 0 kept\n"
    assert told.err.startswith("error: us-east-1: Could not connect to the endpoint URL")
    assert told.err.endswith("what was handed over is off its queue, run it again\n")


def test_ctrl_c_exits_130_without_a_traceback(outputs, capsys, monkeypatch):
    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "reading_checks", lambda aws, stack: [Check("one", stopped)])
    assert command.main(["verify", "--outputs", outputs]) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_a_closed_standard_input_exits_2(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert command.main(["verify"]) == 2
    assert capsys.readouterr().err == "error: standard input is closed; name a file: --outputs FILE\n"


def test_outputs_that_are_no_text_exit_2(tmp_path, capsys):
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert command.main(["verify", "--outputs", str(tmp_path / "binary")]) == 2
    assert "no text in UTF-8" in capsys.readouterr().err
