"""What a terminal shows of the demonstration, as a picture for the documents."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from rich.console import Console

from demo.report import LiveReport

WIDTH = 108
# A picture in a document loads nothing: the reader's own monospaced font is enough.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
# Where this machine keeps things is nobody's business; a path ends at a space or at a tag.
_PATH = re.compile(r"(?<![\w.:/])/(?:[\w.@+-]+/)+[\w.@+-]+")


class _Still(LiveReport):
    """Without the spinner, of which every turn would be written down."""

    def begin(self, title: str) -> None:
        """Nothing: the line comes with the result."""

    def note(self, text: str) -> None:
        """Nothing: only what stays is shown."""


class Recording:
    """A terminal that is written down."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, record=True, force_terminal=True, width=WIDTH)
        self.report = _Still(self._console)

    def write(self, file: Path) -> None:
        """Write the picture.

        Args:
            file: an SVG.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        picture = self._console.export_svg(title="make demo", unique_id="demo")
        file.write_text(without_paths(_FONTS.sub("", picture)), encoding="utf-8")


def without_paths(text: str) -> str:
    """Shorten absolute paths to their last part.

    Args:
        text: a picture's.
    """
    return _PATH.sub(lambda found: "…/" + found[0].rpartition("/")[2], text)
