"""Command line: `python -m bench [section ...]`; all of them where none is named."""

import argparse
import os
import sys
from pathlib import Path

from bench import apply, cloud, contents, growth, imports, plan, policy, relay, scale, suite, synthesis, writes
from bench.measure import BenchError
from delivery.errors import DeliveryError

REPOSITORY = Path(__file__).resolve().parent.parent
SECTIONS = {
    "apply": apply.measure,
    "cloud": cloud.measure,
    "growth": growth.measure,
    "imports": imports.measure,
    "plan": plan.measure,
    "policy": policy.measure,
    "relay": relay.measure,
    "scale": scale.measure,
    "suite": suite.measure,
    "synthesis": synthesis.measure,
    "writes": writes.measure,
}


def main() -> int:
    """Measure, write docs/performance.md. A section that fails stops no other; returns 1 where one did, or missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, and write docs/performance.md.")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)} (default: all)")
    chosen = parser.parse_args().sections or list(SECTIONS)
    unknown = sorted(set(chosen) - set(SECTIONS))
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    missed, failed = [], []
    for name in chosen:
        sys.stdout.write(f"measuring {name}\n")
        sys.stdout.flush()
        try:
            held = SECTIONS[name](REPOSITORY, os.environ)
        except (BenchError, DeliveryError) as error:
            sys.stderr.write(f"error: {name}: {error}\n")
            failed.append(name)
            continue
        if not held:
            missed.append(name)
    document = REPOSITORY / "docs" / "performance.md"
    document.write_text(contents.renewed(document.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write("written to docs/performance.md\n")
    if missed:
        sys.stderr.write(f"bar missed: {', '.join(missed)}; see docs/performance.md\n")
    if failed:
        sys.stderr.write(f"not measured: {', '.join(failed)}; the reasons are above\n")
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(main())
