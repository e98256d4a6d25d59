"""Command line: `python -m pages diagram`, `python -m pages docs`, `python -m pages browse`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from delivery.errors import DeliveryError
from pages import browse, examples, site
from pages.architecture import architectures
from pages.browser import BrowserError
from pages.diagram import draw
from pages.plan import resources
from pages.png import drawn_from, rendered

REPOSITORY = Path(__file__).resolve().parent.parent
IMAGES = REPOSITORY / "docs" / "images"


def main() -> int:
    """Draw; returns 1 where a picture is stale or cannot be drawn."""
    parser = argparse.ArgumentParser(prog="python -m pages", description="Draw what the documents show.")
    commands = parser.add_subparsers(dest="command", required=True)
    diagram = commands.add_parser("diagram", help="architecture of the examples, or of a root or plan of yours")
    diagram.add_argument("--root", type=Path, help="a root of this repository, such as examples/complete")
    diagram.add_argument("--inputs", type=Path, help="values of its variables, a .tfvars.json file")
    diagram.add_argument("--plan", help="what `terraform show -json` printed, a file, or - for the standard input")
    diagram.add_argument("--to", type=Path, help="where to write the SVG; the PNG goes beside it")
    diagram.add_argument("--check", action="store_true", help="write nothing; exit 1 where docs/images is stale")
    commands.add_parser("docs", help="write the documents as web pages to build/docs")
    looked = commands.add_parser("browse", help="write them, and look at each in a browser")
    looked.add_argument("--browser", type=Path, required=True, help="Chromium, Chrome, or its headless shell")
    given = parser.parse_args()
    if given.command != "diagram":
        pages = site.write(REPOSITORY, REPOSITORY / "build" / "docs")
        sys.stdout.write(f"wrote {len(pages)} pages; open {os.path.relpath(pages[0])}\n")
        return _browse(given.browser, pages) if given.command == "browse" else 0
    if (given.root or given.plan) and not given.to:
        diagram.error("--root and --plan need --to, the file to write, such as build/mine.svg")
    try:
        return _check() if given.check else _diagram(given)
    except (DeliveryError, ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1


def _browse(program: Path, pages: list[Path]) -> int:
    try:
        wrong = browse.walk(program, pages[0].parent)
    except BrowserError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    widths = " and ".join(map(str, browse.WIDTHS))
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    sys.stdout.write(f"{len(pages)} pages, {widths} wide, light and dark: {len(wrong) or 'nothing'} wrong\n")
    return 1 if wrong else 0


def shown(example: str) -> str:
    """The picture of an example, as SVG.

    Args:
        example: its folder in `examples`.
    """
    build = REPOSITORY / "build" / "pages" / example
    plan = examples.planned(
        REPOSITORY, Path("examples") / example, examples.inputs_of(REPOSITORY, example), build, os.environ
    )
    return draw(architectures(resources(plan)), f"examples/{example}, as Terraform plans it")


def _diagram(given: argparse.Namespace) -> int:
    if given.plan:
        text = sys.stdin.read() if given.plan == "-" else Path(given.plan).read_text(encoding="utf-8")
        pictures = {given.to: draw(architectures(resources(json.loads(text))), given.to.stem)}
    elif given.root:
        build = REPOSITORY / "build" / "pages" / "own"
        plan = examples.planned(REPOSITORY, given.root, given.inputs, build, os.environ)
        pictures = {given.to: draw(architectures(resources(plan)), f"{given.root}, as Terraform plans it")}
    else:
        pictures = {IMAGES / f"{example}.svg": shown(example) for example in examples.SHOWN}
    for file, svg in pictures.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(svg, encoding="utf-8")
        file.with_suffix(".png").write_bytes(rendered(svg))
        sys.stdout.write(f"wrote {os.path.relpath(file)} and {file.with_suffix('.png').name}\n")
    return 0


def stale(example: str) -> list[str]:
    """Files of an example's picture that are not what the source draws.

    Args:
        example: its folder in `examples`.
    """
    svg, file = shown(example), IMAGES / f"{example}.svg"
    image = file.with_suffix(".png")
    found = [] if file.is_file() and file.read_text(encoding="utf-8") == svg else [file.name]
    return found + ([] if image.is_file() and drawn_from(image.read_bytes(), svg) else [image.name])


def _check() -> int:
    differing = [name for example in examples.SHOWN for name in stale(example)]
    if differing:
        sys.stderr.write(f"docs/images is stale: {', '.join(differing)}; run `make diagram` and commit the result\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
