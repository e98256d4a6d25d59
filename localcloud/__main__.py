"""`python -m localcloud`: start, end and look at the embedded cloud."""
# ruff: noqa: T201 (printing is what a command does)

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from localcloud.cloud import DEFAULT_DIRECTORY, DEFAULT_REGIONS, Cloud
from localcloud.errors import LocalCloudError

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# What would lead a client elsewhere, or to an endpoint that only AWS has.
_UNSET = (
    *("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
    *("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, or 1 with the reason on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options, _cloud(options)))
    except (LocalCloudError, OSError) as error:
        print(f"localcloud: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what was started has been ended


def _up(_: argparse.Namespace, cloud: Cloud) -> int:
    started = time.monotonic()
    cloud.up()
    environment = cloud.environment()
    print(f"embedded cloud: {environment['AWS_ENDPOINT_URL']}, DSQL on port {environment['PGPORT']}")
    print(f"started in {time.monotonic() - started:.1f} s; its files are in {cloud.directory}")
    return 0


def _down(_: argparse.Namespace, cloud: Cloud) -> int:
    ended = cloud.down()
    print(f"ended {ended} {'process' if ended == 1 else 'processes'}" if ended else "nothing was running")
    return 0


def _status(_: argparse.Namespace, cloud: Cloud) -> int:
    conditions = cloud.status()
    for name, condition in conditions.items():
        print(f"{name:<12} {condition}")
    if "running" not in conditions.values():
        print("no embedded cloud is running")
        return 3
    return 0


def _env(_: argparse.Namespace, cloud: Cloud) -> int:
    environment = cloud.environment()  # before the first line: without a cloud, eval must change nothing
    of_services = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_"))
    print(f"unset {' '.join([*_UNSET, *of_services])}")
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _outage(options: argparse.Namespace, cloud: Cloud) -> int:
    getattr(cloud, options.change)(options.region)
    print(f"{options.region:<12} {cloud.status()[options.region]}")
    return 0


def _cloud(options: argparse.Namespace) -> Cloud:
    return Cloud(
        options.directory, options.layout, options.regions, port=options.port, interpreters=options.interpreter
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localcloud", description=__doc__)
    parser.set_defaults(layout="single", regions=DEFAULT_REGIONS, port=None, interpreter=[])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--directory", type=Path, default=DEFAULT_DIRECTORY, help="where its files are (%(default)s)")
    up = commands.add_parser("up", parents=[shared], help="start an empty cloud in the background")
    up.add_argument(
        "--layout", choices=("single", "regional"), default="single", help="processes: one, or one per Region"
    )
    up.add_argument(
        "--regions", type=_regions, default=DEFAULT_REGIONS, help="comma-separated, the primary Region first"
    )
    up.add_argument("--port", type=_port, help="port of the AWS API (a free one by default)")
    up.add_argument(
        "--interpreter",
        type=_interpreter,
        action="append",
        default=[],
        metavar="3.13=PATH",
        help="a Python for functions",
    )
    up.set_defaults(command=_up)
    for name, command, text in (
        ("down", _down, "end it"),
        ("status", _status, "show its processes; exit code 3 if none runs"),
        ("env", _env, "print the environment of its clients, for eval"),
    ):
        commands.add_parser(name, parents=[shared], help=text).set_defaults(command=command)
    for name, text in (
        ("kill", "end a Region without warning"),
        ("stop", "freeze a Region"),
        ("resume", "let a frozen Region go on"),
        ("restart", "start a Region again with its state"),
        ("partition", "cut a Region off from the others"),
        ("heal", "end a partition"),
    ):
        outage = commands.add_parser(name, parents=[shared], help=f"{text} (layout regional)")
        outage.add_argument("region", metavar="REGION")
        outage.set_defaults(command=_outage, change=name)
    return parser


def _regions(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = next((name for name in names if not _REGION.fullmatch(name)), "nothing" if not names else None)
    if wrong is not None or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"must be names such as us-east-1,us-east-2, each once; got {wrong or text!r}")
    return names


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"must be 1 to 65535, got {text!r}")
    return int(text)


def _interpreter(text: str) -> tuple[str, Path]:
    minor, mark, path = text.partition("=")
    if not mark:
        raise argparse.ArgumentTypeError(f"must look like 3.13=/usr/bin/python3.13, got {text!r}")
    if not os.access(path, os.X_OK) or Path(path).is_dir():
        raise argparse.ArgumentTypeError(f"{path!r} is no program; name a Python, as in 3.13=/usr/bin/python3.13")
    return minor.removeprefix("python"), Path(path)


if __name__ == "__main__":
    sys.exit(main())
