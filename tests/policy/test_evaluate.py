"""What becomes of what a rule says: once for each resource, excused or not, and by which exception."""

import datetime
import json

import pytest

from policy import testing
from policy.__main__ import main
from policy.errors import PolicyError
from policy.evaluate import evaluate
from policy.excuses import Excuse, load
from policy.plan import Plan
from policy.rule import Severity, broken, rule, unknown

from .small import document, resource

TODAY, YESTERDAY = datetime.date(2026, 6, 30), datetime.date(2026, 6, 29)


def made(severity, *findings):
    def check(plan):
        """A thing holds."""
        yield from findings

    return rule("DSQL999", severity, reason="A reason.", link="a link", cure="A cure.")(check)


def excuse(address="a.b", *, id="DSQL999", expires=TODAY):  # noqa: A002 - as in the file
    return Excuse(id, address, "a reason", expires)


def report(*findings, exceptions=(), severity=Severity.ERROR):
    return evaluate(Plan(document()), exceptions, today=TODAY, rules=[made(severity, *findings)])


def test_a_rule_is_called_by_the_sentence_of_its_check():
    assert made(Severity.ERROR).sentence == "A thing holds."


def addresses(outcomes):
    return [one.finding.address for one in outcomes]


def test_what_a_rule_says_twice_is_told_once():
    assert addresses(report(broken("a.b", "is wrong"), broken("a.b", "is wrong")).findings) == ["a.b"]


@pytest.mark.parametrize("severity", list(Severity))
def test_findings_fail_and_advice_never_does_and_what_is_unknown_is_neither(severity):
    found = report(broken("a.b", "is wrong"), unknown("a.c", "policy"), severity=severity)
    advice = severity is Severity.ADVICE
    assert (addresses(found.findings), addresses(found.advice)) == (([], ["a.b"]) if advice else (["a.b"], []))
    assert addresses(found.unknown) == ([] if advice else ["a.c"])


@pytest.mark.parametrize(
    ("severity", "given", "note"),
    [
        (Severity.ERROR, excuse(), ""),
        (Severity.ERROR, excuse("a.*"), ""),
        (Severity.CRITICAL, excuse(), ""),
        (Severity.ERROR, excuse(expires=YESTERDAY), "its exception expired on 2026-06-29"),
        (
            Severity.CRITICAL,
            excuse("a.*"),
            "its exception does not count: a critical rule needs the full address, without `*`",
        ),
    ],
)
def test_an_exception_excuses_or_says_why_it_does_not(severity, given, note):
    found = report(broken("a.b", "is wrong"), exceptions=[given], severity=severity)
    assert (addresses(found.excepted), addresses(found.findings)) == (([], ["a.b"]) if note else (["a.b"], []))
    assert [one.note for one in found.outcomes] == [note]
    assert found.unused == ()


@pytest.mark.parametrize(
    "given", [excuse("a.bc"), excuse("a"), excuse("aXb"), excuse(id="DSQL001"), excuse("*.c"), excuse("a.*.b")]
)
def test_an_exception_of_something_else_excuses_nothing_and_is_told(given):
    found = report(broken("a.b", "is wrong"), exceptions=[given])
    assert (addresses(found.findings), found.unused) == (["a.b"], (given,))


def test_one_finding_that_is_not_excused_hides_none_after_it():
    found = report(broken("b.a", "is wrong"), broken("a.b", "is wrong"), exceptions=[excuse()])
    assert (addresses(found.findings), addresses(found.excepted)) == (["b.a"], ["a.b"])
    assert (found.name, len(found.rules)) == ("plan.json", 1)


@pytest.mark.parametrize(
    ("severity", "useless"),
    [(Severity.ERROR, excuse(expires=YESTERDAY)), (Severity.CRITICAL, excuse("a.*")), (Severity.ERROR, None)],
)
def test_of_several_exceptions_the_first_that_counts_excuses(severity, useless):
    """One that was renewed below the expired one, or named in full below one that is too wide."""
    counts, later = excuse(expires=TODAY), excuse("a.*")
    given = [*([useless] if useless else []), counts, later]
    found = report(broken("a.b", "is wrong"), exceptions=given, severity=severity)
    assert [one.excuse for one in found.outcomes] == [counts]
    assert found.unused == tuple(one for one in given if one is not counts)


def test_of_several_exceptions_that_do_not_count_the_first_is_told():
    first, second = excuse(expires=YESTERDAY), excuse("a.*", expires=YESTERDAY - datetime.timedelta(days=1))
    found = report(broken("a.b", "is wrong"), exceptions=[first, second])
    assert [one.note for one in found.outcomes] == ["its exception expired on 2026-06-29"]
    assert found.unused == (second,)


def test_an_exception_counts_by_the_day_of_the_machine():
    """Without a day given, that of the machine in UTC."""
    day = datetime.datetime.now(datetime.UTC).date()
    for expires, excused in ((day + datetime.timedelta(days=1), True), (day - datetime.timedelta(days=2), False)):
        found = evaluate(Plan(document()), [excuse(expires=expires)], rules=[made(Severity.ERROR, broken("a.b", "x"))])
        assert bool(found.excepted) is excused


def test_a_file_of_exceptions_gives_what_it_says(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text('[[exception]]\nid = "DSQL001"\naddress = "a.b"\nreason = " a reason "\nexpires = 2026-06-30\n')
    assert load(file) == [Excuse("DSQL001", "a.b", "a reason", TODAY)]


@pytest.mark.parametrize("content", [b"\xff", b"a = " + b"[" * 100_000])
def test_a_file_that_is_no_toml_is_an_error_with_its_name(tmp_path, content):
    file = tmp_path / "policy.toml"
    file.write_bytes(content)
    with pytest.raises(PolicyError, match=r"policy\.toml: no TOML: "):
        load(file)


UNPROTECTED = resource("aws_dsql_cluster.one", {"kms_encryption_key": "a", "tags_all": {"Name": "a"}})
OPEN = resource(
    "aws_dsql_cluster.one",
    {"kms_encryption_key": "a", "tags_all": {"Name": "a"}},
    after_unknown={"deletion_protection_enabled": True},
)


@pytest.mark.parametrize(
    ("given", "strict", "fails"),
    [(UNPROTECTED, False, True), (UNPROTECTED, True, True), (OPEN, False, False), (OPEN, True, True)],
)
def test_what_is_unknown_fails_only_where_that_is_asked(tmp_path, given, strict, fails):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document(given)))
    assert main([str(file), *(["--strict"] if strict else [])]) == fails
    asked = testing.rules("DSQL001")
    for plan in (file, str(file), document(given)):
        if fails:
            with pytest.raises(AssertionError, match="DSQL001"):
                testing.assert_kept(plan, asked, strict=strict)
        else:
            testing.assert_kept(plan, asked, strict=strict)


def test_one_plan_of_several_fails_the_gate(tmp_path):
    kept, broke = tmp_path / "kept.json", tmp_path / "broke.json"
    kept.write_text(json.dumps(document()))
    broke.write_text(json.dumps(document(UNPROTECTED)))
    assert (main([str(kept)]), main([str(kept), str(broke)]), main([str(broke), str(kept)])) == (0, 1, 1)


def test_the_exceptions_of_a_file_count_in_a_test_suite_too(tmp_path):
    file = tmp_path / "policy.toml"
    address = "aws_dsql_cluster.one"
    file.write_text(f'[[exception]]\nid = "DSQL001"\naddress = "{address}"\nreason = "a"\nexpires = 2026-06-30\n')
    asked = testing.rules("DSQL001")
    excused = testing.report(document(UNPROTECTED), asked, exceptions=file, today=TODAY)
    assert (addresses(excused.excepted), addresses(excused.findings)) == ([address], [])
    assert addresses(testing.report(document(UNPROTECTED), asked).findings) == [address]
    assert len(testing.rules()) > len(asked) == 1
