"""The first lines of an HTTP message, as far as the router reads them."""

from __future__ import annotations

import re

_SCOPE = re.compile(rb"Credential=[^/,&]+/\d{8}/([a-z0-9-]*)/([a-z0-9-]+)/")


class Head:
    """The first lines of a request or an answer."""

    def __init__(self, raw: bytes) -> None:
        """`raw` ends with the empty line."""
        self.first, *lines = raw.split(b"\r\n")[:-2]
        self.headers: dict[bytes, bytes] = {}
        for line in lines:
            name, _, value = line.partition(b":")
            self.headers[name.strip().lower()] = value.strip()
        self.raw = raw

    def without(self, name: bytes) -> bytes:
        """The head without one of its headers."""
        lines = self.raw.split(b"\r\n")
        return b"\r\n".join(line for line in lines if not line.lower().startswith(name + b":"))

    def scope(self) -> tuple[str, str] | None:
        """Region and service that a request is signed for, in its header or in its query; None if it is not signed."""
        found = _SCOPE.search(self.headers.get(b"authorization", b"") or self.first.replace(b"%2F", b"/"))
        return (found[1].decode(), found[2].decode()) if found else None
