"""The documents as web pages that need no network: `make docs` writes them to build/docs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.55 system-ui, "Segoe UI", Helvetica, sans-serif; color: #16191f; background: #fff; }
nav { background: #f2f6f8; border-bottom: 1px solid #d5dbdb; padding: .6rem 1rem; }
nav a { display: inline-block; margin-right: 1rem; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
a { color: #0b5cad; } h1, h2, h3 { line-height: 1.25; }
img { max-width: 100%; height: auto; background: #fff; }
pre { overflow-x: auto; background: #f6f8fa; padding: .8rem; border-radius: 6px; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .92rem; }
th, td { border: 1px solid #d5dbdb; padding: .35rem .6rem; text-align: left; vertical-align: top; }
.wide { overflow-wrap: normal; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8ea; background: #14181d; } a { color: #7ab8ff; }
  nav, pre { background: #1f252c; } nav, th, td { border-color: #39424c; }
}
""".strip()
# What the bar at the top leads to, in a reader's order.
FIRST = (
    *("README.md", "docs/architecture.md", "modules/application/README.md", "docs/api.md", "docs/operations.md"),
    *("docs/cost.md", "docs/security.md", "docs/policies.md", "docs/verification.md", "docs/performance.md"),
    *("docs/scale.md", "docs/decisions/README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
)

_SHORT = {"README.md": "Start", "modules/application/README.md": "Module", "docs/api.md": "API"}


def write(repository: Path, destination: Path) -> list[Path]:
    """Write a page for every Markdown file that git knows, and an index of all.

    Args:
        repository: root of the documents.
        destination: folder for the pages; what was there is removed.

    Returns:
        The pages.
    """
    shutil.rmtree(destination, ignore_errors=True)
    sources = _sources(repository)
    titles = {name: _title((repository / name).read_text(encoding="utf-8"), name) for name in sources}
    pages = []
    for name in sources:
        text = (repository / name).read_text(encoding="utf-8")
        page = destination / _page(name)
        page.parent.mkdir(parents=True, exist_ok=True)
        depth = "../" * name.count("/")
        page.write_text(_whole(titles[name], _body(text), depth, titles), encoding="utf-8")
        pages.append(page)
    rows = "".join(
        f'<li><a href="{_page(name)}">{escape(titles[name])}</a> <code>{name}</code></li>' for name in titles
    )
    index = destination / "index.html"
    index.write_text(_whole("All documents", f"<h1>All documents</h1><ul>{rows}</ul>", "", titles), encoding="utf-8")
    for other in _linked(repository, sources):
        copy = destination / other
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository / other, copy)
    return [index, *pages]


def _sources(repository: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=repository, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split() if not name.startswith(("infra/readmes/", ".github/"))]
    return sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def _page(name: str) -> str:
    return name.removesuffix(".md") + ".html"


def _title(text: str, name: str) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].replace("`", "") if found else name


def slug(heading: str) -> str:
    """The name that a link to a heading has, as GitHub makes it.

    Args:
        heading: its text without marks.
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _body(text: str) -> str:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    seen: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            name = slug("".join(part.content for part in tokens[number + 1].children or []))
            seen[name] = seen.get(name, -1) + 1
            token.attrSet("id", f"{name}-{seen[name]}" if seen[name] else name)
    for token in _all(tokens):
        target = token.attrGet("href")
        if isinstance(target, str) and not re.match(r"\w+:", target):
            token.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", target))
    html = str(parser.renderer.render(tokens, parser.options, {}))
    return html.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _whole(title: str, body: str, depth: str, titles: dict[str, str]) -> str:
    shown = [name for name in FIRST if name in titles]
    bar = "".join(f'<a href="{depth}{_page(name)}">{escape(_short(name))}</a>' for name in shown)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{STYLE}\n</style>\n</head>\n'
        f'<body>\n<nav>{bar}<a href="{depth}index.html">All</a></nav>\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _short(name: str) -> str:
    path = Path(name)
    if name in _SHORT:
        return _SHORT[name]
    return (path.parent.name if path.stem == "README" else path.stem).capitalize()


def _linked(repository: Path, sources: Sequence[str]) -> set[str]:
    """Files that the documents link to and that are no documents themselves: pictures, source, contracts."""
    found = set()
    for name in sources:
        text = (repository / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            path = (repository / name).parent / target
            if not re.match(r"\w+:", target) and path.is_file() and path.suffix != ".md":
                found.add(str(path.resolve().relative_to(repository.resolve())))
    return found
