"""What is computed from a drill's record, against records made by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from drill import document
from drill.audit import Counts, audit, sums
from drill.load import Route
from drill.record import ACCEPTED, REFUSED, SILENT, Attempt, Call, Record, Write
from drill.report import html
from drill.result import Injected, Result, by_name, measured, refusing, timeline

KEPT = Counts(
    accepted=2,
    unknown=0,
    stored=2,
    events=2,
    lost=0,
    twice=0,
    events_lost=0,
    events_doubled=0,
    balances_wrong=0,
    drained_seconds=1.0,
)


def write(name="a", home="us-east-1", at=0.0, accepted=True, events=("e",)):
    return Write(name, home, at, 0.5, accepted, events)


def record(attempts=(), writes=()):
    return Record(attempts=list(attempts), writes=list(writes))


def test_refusing_counts_each_tenth_of_a_second_once():
    assert refusing([Attempt(1.0, "r", 0.05, REFUSED), Attempt(1.01, "r", 0.05, REFUSED)]) == 0.1
    assert refusing([Attempt(1.0, "r", 0.05, ACCEPTED)]) == 0.0
    assert refusing([Attempt(1.0, "r", 1.95, SILENT)]) == pytest.approx(2.0)


def test_a_fault_tells_failover_recovery_and_what_the_other_region_refused():
    attempts = [
        Attempt(10.5, "us-east-1", 0.1, REFUSED),
        Attempt(15.2, "us-east-1", 0.3, REFUSED),
        Attempt(11.0, "us-east-2", 0.01, REFUSED),
        Attempt(30.0, "us-east-1", 0.1, REFUSED),
    ]
    writes = [write(at=9.0), write(at=10.5), write(at=10.1, home="us-east-2")]
    found = measured(Injected("kill", "us-east-1", 10.0, 15.0), record(attempts, writes), until=25.0)
    assert found.recovered == pytest.approx(0.5)
    assert found.failover == pytest.approx(1.0)
    assert found.refused_elsewhere == 0.1
    assert (found.name_silent, found.name_turned) == (0.0, None)


def test_what_the_next_fault_cut_short_is_not_put_down_to_the_one_before():
    attempts = [Attempt(24.5, "us-east-2", 0.7, REFUSED), Attempt(9.95, "us-east-2", 0.2, REFUSED)]
    found = measured(Injected("kill", "us-east-1", 10.0, 15.0), record(attempts), until=25.0)
    assert found.refused_elsewhere == pytest.approx(0.3), "only what was refused from 10 to 25 s"


def test_a_fault_tells_how_long_the_name_was_not_answered_and_when_it_turned():
    calls = [
        Call(9.0, 0.1, "a", ""),
        Call(10.5, 0.1, "b", ""),
        Call(17.0, 3.0, "c", ""),
        Call(20.5, 0.5, "d", "us-east-2"),
        Call(22.0, 0.5, "e", "us-east-1"),
    ]
    found = measured(Injected("kill", "us-east-1", 10.0, 21.0), Record(calls=calls), until=30.0)
    assert (found.name_silent, found.name_turned) == (pytest.approx(10.5), pytest.approx(11.0))
    assert by_name(calls) == {"": 3, "us-east-2": 1, "us-east-1": 1}


def test_the_timeline_has_a_second_for_each_region():
    found = timeline(record(writes=[write(), write(accepted=False), write(home="us-east-2", at=1.2)]), 1.9)
    assert [(second.home, second.at, second.writes, second.accepted) for second in found] == [
        ("us-east-1", 0, 2, 1),
        ("us-east-1", 1, 0, 0),
        ("us-east-2", 0, 0, 0),
        ("us-east-2", 1, 1, 1),
    ]


class Tables:
    """A database with the answers of the audit's three questions."""

    def __init__(self, stored, received, balances):
        self.answers = {"transactions.transactions": stored, "transactions.inbox": received, "accounts": balances}

    def rows(self, query, _values):
        return next(rows for table, rows in self.answers.items() if table in query.partition(" from ")[2])


def row(name, event, kind=None, amount="1.00", account=None, counterparty=None):
    return {
        "transaction_id": name,
        "event_id": event,
        "type": kind,
        "amount": Decimal(amount),
        "account_id": account,
        "counterparty_id": counterparty,
    }


def counted(stored, received, balances, writes):
    return audit(Tables(stored, received, balances), writes, lambda: 0, seconds=0).zeros


def test_the_audit_finds_nothing_where_all_is_kept():
    stored = [row("a", "e", "deposit", "5.00", "x"), row("b", "f")]
    received = [{"event_id": "e", "count": 1}, {"event_id": "f", "count": 1}]
    balances = [{"account_id": "x", "balance": Decimal("5.0000")}]
    found = counted(stored, received, balances, [write("a", events=("e",)), write("b", events=("f",))])
    assert set(found.values()) == {0}


@pytest.mark.parametrize(
    ("stored", "received", "balances", "writes", "wrong"),
    [
        ([], [], [], [write()], "accepted writes lost"),
        ([row("a", "e")], [{"event_id": "e", "count": 1}], [], [write(events=("e", "f"))], "applied twice"),
        ([row("a", "e")], [], [], [write()], "events lost"),
        ([row("a", "e")], [{"event_id": "e", "count": 2}], [], [write()], "events doubled at consumers after dedupe"),
        (
            [row("a", "e", "deposit", "5.00", "x")],
            [{"event_id": "e", "count": 1}],
            [{"account_id": "x", "balance": Decimal("4.00")}],
            [write()],
            "balances wrong",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_audit_finds_each_kind_of_harm(stored, received, balances, writes, wrong):
    found = counted(stored, received, balances, writes)
    assert {what for what, count in found.items() if count} == {wrong}


def test_transfers_move_money_and_make_none():
    stored = [row("a", "e", "deposit", "5.00", "x"), row("b", "f", "transfer", "2.00", "x", "y"), row("c", "g")]
    assert sums(stored) == {"x": Decimal("3.00"), "y": Decimal("2.00")}


def test_a_promise_that_was_not_kept_is_named():
    fault = Injected("kill", "us-east-1", 1.0, 2.0, refused_elsewhere=1.5, name_silent=27.0)
    result = Result(10.0, [fault], [], KEPT, ["us-east-1: a check: seen"])
    assert result.problems == [
        "the Region that was well refused for 1.5 s",
        "the name was not answered for 27.0 s, 26 s at most",
        "afterwards: us-east-1: a check: seen",
    ]
    assert Result(10.0, [], [], KEPT).problems == []


def test_the_report_is_one_page_that_needs_nothing_else():
    seconds = timeline(record(writes=[write(), write(home="us-east-2")]), 2.0)
    page = html(
        Result(2.0, [Injected("<kill>", "us-east-1", 0.5, 1.0)], seconds, KEPT), datetime(2026, 1, 2, tzinfo=UTC)
    )
    assert page.count("<svg") == 4
    assert "&lt;kill&gt;" in page
    assert "<kill>" not in page
    assert "Every promise was kept" in page
    assert "src=" not in page
    assert "href=" not in page


def test_a_drill_goes_into_a_document_between_its_marks(tmp_path):
    page, images = tmp_path / "verification.md", tmp_path / "images"
    images.mkdir()
    page.write_text(f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n")
    fault = Injected("Region killed", "us-east-1", 10.0, 20.0, name_turned=11.0)
    seconds = timeline(record(writes=[write(), write(home="us-east-2")]), 2.0)
    document.write(Result(2.0, [fault], seconds, KEPT), page, "make drill")
    text = page.read_text()
    assert text.startswith(f"before\n{document.BEGIN}\nEvery promise was kept. 2 s, 1.0 accepted writes each second")
    assert "| 10 s | Region killed | us-east-1 | 10.0 s | 0.0 s | 0.0 s | 0.0 s | 0.0 s | 11.0 s |" in text
    assert "old" not in text
    assert text.endswith(f"{document.END}\nafter\n")
    drawn = ElementTree.fromstring((images / "drill.svg").read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}svg")) == 4


def test_a_document_without_the_marks_is_left_alone(tmp_path):
    page = tmp_path / "other.md"
    page.write_text("text\n")
    with pytest.raises(ValueError, match="lacks the marks"):
        document.write(Result(2.0, [], [], KEPT), page, "make drill")
    assert page.read_text() == "text\n"


def test_a_client_avoids_its_region_after_a_failure_and_one_looks_whether_it_is_back(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("drill.load.time.monotonic", lambda: now[0])
    home, other = object(), object()
    route = Route(home, other)
    assert route.order() == (home, other)
    route.learned(home, False)
    assert route.order() == (other, home)
    now[0] = 1.5
    assert [route.order()[0], route.order()[0]] == [home, other]
    route.learned(home, True)
    assert route.order() == (home, other)
