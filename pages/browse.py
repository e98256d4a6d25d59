"""Every page of the documents in a real browser: in two widths, in light and dark, with every link followed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from pages.browser import Browser

WIDTHS = (1280, 390)  # a laptop and a phone, in CSS pixels
SCHEMES = ("light", "dark")
_LOOK = Path(__file__).parent / "look.js"


def walk(program: Path, folder: Path) -> list[str]:
    """Look at every page as a reader would.

    Args:
        program: the browser.
        folder: of the pages.

    Returns:
        What is wrong, a line each.

    Raises:
        BrowserError: the browser does not work.
    """
    look = _LOOK.read_text(encoding="utf-8")
    seen: dict[str, Mapping[str, Any]] = {}
    wrong = []
    with Browser(program) as browser:
        for page in sorted(folder.resolve().rglob("*.html")):
            url = page.as_uri()
            browser.show(url)
            for width in WIDTHS:
                browser.call(
                    "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
                )
                for scheme in SCHEMES:
                    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
                    browser.call("Emulation.setEmulatedMedia", features=wanted)
                    found = browser.evaluate(look)
                    wrong += [
                        f"{page.relative_to(folder.resolve())}, {width} wide, {scheme}: {one}" for one in found["wrong"]
                    ]
            seen[url] = found
    return wrong + broken(seen)


def broken(seen: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Links that lead nowhere, a line each.

    Args:
        seen: what look.js told of each page, by address.
    """
    found = []
    for url, page in seen.items():
        for link in page["links"]:
            target, anchor = urldefrag(link)
            if not target.startswith("file:"):
                continue
            lost = target in seen and anchor and unquote(anchor) not in seen[target]["ids"]
            if lost or not Path(unquote(urlsplit(target).path)).exists():
                found.append(f"{unquote(urlsplit(url).path)}: the link to {link} leads nowhere")
    return found
