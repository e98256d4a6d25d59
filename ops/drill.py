"""`python -m ops drill --aws`: a fault of AWS Fault Injection Service under a canary load, and what clients saw."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.arguments import between
from ops.aws import Aws
from ops.deployment import Deployment, Side
from ops.drill_report import NOT_RUN, Phase, Report
from ops.experiment import OVER, POLL_SECONDS, Event, Experiment
from ops.load import Load

_PATIENCE_AT_THE_END_SECONDS = 120.0  # until circuits are closed and a function is warm again
_PATIENCE_SECONDS = 6.0  # for one answer: an attempt of the function against the database, and a little
Tell = Callable[[str], None]


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Add the command to the command line.

    Args:
        commands: subparsers of `python -m ops`.
        source: parser of the arguments that every command has.
    """
    parser = commands.add_parser(
        "drill", parents=[source], help="inject a fault with AWS Fault Injection Service and see what clients see"
    )
    parser.add_argument("--aws", action="store_true", required=True, help="`make drill` is the one without an account")
    parser.add_argument("--start", metavar="SIDE/FAULT", help="such as primary/database; without it, what there is")
    parser.add_argument("--yes", metavar="NAME", help="name of the application, so that nobody is asked")
    parser.add_argument("--rate", type=_rate, default=1.0, help="writes a second in each Region (1)")
    parser.add_argument("--around", type=_seconds, default=30.0, help="seconds of load before and after (30)")
    parser.add_argument("--stop-after", type=_seconds, metavar="SECONDS", help="end the experiment before its time")
    parser.add_argument("--report", type=Path, metavar="FILE", help="also write the report as JSON")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace, stack: Deployment) -> int:
    """Run the command.

    Args:
        given: its arguments.
        stack: the deployed stack.

    Returns:
        0 if nothing was lost or refused, 1 if something was, 2 if nothing was started.
    """
    if not any(side.templates for side in stack.sides):
        return _refuse("no experiment templates: set `fault_injection` (and `monitoring`), and deploy")
    if given.start is None:
        sys.stdout.write("\n".join([*_listed(stack), "", NOT_RUN]) + "\n")
        return 0
    chosen = _chosen(stack, given.start)
    if chosen is None:
        return _refuse(f"--start {given.start} is none of: {', '.join(name for name, _ in _templates(stack))}")
    side, fault = chosen
    if not _agreed(given, stack, side, fault):
        return _refuse(f"not started: it takes the name, typed or as --yes {stack.name}")
    if given.report:  # before the drill, which could not be told of afterwards
        given.report.parent.mkdir(parents=True, exist_ok=True)
        with given.report.open("a"):
            pass
    aws = Aws(os.environ, read_seconds=_PATIENCE_SECONDS, attempts=1)
    tell: Tell = (lambda _: None) if given.json else lambda line: print(line, flush=True)  # noqa: T201
    try:
        report = drill(aws, stack, side, fault, given, tell)
    except InterruptedError as error:
        return _refuse(str(error))
    except (BotoCoreError, ClientError) as error:
        return _refuse(f"{error} (`python -m ops policy --drill` prints what a drill needs)")
    text = json.dumps(report.document(), indent=2)
    if given.report:
        given.report.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write((text if given.json else "\n".join(report.lines())) + "\n")
    return 0 if report.passed else 1


def drill(aws: Aws, stack: Deployment, side: Side, fault: str, given: argparse.Namespace, tell: Tell) -> Report:
    """Load before, during and after one experiment. An interrupt (Ctrl-C) ends the experiment, not the report.

    Args:
        aws: the account.
        stack: the deployed stack.
        side: Region to inject in.
        fault: which of its templates.
        given: `rate`, `around` and `stop_after`, as `add` declares them.
        tell: called with a line for each event.

    Raises:
        botocore.exceptions.ClientError: AWS refuses to start or to show the experiment; it is stopped if it runs.
        InterruptedError: the interrupt came before the experiment was started.
    """
    load = Load(aws, stack, given.rate)
    experiment = Experiment(aws, stack, side, fault, lambda event: tell(_told(event)))
    moments = [time.time()]
    tell(f"load in both Regions for {given.around:g} s, then {fault} in {side.region}; Ctrl-C stops the experiment")
    with _Interrupt() as interrupted:
        load.start()
        try:
            experiment.look_at_alarms()
            if interrupted.wait(given.around):
                raise InterruptedError("not started: interrupted before")
            moments.append(time.time())
            experiment.start()
            status = _watch(experiment, interrupted, given.stop_after)
            moments.append(time.time())
            _recover(experiment, given.around)
            moments.append(time.time())
        finally:
            load.stop()
    phases = [
        Phase.of(name, one.region, load.samples, start, end)
        for name, start, end in zip(("before", "during", "after"), moments, moments[1:], strict=False)
        for one in stack.sides
    ]
    found = (stack.name, side.region, fault, experiment.id, status, experiment.reason)
    tell("reading every accepted write in both Regions")
    return Report(*found, phases, experiment.events, *load.missing(_PATIENCE_AT_THE_END_SECONDS))


class _Interrupt(threading.Event):
    """Set by the first SIGINT; the second one ends the program."""

    def __enter__(self) -> _Interrupt:
        self._before = signal.signal(signal.SIGINT, self._noted)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _noted(self, number: int, _: FrameType | None) -> None:
        self.set()
        signal.signal(number, self._before)


def _watch(experiment: Experiment, interrupted: threading.Event, stop_after: float | None) -> str:
    ends = time.monotonic() + stop_after if stop_after else float("inf")
    stopping = False
    try:
        while (status := experiment.look()) not in OVER:
            if not stopping and (interrupted.is_set() or time.monotonic() >= ends):
                stopping = True
                experiment.stop()
            time.sleep(POLL_SECONDS)
    except (BotoCoreError, ClientError):
        # Not to be seen any more, so not to go on.
        experiment.stop()
        raise
    return status


def _recover(experiment: Experiment, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        experiment.look_at_alarms()
        time.sleep(POLL_SECONDS)


def _templates(stack: Deployment) -> list[tuple[str, str]]:
    return [(f"{side.role}/{fault}", id_) for side in stack.sides for fault, id_ in sorted(side.templates.items())]


def _listed(stack: Deployment) -> list[str]:
    regions = {side.role: side.region for side in stack.sides}
    return [f"{name:<20} {regions[name.partition('/')[0]]:<15} {id_}" for name, id_ in _templates(stack)]


def _chosen(stack: Deployment, start: str) -> tuple[Side, str] | None:
    role, _, fault = start.partition("/")
    return next(((side, fault) for side in stack.sides if side.role == role and fault in side.templates), None)


def _agreed(given: argparse.Namespace, stack: Deployment, side: Side, fault: str) -> bool:
    if given.yes is not None:
        return bool(given.yes == stack.name)
    sys.stderr.write(f"{fault} in {side.region}: callers of {stack.name} feel it. Type the name to start: ")
    sys.stderr.flush()
    return sys.stdin.isatty() and sys.stdin.readline().strip() == stack.name


def _refuse(why: str) -> int:
    sys.stderr.write(f"error: {why}\n")
    return 2


def _told(event: Event) -> str:
    return f"{time.strftime('%H:%M:%S', time.gmtime(event.at))} {event.what}: {event.state}"


def _rate(text: str) -> float:
    return between(text, 0.01, 1000)


def _seconds(text: str) -> float:
    return between(text, 1, 12 * 3600)  # an experiment may last so long
