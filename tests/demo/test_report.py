import io

import pytest
from rich.console import Console

from demo import report as module
from demo.report import LiveReport, PlainReport, Row, report_for, spent

ROWS = [
    Row("Deploy", "start the embedded cloud", 0.42),
    Row("Deploy", "terraform apply", 28.13),
    Row("Tear down", "terraform destroy", 3.0, passed=False),
]


def tell(report) -> None:
    report.chapter("Deploy")
    report.begin(ROWS[1].title)
    report.note("1 of 76 resources [done]")
    report.passed(ROWS[1], "76 resources created\nin us-east-1 [both]")
    report.begin(ROWS[2].title)
    report.failed(ROWS[2], [("seen", "one\ntwo"), ("expected", "three")])
    report.summary(ROWS, 31.5)
    report.say("the end")


def test_plain_lines_are_plain():
    stream = io.StringIO()
    tell(PlainReport(stream))
    assert (
        stream.getvalue()
        == """
Deploy
  ok    terraform apply (28.1 s)
        76 resources created
        in us-east-1 [both]
  FAIL  terraform destroy (3.0 s)
        seen:      one
                   two
        expected:  three

Summary
  ok    start the embedded cloud    420 ms
  ok    terraform apply             28.1 s
  FAIL  terraform destroy            3.0 s
        2 of 3 hops seen            31.5 s
the end
"""
    )


def test_a_long_hop_is_heard_of_now_and_then(monkeypatch):
    stream = io.StringIO()
    report = PlainReport(stream)
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    report.begin("terraform apply")
    for seconds in range(25):
        now[0] = 100.0 + seconds
        report.note(f"{seconds} of 76")
    assert stream.getvalue().splitlines() == ["  ...   terraform apply: 10 of 76", "  ...   terraform apply: 20 of 76"]


def test_the_live_view_shows_the_same_and_takes_brackets_as_text():
    stream = io.StringIO()
    tell(LiveReport(Console(file=stream, force_terminal=True, width=80, color_system=None)))
    text = stream.getvalue()
    for expected in ("Deploy", "✓ terraform apply", "28.1 s", "in us-east-1 [both]", "✗ terraform destroy", "three"):
        assert expected in text
    assert "2 of 3 hops seen" in text
    assert text.count("├") == 2  # a line between the chapters, and one above the total


@pytest.mark.parametrize(("terminal", "kind"), [(True, LiveReport), (False, PlainReport)])
def test_a_terminal_gets_the_live_view(monkeypatch, terminal, kind):
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    assert isinstance(report_for(stream), kind)


def test_times_read_as_people_say_them():
    assert [spent(seconds) for seconds in (0.0004, 0.042, 0.999, 1.04, 83)] == [
        "0 ms",
        "42 ms",
        "999 ms",
        "1.0 s",
        "83.0 s",
    ]
