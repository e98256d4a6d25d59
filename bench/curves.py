"""Curves as SVG, in plain Python: the same numbers are the same bytes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import count

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 760.0, 400.0, 78.0, 52.0, 46.0, 190.0
_LINE = 13.0  # height of a label
_COLOURS = ("#00788c", "#c2185b", "#7b2cbf", "#c45500", "#5f6b7a")


def curves(
    title: str, x: str, y: str, lines: Mapping[str, Sequence[tuple[float, float]]], *, limits: Mapping[str, float]
) -> str:
    """Draw lines over a logarithmic x and y.

    Args:
        title: above the picture.
        x: what the x axis is, with its unit.
        y: what the y axis is, with its unit.
        lines: name to points, all above zero.
        limits: name to a height that is drawn across.

    Returns:
        The SVG document.
    """
    points = [point for line in lines.values() for point in line]
    left, right = (math.log10(pick(px for px, _ in points)) for pick in (min, max))
    heights = [py for _, py in points] + list(limits.values())
    low, high = math.floor(math.log10(min(heights))), math.ceil(math.log10(max(heights)))

    def at(px: float, py: float) -> tuple[float, float]:
        across = (math.log10(px) - left) / (right - left)
        up = (math.log10(py) - low) / (high - low)
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _BOTTOM - _TOP)

    shapes = [_text(_LEFT, 24, title, 15, 'font-weight="bold"'), _text(_LEFT, 40, y, 11)]
    shapes += [_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, x, 11, 'text-anchor="middle"')]
    for power in range(low, high + 1):
        _, py = at(10**left, 10.0**power)
        shapes.append(_path([(_LEFT, py), (_WIDTH - _RIGHT, py)], "#d5dbdb", 1))
        shapes.append(_text(_LEFT - 8, py + 4, f"{10.0**power:,g}", 11, 'text-anchor="end"'))
    for power in range(math.ceil(left), math.floor(right) + 1):
        px, _ = at(10.0**power, 10.0**low)
        shapes.append(_path([(px, _TOP), (px, _HEIGHT - _BOTTOM)], "#d5dbdb", 1))
        shapes.append(_text(px, _HEIGHT - _BOTTOM + 16, f"{10.0**power:,.0f}", 11, 'text-anchor="middle"'))
    for name, height in limits.items():
        _, py = at(10**left, height)
        shapes.append(_path([(_LEFT, py), (_WIDTH - _RIGHT, py)], "#545b64", 1.2, 'stroke-dasharray="6 4"'))
        shapes.append(_text(_WIDTH - _RIGHT + 6, py + 4, name, 11))
    feet = [at(10**left, height)[1] + 4 for height in limits.values()]  # of what is said at the right edge
    for colour, (name, line) in zip(_COLOURS, lines.items(), strict=False):
        shapes.append(_path([at(*point) for point in line], colour, 2))
        px, py = at(*line[-1])
        foot = next(foot for foot in _around(py + 4) if all(abs(foot - other) >= _LINE for other in feet))
        feet.append(foot)
        shapes.append(_text(px + 6, foot, name, 11, f'fill="{colour}"'))
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}" '
        f'height="{_HEIGHT:g}" font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif" fill="#232f3e" '
        f'role="img">\n<title>{escape(title)}</title>\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f"{body}\n</svg>\n"
    )


def _around(foot: float) -> Iterator[float]:
    """Places for a label: where it belongs, then a line up, a line down, two up, and so on."""
    yield foot
    for lines in count(1):
        yield from (foot - lines * _LINE, foot + lines * _LINE)


def _text(x: float, y: float, said: str, size: float, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" {style}>{escape(said)}</text>'


def _path(points: Sequence[tuple[float, float]], colour: str, width: float, style: str = "") -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="{width:g}" {style}/>'
