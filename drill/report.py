"""The report of a drill: one HTML file that needs nothing else, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from drill.chart import chart, legend
from drill.name import LONGEST_TURN_SECONDS
from drill.result import LONGEST_REFUSAL_SECONDS, Injected, Result, Second

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1040px;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3em .6em;text-align:left}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto;font:11px system-ui}"
    ".ok{color:#176d2d}.bad{color:#b3261e}"
)


def _availability(second: Second) -> float:
    return 100.0 * second.accepted / second.writes if second.writes else 100.0


PICTURES: tuple[tuple[str, Callable[[Second], float], float], ...] = (
    ("Writes that were accepted, % of those that clients began", _availability, 100.0),
    ("Latency of a write, median, seconds", lambda second: second.median, 1.0),
    ("Latency of a write, slowest 1 %, seconds", lambda second: second.worst, 6.0),
    ("Writes accepted per second, of each Region's clients", lambda second: float(second.accepted), 50.0),
)
"""What is drawn over time: what it is, of a second, and the value at the upper edge."""


def write(result: Result, folder: Path) -> Path:
    """Write `report.html` and `report.json`.

    Args:
        result: the drill's.
        folder: made if it is not there.

    Returns:
        The HTML file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result.document(), indent=2) + "\n", encoding="utf-8")
    page = folder / "report.html"
    page.write_text(html(result, datetime.now(UTC)), encoding="utf-8")
    return page


def html(result: Result, made: datetime) -> str:
    """The report as a page.

    Args:
        result: the drill's.
        made: when.
    """
    timeline, faults, counts = result.timeline, result.faults, result.counts
    verdict = (
        f'<p class="bad"><b>Not kept:</b> {escape("; ".join(result.problems))}</p>'
        if result.problems
        else '<p class="ok"><b>Every promise was kept.</b></p>'
    )
    zeros = "".join(_row(what, count, 0) for what, count in counts.zeros.items())
    drawn = "".join(
        f"<h3>{label}</h3>{chart(timeline, faults, value, label=label, top=top)}" for label, value, top in PICTURES
    )
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Drill of {made:%Y-%m-%d}</title><style>{_STYLE}</style>
<h1>Drill of {made:%Y-%m-%d %H:%M} UTC</h1>
<p>On the embedded cloud, one process for each Region, not on AWS. Clients in both Regions wrote through the deployed
functions for {result.seconds:.0f} s, {result.per_second:.1f} accepted writes per second, while {
        len(faults)
    } faults were
injected. A client asks its own Region first and repeats the same write in the other one.</p>
{verdict}
<h2>What must be zero</h2>
<table><tr><th>count<th>found<th>allowed</tr>{zeros}
{
        _row(
            "seconds of refused writes in the Region that was well, longest of a fault",
            result.refused_elsewhere,
            LONGEST_REFUSAL_SECONDS,
        )
    }{
        _row(
            "seconds in which the name of both Regions was not answered, longest of a fault",
            result.name_silent,
            LONGEST_TURN_SECONDS,
        )
    }</table>
<p>Of {counts.accepted} accepted writes, {counts.stored} stored transactions and {counts.events} received events;
{counts.unknown} writes were given up by their clients, which may be stored or not. All events had arrived
{counts.drained_seconds:.0f} s after the load; {counts.handed_again} of them a function had failed on until its retries
were used up, and was given again from the queue of failures (<code>make redrive</code>).</p>
<p>One more client wrote by the name that Route 53 answers with a healthy Region, without asking twice:
{escape(_by_name(result))}. It asks for the name anew each time; on AWS a resolver keeps an answer for up to 60 s.</p>
<h2>What clients saw</h2><p>{legend(timeline)}; bands: a fault in that Region</p>{drawn}
<h2>Faults</h2>
<table><tr><th>at<th>fault<th>Region<th>lasted<th>clients served again after<th>Region well again after<th>other Region
refused for<th>name not answered for<th>name with the other Region after</tr>{"".join(map(_fault, faults))}</table>
</html>
"""


def _by_name(result: Result) -> str:
    answered = [f"{region} answered {count}" for region, count in sorted(result.by_name.items()) if region]
    return ", ".join([*answered, f"{result.by_name.get('', 0)} were not answered"])


def _row(what: str, found: float, allowed: float) -> str:
    return (
        f'<tr><td>{escape(what)}<td class="n {"ok" if found <= allowed else "bad"}">{found:g}<td class="n">{allowed:g}'
    )


def _fault(fault: Injected) -> str:
    numbers = (fault.ended - fault.began, fault.failover, fault.recovered, fault.refused_elsewhere, fault.name_silent)
    cells = "".join(f'<td class="n">{number:.1f} s' for number in numbers)
    cells += '<td class="n">' + ("" if fault.name_turned is None else f"{fault.name_turned:.1f} s")
    return f'<tr><td class="n">{fault.began:.0f} s<td>{escape(fault.name)}<td>{escape(fault.region)}{cells}</tr>'
