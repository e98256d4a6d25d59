"""What a browser told of pages, judged; the browser itself is `make browse`."""

from pages.browse import broken


def test_a_link_that_leads_to_no_file_or_no_heading_is_told(tmp_path):
    for name in ("one.html", "two.html"):
        (tmp_path / name).touch()
    one, two = ((tmp_path / name).as_uri() for name in ("one.html", "two.html"))
    links = [two, f"{two}#here", f"{two}#gone", (tmp_path / "three.html").as_uri(), "https://example.com/"]
    told = broken({one: {"links": links, "ids": []}, two: {"links": [], "ids": ["here"]}})
    assert [line.partition("/two.html#")[2] or line.rpartition("/")[2] for line in told] == [
        "gone leads nowhere",
        "three.html leads nowhere",
    ]
