"""The command: exit codes, formats, exceptions, and errors that name the place."""

import json
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

from policy.__main__ import main
from policy.rules import ALL

from ..modules.planning import REPOSITORY as ROOT
from .mistakes import Edited
from .twin import part, twin

BREAK = twin("DSQL001", "break")
ADDRESS = BREAK.expected[0]


@pytest.fixture
def broken(twins, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(part(twins, BREAK)))
    return file


@pytest.fixture
def excused(tmp_path):
    """`excused(address, expires, rule)` writes a file of one exception."""

    def write(address=ADDRESS, expires="2099-01-31", rule="DSQL001"):
        file = tmp_path / "policy.toml"
        file.write_text(
            f'[[exception]]\nid = "{rule}"\naddress = "{address}"\nreason = "a test"\nexpires = {expires}\n'
        )
        return file

    return write


def test_a_finding_fails_and_says_what_why_and_what_to_do(broken, capsys):
    assert main([str(broken)]) == 1
    said = capsys.readouterr().out
    assert f"DSQL001 error: {ADDRESS}: `deletion_protection_enabled` is false, must be true" in said
    assert "cure: Set `deletion_protection_enabled = true`" in said
    assert "see:  https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_DeleteCluster.html" in said


def test_a_plan_without_a_finding_passes(twins, tmp_path, capsys):
    kept = twin("DSQL010", "pass")
    (tmp_path / "plan.json").write_text(json.dumps(part(twins, kept)))
    assert main([str(tmp_path / "plan.json")]) == 0
    assert f"0 findings, 0 unknown, 0 excepted, {len(ALL)} rules" in capsys.readouterr().out


def test_the_room_runs_alone_on_a_bare_python(broken, tmp_path):
    """As the hook and the action run it: nothing is installed, the folder is any folder."""
    program = [sys.executable, "-I", "-S", "-c"]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from policy.__main__ import main; sys.exit(main())"
    done = subprocess.run([*program, code, str(broken)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_json_has_the_finding(broken, capsys):
    assert main([str(broken), "--format", "json"]) == 1
    (plan,) = json.loads(capsys.readouterr().out)["plans"]
    assert [(one["id"], one["severity"], one["address"]) for one in plan["findings"]] == [("DSQL001", "error", ADDRESS)]


def test_json_has_the_exception_or_why_it_does_not_count(broken, excused, capsys):
    assert main([str(broken), "--format", "json", "--exceptions", str(excused())]) == 0
    (plan,) = json.loads(capsys.readouterr().out)["plans"]
    assert [one["exception"] for one in plan["excepted"]] == [{"reason": "a test", "expires": "2099-01-31"}]
    assert main([str(broken), "--format", "json", "--exceptions", str(excused(expires="2020-01-31"))]) == 1
    (plan,) = json.loads(capsys.readouterr().out)["plans"]
    assert [one["note"] for one in plan["findings"]] == ["its exception expired on 2020-01-31"]
    assert "exception" not in plan["findings"][0]


def test_junit_skips_what_is_excepted_with_its_reason(broken, excused, capsys):
    assert main([str(broken), "--format", "junit", "--exceptions", str(excused())]) == 0
    (suite,) = ElementTree.fromstring(capsys.readouterr().out)
    skipped = {case.get("classname"): one.get("message") for case in suite for one in case.iter("skipped")}
    assert skipped["DSQL001"] == "excepted: a test"
    assert (suite.get("failures"), suite.get("skipped")) == ("0", str(len(list(suite.iter("skipped")))))


def test_a_file_of_exceptions_that_is_not_there_is_an_error(broken, tmp_path, capsys):
    assert main([str(broken), "--exceptions", str(tmp_path / "none.toml")]) == 2
    assert f"{tmp_path / 'none.toml'}: No such file" in capsys.readouterr().err


def test_junit_has_a_failure_and_a_case_for_each_rule(broken, capsys):
    assert main([str(broken), "--format", "junit"]) == 1
    (suite,) = ElementTree.fromstring(capsys.readouterr().out)
    assert (suite.get("failures"), int(suite.get("tests"))) == ("1", len(ALL))
    assert [case.get("classname") for case in suite if case.find("failure") is not None] == ["DSQL001"]


def test_a_report_goes_to_a_file_and_the_text_to_the_terminal(broken, tmp_path, capsys):
    assert main([str(broken), "--format", "sarif", "--output", str(tmp_path / "report.sarif")]) == 1
    said = capsys.readouterr()
    assert (said.out, "DSQL001 error" in said.err) == ("", True)
    assert json.loads((tmp_path / "report.sarif").read_text())["version"] == "2.1.0"


def test_a_report_that_cannot_be_written_is_no_broken_rule(broken, tmp_path, capsys):
    assert main([str(broken), "--output", str(tmp_path / "nowhere" / "report.json")]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path}/nowhere/report.json: No such file or directory\n"


def test_sarif_tells_what_is_open_and_what_is_excepted(examples, broken, excused, tmp_path, capsys):
    (tmp_path / "complete.json").write_text(json.dumps(examples["complete"]))
    assert (
        main([str(broken), str(tmp_path / "complete.json"), "--format", "sarif", "--exceptions", str(excused())]) == 0
    )
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    excepted = [one for one in run["results"] if "suppressions" in one]
    assert [one["ruleId"] for one in excepted] == ["DSQL001"]
    assert excepted[0]["suppressions"][0]["justification"] == "a test (until 2099-01-31)"
    questions = {one["ruleId"] for one in run["results"] if one["kind"] == "open" and one["level"] == "none"}
    assert {"DSQL040", "DSQL071"} <= questions
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_what_is_unknown_is_never_passed(examples, tmp_path, capsys):
    (tmp_path / "plan.json").write_text(json.dumps(examples["complete"]))
    assert main([str(tmp_path / "plan.json")]) == 0
    assert "DSQL040 policy: unknown until apply" in capsys.readouterr().out
    assert main([str(tmp_path / "plan.json"), "--strict"]) == 1


@pytest.mark.parametrize("address", [ADDRESS, "module.*.aws_dsql_cluster.primary", "*"])
def test_an_exception_excuses_with_its_reason(broken, excused, capsys, address):
    assert main([str(broken), "--exceptions", str(excused(address))]) == 0
    assert f"DSQL001 {ADDRESS}: a test (until 2099-01-31)" in capsys.readouterr().out


def test_an_exception_that_expired_excuses_nothing(broken, excused, capsys):
    assert main([str(broken), "--exceptions", str(excused(expires="2020-01-31"))]) == 1
    assert "(its exception expired on 2020-01-31)" in capsys.readouterr().out


def test_an_exception_counts_on_its_last_day(broken, excused):
    given = [str(broken), "--exceptions", str(excused(expires="2026-06-30")), "--today"]
    assert (main([*given, "2026-06-30"]), main([*given, "2026-07-01"])) == (0, 1)


def test_an_exception_without_a_finding_is_named(broken, excused, capsys):
    main([str(broken), "--exceptions", str(excused("aws_dsql_cluster.other"))])
    assert "exception without a finding, remove it: DSQL001 aws_dsql_cluster.other" in capsys.readouterr().out


def test_a_critical_rule_is_excused_by_a_full_address_alone(examples, excused, tmp_path, capsys):
    edited = Edited(examples["complete"])
    edited.act("aws_dsql_cluster.primary", "delete")
    (tmp_path / "plan.json").write_text(json.dumps(edited.document))
    for address, counts in (("*", False), ("module.application.aws_dsql_cluster.primary", True)):
        main([str(tmp_path / "plan.json"), "--exceptions", str(excused(address, rule="DSQL002"))])
        assert ("a critical rule needs the full address" in capsys.readouterr().out) is not counts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[exception]]\nid = "DSQL001"\n', "exception[0]: address, expires, reason missing"),
        ("[[exception]]\nid = 1\naddress = 1\nreason = 1\nexpires = 1\n", "exception[0].id: expected a string, got 1"),
        ("[[exceptions]]\n", "exceptions: expected only [[exception]] tables"),
        ("[[b]]\n[[a]]\n", "policy.toml: a: expected only [[exception]] tables"),
        (
            '[[exception]]\nid = "DSQL001"\naddress = "a"\nreason = "b"\nexpires = 2099-01-31\nb = 1\na = 1\n',
            "exception[0]: a is not a field; an exception has id, address, reason and expires",
        ),
        (
            '[[exception]]\nid = "DSQL000"\naddress = "a"\nreason = "b"\nexpires = 2099-01-31\n',
            "exception[0].id: there is no rule 'DSQL000'; docs/policies.md has them all",
        ),
        (
            '[[exception]]\nid = "DSQL001"\naddress = "a"\nreason = "b"\nexpires = "2099-01-31"\n',
            "exception[0].expires: expected a date, such as 2027-01-31, without quotes, got '2099-01-31'",
        ),
        (
            '[[exception]]\nid = "DSQL001"\naddress = "a"\nreason = "b"\nexpires = 2099-01-31T00:00:00Z\n',
            "exception[0].expires: expected a date",
        ),
        (
            '[[exception]]\nid = "DSQL001"\naddress = "a"\nreason = " "\nexpires = 2099-01-31\n',
            "exception[0].reason: expected a reason, got ' '",
        ),
        (
            '[[exception]]\nid = "DSQL001"\naddress = "a"\nreason = "b"\nexpires = 2099-01-31\nby = "me"\n',
            "exception[0]: by is not a field",
        ),
        ("[[", "no TOML"),
    ],
)
def test_a_wrong_file_of_exceptions_is_an_error_with_its_place(broken, tmp_path, capsys, content, said):
    (tmp_path / "policy.toml").write_text(content)
    assert main([str(broken), "--exceptions", str(tmp_path / "policy.toml")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\xff", "terraform show -json"),
        (b"{", "line 1, column 2"),
        (b"[]", "expected an object, got []"),
        (b"{}", "this is no plan"),
        (b'{"format_version": "1.0", "values": {}}', "this is a state, not a plan"),
        (b'{"format_version": "1.2", "configuration": {}, "errored": true}', "plan again"),
        (b'{"format_version": "2.0", "configuration": {}}', "expected version 1.x"),
        (b'{"format_version": "1.2", "configuration": {}, "resource_changes": 5}', "resource_changes: expected a list"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_plan_is_an_error_that_names_the_place(tmp_path, capsys, content, said):
    (tmp_path / "plan.json").write_bytes(content)
    assert main([str(tmp_path / "plan.json")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path / 'plan.json'}: ")
    assert said in error


def test_a_file_that_is_not_there_is_an_error(tmp_path, capsys):
    assert main([str(tmp_path / "plan.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_five_hundred_resources_take_no_two_seconds(examples, tmp_path):
    """Of the processor, so that a busy machine does not count; it takes a tenth of that. `make bench ARGS=policy`."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(many(examples["complete"], 500)))
    started = time.process_time()
    main([str(file)])
    assert time.process_time() - started < 2


def many(document, resources):
    """The plan of as many calls of the module as make that many resources."""
    edited = Edited(document).document
    calls = edited["configuration"]["root_module"]["module_calls"]
    changes = list(edited["resource_changes"])
    text, number = json.dumps(changes), 0
    while len(edited["resource_changes"]) < resources:
        number += 1
        calls[f"copy{number}"] = calls["application"]
        renamed = text.replace("module.application", f"module.copy{number}").replace("payments", f"payments{number}")
        edited["resource_changes"] += json.loads(renamed)
    return edited
