"""Shapes of an SVG document, written in the order they are asked for, so that the same picture is the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
# Mean width of a letter by font size, a little too wide rather than too narrow: the reader's font is not known.
LETTER = 0.56


class Svg:
    """A picture.

    Args:
        width: of the picture, in pixels.
        title: what is shown, for who cannot see it.
    """

    def __init__(self, width: float, title: str) -> None:
        self._width, self._title = width, title
        self._shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, colour: str, *, fill: str = "#ffffff") -> None:
        """Draw a rounded rectangle; x and y are its upper left corner."""
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{fill}" '
            f'stroke="{colour}" stroke-width="1.5"/>'
        )

    def text(self, x: float, y: float, said: str, *, size: float = 12, style: str = "", anchor: str = "start") -> None:
        """Write a line; `style` is further attributes, such as `font-weight="bold"`; y is the line's foot."""
        self._shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"{f" {style}" if style else ""}>'
            f"{escape(said, quote=False)}</text>"
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        *,
        end: bool = True,
        start: bool = False,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points, with an arrow's head at its end, at its start, or at neither."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        heads = (' marker-end="url(#head)"' if end else "") + (' marker-start="url(#head)"' if start else "")
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}{heads}/>'
        )

    def written(self, height: float) -> str:
        """The document.

        Args:
            height: of the picture, in pixels.
        """
        shapes = "\n".join(self._shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self._width:g} {height:g}" '
            f'width="{self._width:g}" height="{height:g}" font-family="{FONT}" fill="#232f3e" role="img">\n'
            f"<title>{escape(self._title, quote=False)}</title>\n"
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path d="M0,0 L8,4 L0,8 z" fill="#545b64"/></marker></defs>\n'
            f'<rect width="{self._width:g}" height="{height:g}" fill="#ffffff"/>\n{shapes}\n</svg>\n'
        )


def fitted(said: str, width: float, size: float = 12) -> str:
    """Cut a line where it would not fit.

    Args:
        said: the line.
        width: in pixels.
        size: of the font, in pixels.
    """
    most = int(width / (size * LETTER))
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def wrapped(parts: Sequence[str], width: float, size: float = 12, joint: str = " · ") -> list[str]:
    """Put parts into lines that fit, never cutting a part.

    Args:
        parts: what is listed.
        width: in pixels.
        size: of the font, in pixels.
        joint: stands between two parts of a line.
    """
    most = int(width / (size * LETTER))
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(joint) + len(part) <= most:
            lines[-1] += joint + part
        else:
            lines.append(part)
    return lines
