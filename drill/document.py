"""A drill in the documents: its table in `docs/verification.md`, and its plots beside it."""

from __future__ import annotations

import datetime
from pathlib import Path

from drill.chart import COLOURS, HEIGHT, WIDTH, chart
from drill.name import LONGEST_TURN_SECONDS
from drill.report import PICTURES
from drill.result import LONGEST_REFUSAL_SECONDS, Injected, Result

BEGIN, END = "<!-- drill: made by `make drill` -->", "<!-- end of drill -->"
_HEAD = 30  # for the title above each plot


def write(result: Result, document: Path, command: str) -> None:
    """Put the drill between its marks in the document, and its plots into `images` beside it.

    Args:
        result: the drill's.
        document: the Markdown file, with the marks in it.
        command: what was run.

    Raises:
        ValueError: the document lacks the marks.
    """
    head, rest = parts(document)
    when = datetime.datetime.now(datetime.UTC).date()
    body = f"{table(result)}\n\n`{command}`, {when}."
    document.write_text(f"{head}{BEGIN}\n{body}\n{END}{rest}", encoding="utf-8")
    (document.parent / "images" / "drill.svg").write_text(plots(result), encoding="utf-8")


def parts(document: Path) -> tuple[str, str]:
    """What stands before the marks in a document, and after them.

    Raises:
        ValueError: the document lacks the marks.
    """
    text = document.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{document} lacks the marks {BEGIN} and {END}; put them where the table belongs")
    return text.partition(BEGIN)[0], text.partition(END)[2]


def table(result: Result) -> str:
    """The counts and the faults as Markdown."""
    counts = result.counts
    lost = "; ".join(f"{what}: {count}" for what, count in counts.zeros.items())
    verdict = "Every promise was kept." if not result.problems else f"Not kept: {'; '.join(result.problems)}."
    columns = (
        *("at", "fault", "Region", "lasted", "clients served again after", "Region well again after"),
        *("other Region refused for", "name silent for", "name with the other Region after"),
    )
    lines = [
        f"{verdict} {result.seconds:.0f} s, {result.per_second:.1f} accepted writes each second, "
        f"{len(result.faults)} faults.",
        "",
        f"Of {counts.accepted} accepted writes and {counts.stored} events: {lost}.",
        f"{counts.unknown} writes were given up by their clients, which may be stored or not (who calls by the name",
        f"gives up at once); {counts.handed_again} events were handed over again by `make redrive`.",
        f"In the Region that was well, refusals lasted {result.refused_elsewhere:.1f} s at most",
        f"({LONGEST_REFUSAL_SECONDS:g} s is allowed). The name of both was silent for",
        f"{result.name_silent:.1f} s at most ({LONGEST_TURN_SECONDS:g} s is allowed).",
        "",
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
    ]
    return "\n".join([*lines, *map(_row, result.faults)])


def _row(fault: Injected) -> str:
    numbers = (fault.ended - fault.began, fault.failover, fault.recovered, fault.refused_elsewhere, fault.name_silent)
    turned = "" if fault.name_turned is None else f"{fault.name_turned:.1f} s"
    cells = [f"{fault.began:.0f} s", fault.name, fault.region, *(f"{number:.1f} s" for number in numbers), turned]
    return f"| {' | '.join(cells)} |"


def plots(result: Result) -> str:
    """What clients saw over time, as one SVG document that needs nothing else."""
    parts, top = [], 0
    for label, value, ceiling in PICTURES:
        drawn = chart(result.timeline, result.faults, value, label=label, top=ceiling)
        parts.append(f'<text x="8" y="{top + 20}" font-size="14" font-weight="bold">{label}</text>')
        parts.append(drawn.replace("<svg ", f'<svg x="0" y="{top + _HEAD}" width="{WIDTH}" height="{HEIGHT}" ', 1))
        top += HEIGHT + _HEAD
    homes = sorted({second.home for second in result.timeline})
    for number, (home, colour) in enumerate(zip(homes, COLOURS, strict=False)):
        parts.append(
            f'<text x="{60 + 260 * number}" y="{top + 18}" fill="{colour}">clients in {home}; bands: its faults</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 30}" role="img" '
        'font-family="Helvetica, Arial, sans-serif" font-size="11">'
        f"<title>What the clients of a drill saw</title>"
        f'<rect width="{WIDTH}" height="{top + 30}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )
