"""The picture of an architecture: both Regions side by side, mirrored, so that what crosses is in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from pages.architecture import Architecture, Arrow, Box, Side
from pages.svg import Svg, fitted, wrapped

WIDTH, MARGIN, GUTTER = 1520.0, 16.0, 230.0
PANEL = (WIDTH - 2 * MARGIN - GUTTER) / 2
# Columns of the left Region, from its outer edge to the middle: (offset, width).
ENTRY, FUNCTION, DATA = (14.0, 172.0), (216.0, 168.0), (446.0, 168.0)
TOP, BOX, GAP, BUS_HEAD, RULE = 64.0, 66.0, 14.0, 42.0, 46.0
COLOURS = {"sql": "#7b2cbf", "event": "#c2185b", "call": "#5f6b7a", "function": "#c45500", "region": "#00788c"}
_KINDS = {"sql": "SQL, TLS, IAM", "event": "event", "call": "invocation"}


def draw(found: Sequence[Architecture], title: str) -> str:
    """Draw architectures one under the other.

    Args:
        found: of a plan.
        title: what is shown.

    Returns:
        The SVG document.
    """
    picture = Svg(WIDTH, title)
    picture.text(MARGIN, 26, title, size=17, style='font-weight="bold"')
    for place, kind in enumerate(_KINDS):
        x = WIDTH - MARGIN - 420 + 150 * place
        picture.line([(x, 21), (x + 34, 21)], COLOURS[kind])
        picture.text(x + 42, 26, _KINDS[kind], size=12)
    bottom = 36.0
    for one in found:
        bottom = _Drawing(picture, one, bottom).drawn()
    return picture.written(bottom + MARGIN)


class _Drawing:
    """One architecture on a picture, from `top` downwards."""

    def __init__(self, picture: Svg, found: Architecture, top: float) -> None:
        self.picture, self.found, self.top = picture, found, top
        self.at: dict[str, tuple[float, float, float, float]] = {}  # box id to x, y, width, height
        self.side_of: dict[str, int] = {}

    def drawn(self) -> float:
        """Draw it and return where it ends."""
        y = self.top
        if self.found.module:
            self.picture.text(
                MARGIN, y + 16, f"{self.found.module}: {self.found.count} resources", size=13, style='fill="#545b64"'
            )
            y += 24
        bodies = [self._placed(number, side, y + TOP) for number, side in enumerate(self.found.sides)]
        lines = [wrapped(side.notes, PANEL - 28, 11) for side in self.found.sides]
        foot = max(bodies) + 30
        bottom = foot + 15 * max(map(len, lines)) + 8
        for number, side in enumerate(self.found.sides):
            x = MARGIN if number == 0 else WIDTH - MARGIN - PANEL
            self.picture.box(x, y, PANEL, bottom - y, COLOURS["region"], fill="#f7fafb")
            self.picture.text(x + 14, y + 22, f"Region {side.region}", size=15, style='font-weight="bold"')
            self.picture.text(x + 14, foot, "also in this Region:", size=11, style='fill="#545b64"')
            for row, line in enumerate(lines[number], 1):
                self.picture.text(x + 14, foot + 15 * row, line, size=11, style='fill="#545b64"')
        for side in self.found.sides:
            self._boxes(side)
        self._crossing(y + TOP)
        self._arrows()
        return bottom + 12

    def _placed(self, number: int, side: Side, top: float) -> float:
        """Give every box of a side its place; returns where the lowest ends."""
        y = top
        for box in side.functions:
            y = self._place(number, box, FUNCTION, y, BOX) + GAP
        lowest, entry_y = y, top
        targets = {arrow.start: arrow.end for arrow in self.found.arrows}
        for box in sorted(side.entries, key=lambda box: self.at.get(targets.get(box.id, ""), (0, top, 0, 0))[1]):
            wanted = self.at.get(targets.get(box.id, ""), (0, entry_y, 0, 0))[1]
            entry_y = self._place(number, box, ENTRY, max(entry_y, wanted), BOX) + GAP
        y = top
        if side.cluster:
            y = self._place(number, side.cluster, DATA, y, 100) + 40
        if side.bus:
            rules = sorted(side.rules, key=lambda rule: (self._rank(rule), rule.title))
            self._place(number, side.bus, DATA, y, BUS_HEAD + (RULE + 8) * len(rules))
            y += BUS_HEAD
            for rule in rules:
                offset, width = DATA
                y = self._place(number, rule, (offset + 8, width - 16), y, RULE) + 8
        return max(lowest, entry_y, y)

    def _rank(self, rule: Box) -> int:
        """Rules that reach a bus come first: they are beside what they cross to."""
        ends = [arrow.end for arrow in self.found.arrows if arrow.start == rule.id]
        buses = {side.bus.id for side in self.found.sides if side.bus}
        return 0 if buses & set(ends) else 1 if ends else 2

    def _place(self, number: int, box: Box, column: tuple[float, float], y: float, height: float) -> float:
        offset, width = column
        x = MARGIN + offset if number == 0 else WIDTH - MARGIN - offset - width
        self.at[box.id] = (x, y, width, height)
        self.side_of[box.id] = number
        return y + height

    def _boxes(self, side: Side) -> None:
        for box in side.entries:
            self._box(box, COLOURS["call"], 10.5)
        for box in side.functions:
            self._box(box, COLOURS["function"])
        if side.cluster:
            self._box(side.cluster, COLOURS["sql"])
        if side.bus:
            self._box(side.bus, COLOURS["event"])
        for rule in side.rules:
            x, y, width, height = self.at[rule.id]
            self.picture.box(x, y, width, height, COLOURS["event"], fill="#fdf2f6")
            for line, text in enumerate(_two_lines(rule.title, width - 12)):
                self.picture.text(x + 6, y + 19 + 15 * line, text, size=11)

    def _box(self, box: Box, colour: str, size: float = 13) -> None:
        x, y, width, height = self.at[box.id]
        self.picture.box(x, y, width, height, colour)
        self.picture.text(x + 8, y + 15, fitted(box.service, width - 16, 10), size=10, style=f'fill="{colour}"')
        self.picture.text(x + 8, y + 32, fitted(box.title, width - 16, size), size=size, style='font-weight="bold"')
        for line, detail in enumerate(box.details):
            self.picture.text(x + 8, y + 47 + 14 * line, fitted(detail, width - 16, 10), size=10)

    def _crossing(self, top: float) -> None:
        first, second = (side.cluster for side in self.found.sides)
        if first is None or second is None:
            return
        left, right = MARGIN + PANEL - (PANEL - DATA[0] - DATA[1]), WIDTH - MARGIN - DATA[0] - DATA[1]
        middle, colour = WIDTH / 2, COLOURS["sql"]
        self.picture.line([(left, top + 82), (right, top + 82)], colour, start=True)
        self.picture.text(middle, top + 76, "one logical database", size=12, anchor="middle")
        if self.found.link:
            self.picture.text(middle, top + 99, self.found.link, size=11, anchor="middle", style='fill="#545b64"')
        if self.found.witness:
            self.picture.box(middle - 88, top - 22, 176, 66, COLOURS["region"], fill="#f7fafb")
            self.picture.text(middle, top - 2, f"Region {self.found.witness}", size=13, anchor="middle")
            self.picture.text(middle, top + 16, "witness of each transaction", size=11, anchor="middle")
            self.picture.text(middle, top + 31, self._in_witness(), size=11, anchor="middle")
            self.picture.line([(left, top + 11), (middle - 88, top + 11)], colour, end=False, dashed=True)
            self.picture.line([(middle + 88, top + 11), (right, top + 11)], colour, end=False, dashed=True)

    def _in_witness(self) -> str:
        count = self.found.in_witness
        return "no endpoint, no resource" if not count else f"no endpoint, {count} resources"

    def _arrows(self) -> None:
        lanes = {(number, column): count(1) for number in (0, 1) for column in ("bracket", "outer", "inner")}
        functions = {box.id for side in self.found.sides for box in side.functions}
        for arrow in self.found.arrows:
            number = self.side_of[arrow.start]
            if number != self.side_of[arrow.end]:
                self._across(arrow)
            elif arrow.kind == "sql":
                self._trunk(arrow)
            elif arrow.start in functions and arrow.end in functions:
                self._bracket(arrow, 6 + 8 * next(lanes[number, "bracket"]))
            else:
                column = "outer" if arrow.kind == "call" else "inner"
                self._elbow(arrow, next(lanes[number, column]))

    def _edges(self, id_: str, number: int) -> tuple[float, float]:
        """The x of a box's outer and inner edge."""
        x, _, width, _ = self.at[id_]
        return (x, x + width) if number == 0 else (x + width, x)

    def _across(self, arrow: Arrow) -> None:
        number = self.side_of[arrow.start]
        start, end = self._edges(arrow.start, number)[1], self._edges(arrow.end, 1 - number)[1]
        self.picture.line(
            [(start, self.at[arrow.start][1] + RULE / 2), (end, self.at[arrow.end][1] + BUS_HEAD / 2)],
            COLOURS[arrow.kind],
        )

    def _trunk(self, arrow: Arrow) -> None:
        number = self.side_of[arrow.start]
        sign = 1 if number == 0 else -1
        start, end = self._edges(arrow.start, number)[1], self._edges(arrow.end, number)[0]
        lane, y = start + sign * 42, self.at[arrow.start][1] + 20
        into = self.at[arrow.end][1] + 50
        self.picture.line([(start, y), (lane, y), (lane, into), (end, into)], COLOURS["sql"])

    def _bracket(self, arrow: Arrow, depth: float) -> None:
        number = self.side_of[arrow.start]
        sign = -1 if number == 0 else 1
        edge = self._edges(arrow.start, number)[0]
        lane = edge + sign * depth
        y, to = self.at[arrow.start][1] + 46, self.at[arrow.end][1] + 16
        self.picture.line([(edge, y), (lane, y), (lane, to), (edge, to)], COLOURS[arrow.kind])

    def _elbow(self, arrow: Arrow, lane: int) -> None:
        """From a box to one of another column of the same Region."""
        number = self.side_of[arrow.start]
        sign = 1 if number == 0 else -1
        inwards = sign * (self.at[arrow.end][0] - self.at[arrow.start][0]) > 0
        start = self._edges(arrow.start, number)[1 if inwards else 0]
        end = self._edges(arrow.end, number)[0 if inwards else 1]
        y = self.at[arrow.start][1] + (48 if inwards else RULE / 2 + 8)
        y = self.at[arrow.start][1] + 34 if arrow.kind == "call" else y
        to = self.at[arrow.end][1] + (BUS_HEAD / 2 if inwards else 48)
        to = self.at[arrow.end][1] + 34 if arrow.kind == "call" else to
        bend = (start if inwards else end) + sign * (6 + 8 * lane)
        self.picture.line([(start, y), (bend, y), (bend, to), (end, to)], COLOURS[arrow.kind])


def _two_lines(said: str, width: float) -> list[str]:
    """A name in at most two lines, broken at a hyphen."""
    lines = wrapped(said.split("-"), width, 11, "-")
    if len(lines) < 2:
        return lines
    return [lines[0] + "-", fitted("-".join(lines[1:]), width, 11)]
