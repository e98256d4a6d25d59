"""Command line: `python -m bench [section ...]`; all of them where none is named."""

import argparse
import os
import sys
from pathlib import Path

from bench import cloud, imports, plan, policy, relay, scale, synthesis, writes
from bench.measure import BenchError
from delivery.errors import DeliveryError

REPOSITORY = Path(__file__).resolve().parent.parent
SECTIONS = {
    "cloud": cloud.measure,
    "imports": imports.measure,
    "plan": plan.measure,
    "policy": policy.measure,
    "relay": relay.measure,
    "scale": scale.measure,
    "synthesis": synthesis.measure,
    "writes": writes.measure,
}


def main() -> int:
    """Measure, write docs/performance.md; returns 1 where a bar is missed or a measurement says nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, and write docs/performance.md.")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)} (default: all)")
    chosen = parser.parse_args().sections or list(SECTIONS)
    unknown = sorted(set(chosen) - set(SECTIONS))
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    missed = []
    for name in chosen:
        sys.stdout.write(f"measuring {name}\n")
        sys.stdout.flush()
        try:
            held = SECTIONS[name](REPOSITORY, os.environ)
        except (BenchError, DeliveryError) as error:
            sys.stderr.write(f"error: {error}\n")
            return 1
        if not held:
            missed.append(name)
    sys.stdout.write("written to docs/performance.md\n")
    if missed:
        sys.stderr.write(f"bar missed: {', '.join(missed)}; see docs/performance.md\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
