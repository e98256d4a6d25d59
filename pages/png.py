"""An SVG as PNG, which carries the hash of the SVG that it was drawn from.

The bytes of the PNG depend on the fonts of the machine, those of the SVG do not: freshness is that of the hash.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator

import resvg_py

_SIGNATURE_AND_HEADER = 8 + 25  # https://www.w3.org/TR/png-3/#5PNG-file-signature, #11IHDR
_KEYWORD = b"SVG-SHA256"


def rendered(svg: str) -> bytes:
    """Draw an SVG.

    Args:
        svg: the document.
    """
    image = bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=2))
    body = b"tEXt" + _KEYWORD + b"\0" + _hash(svg).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return image[:_SIGNATURE_AND_HEADER] + chunk + image[_SIGNATURE_AND_HEADER:]


def drawn_from(image: bytes, svg: str) -> bool:
    """Whether a PNG was drawn from this SVG.

    Args:
        image: a PNG that `rendered` returned.
        svg: the document.
    """
    return any(text == _KEYWORD + b"\0" + _hash(svg).encode() for text in _texts(image))


def _texts(image: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(image):
        (length,) = struct.unpack(">I", image[at : at + 4])
        if image[at + 4 : at + 8] == b"tEXt":
            yield image[at + 8 : at + 8 + length]
        at += 12 + length


def _hash(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()
