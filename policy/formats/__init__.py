"""A report as people and machines want it."""

from collections.abc import Callable, Sequence

from policy.evaluate import Report
from policy.formats import json, junit, sarif, text

FORMATS: dict[str, Callable[[Sequence[Report]], str]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "junit": junit.render,
}
