"""Command line of the demonstration: `python -m demo [--keep] [--link-method aws-cli|provider] [--record FILE]`."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from delivery.code import VARIABLE
from delivery.errors import DeliveryError, Interrupted
from demo.leftovers import log_files
from demo.recording import Recording
from demo.report import Report, report_for
from demo.scene import WORKSPACE, BusyError, Folders, Scene, alone
from demo.script import Script
from demo.tour import Tour, TourFailedError
from localcloud.errors import LocalCloudError

REPOSITORY = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demonstration.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        0 if every hop was seen, 1 if one was not, 128 + the signal after a signal.
    """
    given = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    folders = Folders(REPOSITORY)
    recording = Recording() if given.record else None
    try:
        if given.record:  # before the demonstration, which could not be written down afterwards
            given.record.parent.mkdir(parents=True, exist_ok=True)
            with given.record.open("a"):
                pass
        with alone(folders):
            report = recording.report if recording else report_for()
            code = _play(Scene(folders, given.link_method), report, keep=given.keep)
    except (BusyError, DeliveryError, LocalCloudError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    if recording and code == 0:
        recording.write(given.record)
    return code


def _play(scene: Scene, report: Report, *, keep: bool) -> int:
    tour = Tour(report, log_files(scene))
    try:
        Script(tour, scene, keep=keep).play()
    except TourFailedError:
        pass
    except KeyboardInterrupt as stop:
        report.say("\nstopped; ending the embedded cloud")
        scene.cloud.down()
        scene.folders.forget()
        return stop.exit_code if isinstance(stop, Interrupted) else 130
    if keep:
        report.say(_how_to_talk(scene))
    else:
        scene.cloud.down()
    tour.end()
    return 0 if tour.passed else 1


def _how_to_talk(scene: Scene) -> str:
    cloud = scene.folders.cloud.relative_to(scene.folders.repository)
    stack = (scene.folders.output / "stacks" / "transactions").relative_to(scene.folders.repository)
    return f"""
The cloud and the stack stay up. To talk to them from a shell in {scene.folders.repository}:
  eval "$(.venv/bin/python -m localcloud env --directory {cloud})"
  eval "$(.venv/bin/python -m delivery env)"
  export TF_WORKSPACE={WORKSPACE} PATH="$PWD/.venv/bin:$PATH"
  export {VARIABLE}={shlex.quote(scene.environment.get(VARIABLE, ""))}
  export TF_VAR_api={shlex.quote(scene.environment.get("TF_VAR_api", "null"))}
  terraform -chdir={stack} output
  aws lambda invoke --region us-east-1 --function-name transactions-transactions-primary \\
      --payload '{{"operation":"read"}}' response.json && cat response.json
To end them: .venv/bin/python -m localcloud down --directory {cloud}   (the next `make demo` does it too)"""


def _stop(number: int, _: FrameType | None) -> None:
    raise Interrupted(number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo",
        description="Deploy the stack on an embedded cloud, follow one transaction through both Regions, tear down.",
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what a terminal shows to this SVG")
    parser.add_argument("--keep", action="store_true", help="leave the cloud and the stack running")
    parser.add_argument(
        "--link-method", choices=["aws-cli", "provider"], default="aws-cli", help="how clusters are linked"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
