"""Cold import of each function, beside a lean stack and the one of the tutorials; and the size of the package."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import report
from bench.measure import BenchError
from delivery.package import Package, build

FUNCTIONS = ("api", "relay", "consumer", "migrate")
RUNS = 11
MOST_OF_LEAN = 1.3
LEAST_OF_NAIVE = 4.0
MOST_MEGABYTES = 12.0
_STACKS = Path("bench") / "stacks"
# What a new execution environment spends on a module; without the interpreter's own start, which is Lambda's.
_PROGRAM = """
import json, sys, time
started = time.process_time()
__import__(sys.argv[1])
spent = time.process_time() - started
# Not getrusage, whose maximum a process takes over from the one that started it.
memory = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([spent * 1000, int(memory.split()[1]) / 1024]))
"""
_FUNCTION_ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}


@dataclass(frozen=True)
class Subject:
    """A module in a folder that has all it imports.

    Args:
        folders: the search path, as Lambda's.
        module: what is imported.
    """

    folders: tuple[Path, ...]
    module: str


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `bench` and `lambda`.
        environment: the user's environment.

    Returns:
        Whether the bars are held.

    Raises:
        BenchError: a stack cannot be installed, or a module cannot be imported.
        DeliveryError: the package cannot be built.
    """
    load = report.load()
    packages = repository / "build" / "package"
    ours = unzipped(build_for_this_machine(packages), repository / "build" / "bench" / "ours")
    subjects = {f"`{function}`": Subject((ours,), function) for function in FUNCTIONS}
    for stack in ("lean", "naive"):
        installed = _installed(repository, stack, environment)
        subjects[f"{stack} stack"] = Subject((installed, repository / _STACKS), stack)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
    for _ in range(RUNS):
        for name, subject in subjects.items():
            found[name].append(_once(subject, environment))
    medians = {name: statistics.median(spent for spent, _ in runs) for name, runs in found.items()}
    ours_ms, lean, naive = medians["`api`"], medians["lean stack"], medians["naive stack"]
    size = build(packages / "transactions-python3.13-arm64.zip").stat().st_size / 1e6
    report.write(
        repository / "docs" / "performance.md",
        "Cold import",
        "make bench ARGS=imports",
        _text(found, medians, ours_ms / lean, naive / ours_ms, size),
        load,
    )
    return ours_ms / lean <= MOST_OF_LEAN and naive / ours_ms >= LEAST_OF_NAIVE and size <= MOST_MEGABYTES


def build_for_this_machine(packages: Path) -> Path:
    """The package for this machine's Python, built if it is not there."""
    package = Package.for_this_machine(packages)
    return build(package.filename, python=package.runtime.removeprefix("python"), architecture=package.architecture)


def _text(
    found: Mapping[str, list[tuple[float, float]]],
    medians: Mapping[str, float],
    of_lean: float,
    of_naive: float,
    size: float,
) -> str:
    rows = []
    for name, runs in found.items():
        spent = [milliseconds for milliseconds, _ in runs]
        memory = statistics.median(megabytes for _, megabytes in runs)
        rows.append(
            f"| {name} | {medians[name]:.0f} ms ({min(spent):.0f} to {max(spent):.0f}, n={len(spent)}) | "
            f"{medians[name] / medians['`api`']:.2f} | {memory:.0f} MB |"
        )
    return (
        "Processor time to import a function in a new process, as a new execution environment does, compiled and with "
        "nothing else on the path. The lean stack (`bench/stacks/lean.py`) is Powertools' Logger and Metrics, psycopg, "
        "a token by the standard library and AES-GCM; the naive one (`naive.py`) boto3 with two clients, AWS's DSQL "
        "connector, and Powertools' resolver, parser and tracer. The transactions function takes "
        f"{of_lean:.2f} times the lean stack (at most {MOST_OF_LEAN:g} is allowed); the naive stack takes "
        f"{of_naive:.2f} times the transactions function (at least {LEAST_OF_NAIVE:g}).\n\n"
        "| what | processor | times `api` | memory |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
        f"The package for Python 3.13 on arm64 has {size:.2f} MB (at most {MOST_MEGABYTES:g})."
    )


def _once(subject: Subject, environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds of processor time, and the most memory in MB."""
    path = os.pathsep.join(map(str, subject.folders))
    # -S: nothing of this repository's own environment is on the path.
    done = subprocess.run(
        [sys.executable, "-S", "-c", _PROGRAM, subject.module],
        env={**environment, **_FUNCTION_ENVIRONMENT, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"{subject.module} cannot be imported from {path}: {done.stderr.strip()[-500:]}")
    spent, memory = json.loads(done.stdout.splitlines()[-1])
    return float(spent), float(memory)


def unzipped(package: Path, folder: Path) -> Path:
    """Unpack a package into a folder of its own, compiled."""
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    compileall.compile_dir(folder, quiet=2)
    return folder


def _installed(repository: Path, stack: str, environment: Mapping[str, str]) -> Path:
    """The stack's packages in a folder of their own, installed once."""
    requirements = repository / _STACKS / f"{stack}.txt"
    folder = repository / "build" / "bench" / stack
    marker = folder / ".installed"
    if marker.exists() and marker.read_text() == requirements.read_text():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*command, "--target", str(folder), "--requirement", str(requirements)],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"{requirements} cannot be installed; is the package index reachable? {done.stderr[-500:]}")
    marker.write_text(requirements.read_text())
    return folder
