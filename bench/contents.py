"""The head of `docs/performance.md`: how to read it, what is measured, and the bar of each."""

from __future__ import annotations

import re
from collections.abc import Collection

from bench import apply, cloud, growth, imports, plan, policy, relay, scale, suite, synthesis, writes

# Section, what a reader learns from it, and the bar that `make bench` fails on; the section says whether it is held.
SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("Plan", "time of a plan, beside hand-written HCL with the same resources", f"at most {plan.BAR} times"),
    ("Synthesis", "time until a change in `infra/` is in `modules/`", f"at most {synthesis.BAR:g} s"),
    (
        "Cold import",
        "what a new execution environment spends on imports, beside a lean and a naive stack; size of the package",
        f"at most {imports.MOST_OF_LEAN:g} times the lean one, 1/{imports.LEAST_OF_NAIVE:g} of the naive one, "
        f"{imports.MOST_MEGABYTES:g} MB",
    ),
    ("Writes", "writes a second of one function, beside a bare loop of psycopg", f"at least {writes.BAR:g} of them"),
    (
        "Relay and conflicts",
        "events a second of one relay; transfers that all want the same accounts",
        f"at least {relay.LEAST_SUCCESS:.0%} succeed among {max(relay.HOT)} accounts",
    ),
    (
        "Model of a Region under load",
        "whether the model behind [scale](scale.md) fits what was measured",
        f"within a factor of {scale.BAR:g}",
    ),
    ("Embedded cloud", "its start, memory and requests a second", f"at most {cloud.BAR:g} s to start"),
    ("Policy", "time to check plans of up to 5,000 resources", f"at most {policy.BAR:g} s for {policy.RESOURCES}"),
    (
        "Apply",
        "time of an apply on the embedded cloud, beside hand-written HCL with the same resources",
        f"at most {apply.BAR} times",
    ),
    ("Everything on", "apply, plan and destroy with every feature on", ""),
    ("Growth", "plans with 1, 2, 4 and 8 applications, beside hand-written HCL", f"at most {growth.BAR} times"),
    ("Test suite", "time of all tests, and the slowest ten", f"at most {suite.BAR / 60:g} minutes"),
)


def head(present: Collection[str]) -> str:
    """The document before its first section.

    Args:
        present: headings of the sections that it has; one that was not measured yet has no row.
    """
    rows = "\n".join(
        f"| [{section}](#{section.lower().replace(' ', '-')}) | {learns} | {bar} |"
        for section, learns, bar in SECTIONS
        if section in present
    )
    return (
        "# Performance\n\n"
        "Measured, not promised. Each section says on what machine it was measured, when, and with which command; "
        "`make bench` runs all of them and\nfails where a bar is missed.\n\n"
        f"| section | what it tells | bar |\n|---|---|---|\n{rows}\n\n"
        "Seconds are medians, with the smallest and the largest of n runs in brackets. *Clock* is the time that "
        "passes, *processor* the time that all\ncores spend. Things that are compared ran in turns, in one run.\n"
    )


def renewed(text: str) -> str:
    """The document with today's head.

    Args:
        text: docs/performance.md.
    """
    _, section, after = text.partition("\n## ")
    return head(re.findall(r"^## (.+)$", text, re.MULTILINE)) + section + after
