"""Asks the embedded cloud's resolver, as a client's own resolver would ask Route 53."""

from __future__ import annotations

import re
import secrets
import socket

from localcloud.dns import wire

VARIABLE = "LOCALCLOUD_DNS"  # of `Cloud.environment()`: where the resolver is, host:port
_ANSWER_SECONDS = 5.0
_LARGEST = 512  # bytes of an answer over UDP
_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com$")


def resolve(server: str, name: str) -> list[str]:
    """Ask for the addresses of a name; gives aliases and addresses, in their order.

    Args:
        server: host and port of the resolver.
        name: domain name.

    Raises:
        OSError: no answer.
        ValueError: not the answer to the question.
    """
    host, _, port = server.partition(":")
    number = secrets.randbelow(1 << 16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(_ANSWER_SECONDS)
        client.connect((host, int(port)))
        client.send(wire.query(number, name))
        answer = client.recv(_LARGEST)
    if answer[:2] != number.to_bytes(2, "big"):
        raise ValueError(f"an answer to another question: {answer[:2]!r}")
    return wire.values(answer)


def region(server: str, name: str) -> str | None:
    """Region whose API a name is answered with; None for a name that is none of an API.

    Args:
        server: host and port of the resolver.
        name: domain name.

    Raises:
        OSError: no answer.
        ValueError: not the answer to the question.
    """
    found = (_REGION.search(value) for value in resolve(server, name))
    return next((match[1] for match in found if match), None)
