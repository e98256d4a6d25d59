"""The command line, with a stack that only tells what it was asked to do."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from delivery import __main__ as command
from delivery.errors import DeliveryError, Interrupted
from delivery.events import Counts, Progress
from delivery.providers import Source
from delivery.target import Target

EMBEDDED = Target("000000000000", "http://127.0.0.1:1", True)
AWS = Target("123456789012", None, False)


class FakeStack:
    def __init__(self):
        self.done: list[str] = []
        self.changes = True
        self.resources: list[dict] = []
        self.empty = False
        self.held: list[str] = []
        self.added: list[str] = []
        self.fails: BaseException | None = None
        self.marker = SimpleNamespace(clear=lambda: self.done.append("clear"))
        self.terraform = SimpleNamespace(show_text=lambda _: "the plan as people read it")

    def name(self):
        return "transactions"

    def plan(self):
        document = {"resource_changes": self.resources}
        return SimpleNamespace(changes=self.changes, counts=Counts(added=3), file=None, document=document)

    def is_empty(self):
        return self.empty

    def lost(self):
        return [("module.a.aws_sqs_queue.q", "https://q")]

    def holdings(self):
        return self.held

    def additions(self):
        return self.added

    def apply(self, plan, on_progress):
        if self.fails:
            raise self.fails
        on_progress(Progress("aws_iam_role.a", "start", "create", 0))
        on_progress(Progress("aws_iam_role.a", "complete", "create", 2))
        self.done.append("apply")
        return Counts(added=3)

    def destroy(self, on_progress):
        self.done.append("destroy")
        return Counts(destroyed=3)


@pytest.fixture
def stack(monkeypatch):
    made = FakeStack()
    made.target = EMBEDDED
    monkeypatch.setattr(command, "_made_ready", lambda fresh=True: (made, made.target))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    return made


def answer(monkeypatch, text: str) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda question: (asked.append(question), text)[1])
    return asked


def test_the_embedded_cloud_is_deployed_to_without_a_question(stack, capsys):
    assert command.main(["deploy"]) == 0
    assert stack.done == ["apply"]
    assert capsys.readouterr().out.splitlines() == [
        "Plan for the embedded cloud at http://127.0.0.1:1 (account 000000000000): 3 to add, 0 to change, 0 to destroy",
        "  aws_iam_role.a: created in 2 s",
        "done: 3 added, 0 changed, 0 destroyed",
    ]


def test_an_account_is_not_changed_where_nobody_can_be_asked(stack, capsys):
    stack.target = AWS
    assert command.main(["deploy"]) == 1
    assert stack.done == []
    assert "nobody is here to be asked (Deploy to AWS account 123456789012? Type yes:)" in capsys.readouterr().err


def test_an_account_is_changed_after_a_yes_only(stack, monkeypatch, capsys):
    stack.target = AWS
    asked = answer(monkeypatch, "y")
    assert command.main(["deploy"]) == 1
    assert (asked, stack.done) == (["Deploy to AWS account 123456789012? Type yes: "], [])
    assert "not confirmed, nothing was changed" in capsys.readouterr().err
    answer(monkeypatch, "yes")
    assert command.main(["deploy"]) == 0
    assert stack.done == ["apply"]


def test_yes_on_the_command_line_is_the_answer(stack):
    stack.target = AWS
    assert command.main(["deploy", "--yes"]) == 0
    assert stack.done == ["apply"]


def test_without_changes_nothing_is_asked_and_the_marker_goes(stack, capsys):
    stack.target, stack.changes = AWS, False
    assert command.main(["deploy"]) == 0
    assert stack.done == ["clear"]
    assert "No changes in AWS account 123456789012." in capsys.readouterr().out


def test_a_plan_is_shown_as_terraform_shows_it(stack, capsys):
    assert command.main(["plan"]) == 0
    assert capsys.readouterr().out == "the plan as people read it\n"
    assert stack.done == []


def test_a_destroy_asks_for_the_stacks_name(stack, monkeypatch, capsys):
    asked = answer(monkeypatch, "yes")
    assert command.main(["destroy"]) == 1
    assert stack.done == []
    assert asked == [
        "Destroy 'transactions' in the embedded cloud at http://127.0.0.1:1 (account 000000000000)? Type its name: "
    ]
    answer(monkeypatch, "transactions")
    assert command.main(["destroy"]) == 0
    assert stack.done == ["destroy"]


def test_a_destroy_refuses_a_wrong_name(stack, capsys):
    assert command.main(["destroy", "--yes", "transaction"]) == 1
    assert stack.done == []
    assert capsys.readouterr().err == (
        "error: the deployed stack is 'transactions', not 'transaction'; nothing was deleted\n"
    )
    assert command.main(["destroy", "--yes", "transactions"]) == 0


def test_a_destroy_without_a_state_does_not_say_that_all_is_gone(stack, capsys):
    stack.empty = True
    assert command.main(["destroy", "--yes-delete", "transactions"]) == 1
    assert stack.done == []
    assert "the state knows nothing, and 1 objects of 'transactions' exist" in capsys.readouterr().err
    stack.lost = list
    assert command.main(["destroy", "--yes-delete", "transactions"]) == 0


@pytest.mark.parametrize("option", ["--yes", "--yes-delete"])
def test_a_destroy_says_what_goes_for_good_and_takes_the_name_as_an_option(stack, capsys, option):
    stack.held, stack.added = ["cluster abc in us-east-1 (a.b)"], ["policy more of role r"]
    assert command.main(["destroy"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "is not in the state and goes too: policy more of role r",
        "would be deleted for good: cluster abc in us-east-1 (a.b)",
    ]
    assert "or run `make destroy ARGS='--yes-delete transactions'`" in said.err
    assert command.main(["destroy", option, "transactions"]) == 0
    assert stack.done == ["destroy"]


def cluster(*actions):
    values = {"arn": "arn:aws:dsql:us-east-1:1:cluster/abc", "identifier": "abc"}
    change = {"actions": list(actions), "before": values}
    return {"address": "a.b", "type": "aws_dsql_cluster", "change": change}


@pytest.mark.parametrize("actions", [("delete",), ("delete", "create"), ("create", "delete")])
def test_a_deployment_that_deletes_data_starts_for_the_name_alone(stack, monkeypatch, capsys, actions):
    stack.resources = [cluster(*actions)]
    assert command.main(["deploy", "--yes"]) == 1
    said = capsys.readouterr()
    assert "would be deleted for good: cluster abc in us-east-1 (a.b)" in said.out
    assert "or run `make deploy ARGS='--yes-delete transactions'`" in said.err
    answer(monkeypatch, "yes")
    assert command.main(["deploy"]) == 1
    assert command.main(["deploy", "--yes-delete", "other"]) == 1
    assert stack.done == []
    assert command.main(["deploy", "--yes-delete", "transactions"]) == 0
    assert stack.done == ["apply"]


def test_a_deployment_that_changes_a_cluster_deletes_nothing(stack):
    stack.resources = [cluster("update"), cluster("no-op")]
    assert command.main(["deploy"]) == 0


def test_lost_prints_commands_and_what_to_do_then(stack, monkeypatch, capsys):
    stack.directory = command.REPOSITORY / "cdktf.out"
    stack.lost = lambda: [('module.a.aws_sqs_queue.q["x"]', "https://q")]
    assert command.main(["lost"]) == 0
    said = capsys.readouterr().out
    assert "import 'module.a.aws_sqs_queue.q[\"x\"]' https://q" in said
    assert "then run `make deploy` or `make destroy`" in said
    stack.lost = lambda: [("module.a.aws_apigatewayv2_api.primary[0]", "abc")]
    command.main(["lost"])
    assert "then run `make lost` again, which then knows more" in capsys.readouterr().out
    stack.lost = list
    command.main(["lost"])
    assert (
        "nothing in the embedded cloud at http://127.0.0.1:1 (account 000000000000) is missing"
        in capsys.readouterr().out
    )


def test_an_error_is_one_message_and_exit_code_1(stack, capsys):
    stack.fails = DeliveryError("what is wrong; the cure")
    assert command.main(["deploy"]) == 1
    assert capsys.readouterr().err == "error: what is wrong; the cure\n"


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt(), 130), (Interrupted(15), 143)])
def test_a_signal_is_told_and_is_in_the_exit_code(stack, capsys, stop, code):
    stack.fails = stop
    assert command.main(["deploy"]) == code
    assert "the state is saved" in capsys.readouterr().err


def test_env_is_quoted_for_a_posix_shell(monkeypatch, capsys, tmp_path):
    folder = tmp_path / 'a folder\'s name; $(touch x) "q"'
    monkeypatch.setattr(command, "find_terraform", lambda _: SimpleNamespace(platform="linux_amd64"))
    monkeypatch.setattr(command, "choose", lambda *_, **__: Source("", folder / "terraformrc"))
    monkeypatch.setattr(command, "PACKAGES", folder)
    assert command.main(["env"]) == 0
    text = capsys.readouterr().out
    shown = f'{text}\nprintf \'%s\\n\' "$TF_CLI_CONFIG_FILE" "$TF_VAR_lambda_package"'
    ran = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, cwd=tmp_path, check=True)
    configuration, package = ran.stdout.splitlines()
    assert configuration == str(folder / "terraformrc")
    assert Path(json.loads(package)["filename"]).parent == folder
    assert not (tmp_path / "x").exists()
    assert all(len(shlex.split(line)) == 2 for line in text.splitlines())


def test_nothing_deployed_is_told_and_stdout_stays_empty(tmp_path, monkeypatch, capsys):
    class Empty:
        def __init__(self, *_):
            self.directory = tmp_path
            (tmp_path / ".terraform").mkdir()
            self.terraform = SimpleNamespace(output_text=lambda: "{}\n", workspace="default")

    monkeypatch.setattr(command, "Stack", Empty)
    monkeypatch.delenv("TF_WORKSPACE", raising=False)
    assert command.main(["output"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "nothing is deployed in the workspace 'default'; run `make deploy`" in captured.err


def test_the_workspace_of_the_embedded_cloud_needs_its_endpoint():
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    ran = subprocess.run(
        [command.sys.executable, "-m", "delivery", "deploy"],
        env={**environment, "TF_WORKSPACE": "localcloud"},
        cwd=command.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: TF_WORKSPACE is 'localcloud', the state of the embedded cloud, but")


def test_a_closed_standard_input_is_nobody_to_be_asked(stack, monkeypatch, capsys):
    stack.target = AWS
    monkeypatch.setattr("sys.stdin", None)
    assert command.main(["deploy"]) == 1
    assert "nobody is here to be asked" in capsys.readouterr().err


def test_ctrl_d_is_no_answer(stack, monkeypatch, capsys):
    def ended(_):
        raise EOFError

    stack.target = AWS
    answer(monkeypatch, "")
    monkeypatch.setattr("builtins.input", ended)
    assert command.main(["deploy"]) == 1
    assert stack.done == []
    assert "not confirmed, nothing was changed" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_told_in_a_line(stack, tmp_path, capsys):
    assert command.main(["plan", "--json", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"error: [Errno 21] Is a directory: '{tmp_path}'\n"


@pytest.mark.parametrize("number", ["-5", "nan", "inf", "many"])
def test_a_number_of_transactions_that_is_none_is_refused(capsys, number):
    with pytest.raises(SystemExit):
        command.main(["cost", f"--transactions={number}"])
    assert f"must be a number of 0 to 1e+15, got '{number}'" in capsys.readouterr().err
