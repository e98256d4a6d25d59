"""Numbers on a command line, refused with what is allowed."""

from __future__ import annotations

import argparse


def between(text: str, least: float, most: float) -> float:
    """Read a number.

    Args:
        text: what was given.
        least: the smallest that is allowed.
        most: the largest.

    Raises:
        argparse.ArgumentTypeError: it is no number, or is not between the two.
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"must be a number of {least:g} to {most:g}, got {text!r}")
    return value
