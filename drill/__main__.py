"""Command line of the drill: `python -m drill [--seconds 600] [--rate 50] [--faults 20]`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from delivery.errors import DeliveryError, Interrupted, RefusedError
from demo.scene import BusyError, Folders, Scene, alone
from drill import dashboard, document, report
from drill.run import Drill
from localcloud.errors import LocalCloudError
from ops.arguments import between

# Longer than the longest fault over two retries, as Lambda's minutes are; a sixth of them, so that the drill ends.
RETRY_SECONDS = 10.0
REPOSITORY = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy on an embedded cloud of its own, drill, and write the report.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        0 if every promise was kept, 1 if one was not or it could not be looked at, 130 after Ctrl-C.
    """
    given = _parser().parse_args(arguments)
    folders = Folders(REPOSITORY, "drill")
    try:
        with alone(folders):
            _see_that_it_can_be_written(given)
            return _drill(Scene(folders, "aws-cli", "regional", retry_seconds=RETRY_SECONDS), given)
    except (BusyError, DeliveryError, LocalCloudError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt as stop:
        sys.stderr.write("stopped; the embedded cloud is ended, and nothing is reported\n")
        return stop.exit_code if isinstance(stop, Interrupted) else 130


def _drill(scene: Scene, given: argparse.Namespace) -> int:
    _say("deploying on an embedded cloud with one process for each Region")
    scene.begin(keep=False)
    try:
        scene.own_zone()  # a name, that can turn
        scene.environment["TF_VAR_field_encryption"] = "{}"  # by KMS, that can fail
        scene.package()
        scene.stack.synthesize()
        scene.stack.prepare()
        scene.stack.apply(scene.stack.plan())
        drill, began = Drill(scene.cloud, scene.environment, scene.deployment, _say), dt.datetime.now(dt.UTC)
        result = drill.run(seconds=given.seconds, per_second=given.rate, count=given.faults)
        page = report.write(result, given.destination)  # before what may fail
        if given.dashboard:
            dashboard.draw(scene, given.dashboard, began)
    finally:
        scene.cloud.down()
        scene.folders.forget()
    _say(f"{result.per_second:.1f} accepted writes per second for {result.seconds:.0f} s, {len(result.faults)} faults")
    _say(f"{result.counts.handed_again:6d} events handed over again from the queues of failures")
    for what, count in result.counts.zeros.items():
        _say(f"{count:6d} {what}")
    _say(f"{result.refused_elsewhere:6.1f} s at most of refused writes in the Region that was well")
    _say(f"{result.name_silent:6.1f} s at most without an answer by the name of both Regions")
    _say(f"report: {page}, {page.with_suffix('.json').name}")
    if given.document:
        document.write(result, given.document, " ".join(["make drill", *_as_given(given)]))
    for problem in result.problems:
        sys.stderr.write(f"not kept: {problem}\n")
    return 1 if result.problems else 0


def _see_that_it_can_be_written(given: argparse.Namespace) -> None:
    """Before ten minutes of load, of which nobody could be told afterwards.

    Raises:
        OSError: a place cannot be written to.
        RefusedError: the document lacks the marks.
    """
    given.destination.mkdir(parents=True, exist_ok=True)
    for file in (given.destination / "report.json", given.dashboard):
        if file:
            with file.open("a"):
                pass
    if given.document:
        try:
            document.parts(given.document)
        except ValueError as error:
            raise RefusedError(str(error)) from error


def _as_given(given: argparse.Namespace) -> list[str]:
    names = ("seconds", "rate", "faults")
    other = [
        f"--{name} {getattr(given, name):g}" for name in names if getattr(given, name) != _parser().get_default(name)
    ]
    return [f'ARGS="{" ".join(other)}"'] if other else []


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _seconds(text: str) -> float:
    return between(text, 1, 24 * 3600)


def _rate(text: str) -> float:
    return between(text, 0.1, 1000)


def _count(text: str) -> int:
    return int(between(text, 0, 1000))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drill", description="Break a deployed stack under load, and count."
    )
    parser.add_argument("--seconds", type=_seconds, default=600.0, help="of load (%(default)s)")
    parser.add_argument("--rate", type=_rate, default=60.0, help="writes per second in total (%(default)s)")
    parser.add_argument("--faults", type=_count, default=20, help="how many, spread evenly (%(default)s)")
    parser.add_argument(
        "--destination", type=Path, default=Path("build/drill/report"), help="of the report (%(default)s)"
    )
    parser.add_argument("--document", type=Path, help="write the table and the plots there too: docs/verification.md")
    parser.add_argument(
        "--dashboard", type=Path, help="deploy `monitoring` after the load and draw its dashboard as SVG there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
