"""Pictures of a drill as SVG: a line for each Region over time, the faults as bands behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from drill.result import Injected, Second

WIDTH, HEIGHT = 1000, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 15, 12, 28
COLOURS = ("#1f6fb2", "#c2571a")


def chart(
    timeline: Sequence[Second],
    faults: Sequence[Injected],
    value: Callable[[Second], float],
    *,
    label: str,
    top: float,
) -> str:
    """One picture.

    Args:
        timeline: the seconds.
        faults: drawn as bands, in the colour of their Region.
        value: what is drawn of a second.
        label: what it is, with its unit.
        top: value at the upper edge; higher ones are cut off there.
    """
    homes = sorted({second.home for second in timeline})
    length = max((second.at for second in timeline), default=1) or 1

    def x(at: float) -> float:
        return _LEFT + at / length * (WIDTH - _LEFT - _RIGHT)

    def y(amount: float) -> float:
        return _TOP + (1 - min(amount, top) / top) * (HEIGHT - _TOP - _BOTTOM)

    colour = dict(zip(homes, COLOURS, strict=False))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">'
    ]
    for fault in faults:
        width = max(2.0, x(fault.ended) - x(fault.began))
        parts.append(
            f'<rect x="{x(fault.began):.1f}" y="{_TOP}" width="{width:.1f}" height="{HEIGHT - _TOP - _BOTTOM}" '
            f'fill="{colour.get(fault.region, "#888")}" opacity="0.15"><title>{escape(fault.name)}, '
            f"{escape(fault.region)}</title></rect>"
        )
    for mark in (0.0, top / 2, top):
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}" stroke="#ccc"/>'
            f'<text x="{_LEFT - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark:g}</text>'
        )
    parts += [
        f'<text x="{x(length * share):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{length * share:.0f} s</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    for home in homes:
        points = " ".join(
            f"{x(second.at):.1f},{y(value(second)):.1f}" for second in timeline if second.home == home and second.writes
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour[home]}" stroke-width="1.5"/>')
    return "".join(parts) + "</svg>"


def legend(timeline: Sequence[Second]) -> str:
    """The colours of the Regions, as HTML."""
    homes = sorted({second.home for second in timeline})
    return " ".join(
        f'<span style="color:{colour}">&#9632; clients in {escape(home)}</span>'
        for home, colour in zip(homes, COLOURS, strict=False)
    )
