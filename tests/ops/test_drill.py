"""The drill on AWS: what it counts, what it says, and what keeps it from starting."""

import json

import pytest

from ops import __main__ as command
from ops.deployment import Deployment
from ops.drill_report import NOT_RUN, Phase, Report
from ops.experiment import Event
from ops.load import Sample
from ops.policy import drill_policy

from .test_ops_command import OUTPUT

IDS = {"primary": {"database": "EXT1"}, "secondary": {"database": "EXT2", "network": "EXT3"}}
FAULTS = {role: {"template_ids": ids, "log_group_name": "g"} for role, ids in IDS.items()}


def sample(at, *, own=True, served=True, seconds=0.1, seen=True, region="us-east-1"):
    return Sample(at, region, f"drill-{at}", own, served, seconds, seen)


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on outputs: `run(*arguments)` gives exit code, standard output and errors."""

    def run(*arguments, **outputs):
        file = tmp_path / "outputs.json"
        values = {**OUTPUT, "fault_injection": FAULTS, **outputs}
        file.write_text(json.dumps({name: {"value": value} for name, value in values.items()}))
        code = command.main(["drill", "--aws", "--outputs", str(file), *arguments])
        return code, *capsys.readouterr()

    return run


def test_a_phase_counts_what_the_clients_of_its_region_saw():
    samples = [
        *(sample(10 + number, seconds=number / 100) for number in range(1, 5)),
        sample(15, own=False, seconds=2.0, seen=None),
        sample(16, own=False, served=False, seconds=9.0, seen=None),
        sample(18, seen=False, seconds=0.05),
        sample(12, region="us-east-2"),
        sample(30),
    ]
    phase = Phase.of("during", "us-east-1", samples, 10, 20)
    assert (phase.writes, phase.own, phase.other, phase.refused, phase.unseen) == (7, 5, 1, 1, 1)
    assert (phase.p50, phase.p99, phase.gap) == (0.03, 2.0, 4)


def test_a_phase_without_a_write_is_one_gap():
    phase = Phase.of("after", "us-east-1", [], 5, 8)
    assert (phase.writes, phase.p50, phase.gap) == (0, None, 3)


@pytest.mark.parametrize(
    ("own", "served", "lost", "unknown", "status", "passed"),
    [
        (True, True, [], [], "completed", True),
        (False, True, [], [], "stopped", True),
        (False, False, [], [], "completed", False),
        (True, True, ["drill-1"], [], "completed", False),
        (True, True, [], ["drill-1"], "completed", False),
        (True, True, [], [], "failed", False),
    ],
)
def test_a_drill_passes_if_nothing_is_lost_or_refused_by_both(own, served, lost, unknown, status, passed):
    phase = Phase.of("during", "us-east-1", [sample(1, own=own, served=served)], 0, 2)
    report = Report(
        "orders",
        "us-east-1",
        "database",
        "EXP1",
        status,
        "",
        [phase],
        [Event(0, "experiment", "running")],
        lost,
        unknown,
    )
    assert report.passed is report.document()["passed"] is passed
    lines = report.lines()
    assert lines[0] == f"database in us-east-1: experiment EXP1 {status} ()"
    assert "  00:00:00 experiment: running" in lines
    assert f"accepted and lost: {len(lost)}" in " ".join(lines)
    assert f"does not say: {len(unknown)}" in " ".join(lines)
    assert lines[-1] == report.document()["not_run"] == NOT_RUN


def test_without_a_template_nothing_is_started(run):
    assert run(fault_injection=None) == (
        2,
        "",
        "error: no experiment templates: set `fault_injection` (and `monitoring`), and deploy\n",
    )


def test_without_a_choice_the_templates_are_listed_with_what_is_not_proven(run):
    code, said, _ = run()
    assert code == 0
    assert [line.split() for line in said.splitlines()[:3]] == [
        ["primary/database", "us-east-1", "EXT1"],
        ["secondary/database", "us-east-2", "EXT2"],
        ["secondary/network", "us-east-2", "EXT3"],
    ]
    assert NOT_RUN in said


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--start", "primary/network"), "is none of: primary/database, secondary/database, secondary/network"),
        (
            ("--start", "primary/database", "--yes", "another"),
            "not started: it takes the name, typed or as --yes small",
        ),
        (("--start", "primary/database"), "not started: it takes the name"),
    ],
)
def test_what_is_not_there_or_not_agreed_to_is_not_started(run, arguments, error):
    code, said, errors = run(*arguments)
    assert (code, said) == (2, "")
    assert error in errors


def test_a_rate_of_nothing_is_refused(run, capsys):
    with pytest.raises(SystemExit):
        run("--rate", "0")
    assert "must be a number of 0.01 to 1000, got" in capsys.readouterr().err


def test_the_policy_of_the_drill_names_its_templates():
    document = json.loads(drill_policy(Deployment.of({**OUTPUT, "fault_injection": FAULTS})))
    statements = {statement["Sid"]: statement for statement in document["Statement"]}
    assert statements["Start"]["Resource"] == [
        "arn:aws:fis:us-east-1:000000000000:experiment/*",
        "arn:aws:fis:us-east-2:000000000000:experiment/*",
        "arn:aws:fis:us-east-1:000000000000:experiment-template/EXT1",
        "arn:aws:fis:us-east-2:000000000000:experiment-template/EXT2",
        "arn:aws:fis:us-east-2:000000000000:experiment-template/EXT3",
    ]
    anywhere = [sid for sid, statement in statements.items() if statement["Resource"] == ["*"]]
    assert anywhere == ["Alarms"]


def test_policy_prints_the_one_that_is_asked_for(tmp_path, capsys):
    file = tmp_path / "outputs.json"
    values = {**OUTPUT, "fault_injection": FAULTS}
    file.write_text(json.dumps({name: {"value": value} for name, value in values.items()}))
    assert command.main(["policy", "--drill", "--outputs", str(file)]) == 0
    assert "fis:StartExperiment" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_found_before_the_drill(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, errors = run(
        "--start", "primary/database", "--yes", "small", "--report", str(tmp_path / "file" / "r.json")
    )
    assert code == 2
    assert errors.startswith("error: [Errno ")
