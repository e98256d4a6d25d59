"""The documents as web pages: links and anchors lead somewhere, each page says what a browser and a reader need."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pages import site

REPOSITORY = Path(__file__).parents[2]


class Page(HTMLParser):
    """What a browser would follow, load and jump to."""

    VOID = frozenset({"meta", "img", "br", "hr", "input", "link"})

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.links, self.loads, self.ids, self.open, self.wrong = [], [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in given:
            assert given["id"] not in self.ids, f"two of {given['id']}"
            self.ids.add(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag in ("img", "script", "link"):
            self.loads.append(given.get("src") or given.get("href"))

    def handle_endtag(self, tag):
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    destination = tmp_path_factory.mktemp("docs")
    return {file.resolve(): Page(file.read_text()) for file in site.write(REPOSITORY, destination)}


def test_every_document_has_a_page_and_the_index_names_it(pages):
    index = next(iter(pages.values()))
    assert len(set(index.links)) >= len(pages) - 1


def test_every_link_leads_to_a_file_and_a_heading(pages):
    broken = []
    for file, page in pages.items():
        for target in page.links:
            if re.match(r"(https|mailto):", target):
                continue
            path, _, anchor = target.partition("#")
            reached = (file.parent / path).resolve() if path else file
            if not reached.exists() or (anchor and reached in pages and anchor not in pages[reached].ids):
                broken.append((file.name, target))
    assert not broken


def test_nothing_is_loaded_from_elsewhere(pages):
    for file, page in pages.items():
        for loaded in page.loads:
            assert (file.parent / loaded).is_file(), f"{file.name} loads {loaded}"


def test_tags_are_closed_in_order(pages):
    assert not {file.name: page.wrong or page.open for file, page in pages.items() if page.wrong or page.open}


def test_a_page_fits_a_phone_and_says_its_language_and_its_title(pages):
    for file in pages:
        text = file.read_text()
        assert '<html lang="en">' in text
        assert 'name="viewport"' in text
        assert re.search(r"<title>[^<]{3,}</title>", text)
