"""Time of `terraform plan` and `validate`: the smallest call of modules/application beside hand-written HCL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench import report, roots
from bench.measure import in_turns
from bench.roots import BY_HAND, LEAN, OURS

BAR = 1.15
RUNS = 9
# A composition of terraform-aws-modules (rds-aurora//modules/dsql 9.16.1, lambda 7.21.1, eventbridge 3.17.1, the last
# ones that take provider 5.100) with 32 resources beside 28 by hand. Not measured here: it needs the registry.
RECORDED = 3.3
RECORDED_ON = "2026-11-24"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `examples` and `bench`.
        environment: the user's environment.

    Returns:
        Whether the bar is held.

    Raises:
        BenchError: the two roots do not create the same resources.
        TerraformError: a root cannot be planned.
    """
    load = report.load()
    build = repository / "build" / "bench"
    compared = {
        OURS: roots.ours(repository, build / "ours-1", environment),
        BY_HAND: roots.by_hand(repository, build / "hand-1", environment),
        LEAN: roots.by_hand(repository, build / "hand-lean", environment, lean=True),
    }
    count = roots.alike(compared)
    planned = in_turns({name: lambda t=root: roots.plan(t) for name, root in compared.items()}, RUNS)  # type: ignore[misc]
    ratio, of_lean = (planned[OURS].median / planned[name].median for name in (BY_HAND, LEAN))
    work = planned[OURS].work / planned[BY_HAND].work
    rows = "\n".join(f"| {name} | {times.row} |" for name, times in planned.items())
    report.write(
        repository / "docs" / "performance.md",
        "Plan",
        "make bench ARGS=plan",
        f"`terraform plan` of `examples/minimal` and of `bench/handwritten`, {count} resources each, with the same "
        "three providers, without a state and without a call to AWS. By the medians, ours takes "
        f"{ratio:.2f} times as long on the clock (at most {BAR} is allowed) and {work:.2f} times as long on the "
        "processor.\n\n"
        "Where the rest goes: our modules ask a provider for the witness's Region, as for the other two, and so refuse "
        "a wrong one at plan. Terraform starts that provider twice, to validate and to plan. A root that writes the "
        "Region's name as a string saves this: beside it (the third row) ours takes "
        f"{of_lean:.2f} times as long. And Terraform's graph also holds the resources of features that are off.\n\n"
        f"| root | clock | processor |\n|---|---|---|\n{rows}\n\n"
        f"A composition of public modules (terraform-aws-modules) took {RECORDED} times as long as the same resources "
        f"by hand. That was recorded in another run on such a machine ({RECORDED_ON}), and was not measured again "
        "here.\n\n"
        f"{roots.versions(compared[OURS])}",
        load,
    )
    return ratio <= BAR
