"""Command line of the delivery: `python -m delivery COMMAND`; `--help` lists the commands."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from botocore.exceptions import BotoCoreError, ClientError

from delivery import cost_report, dist, holdings
from delivery.code import VARIABLE, package_environment
from delivery.compile import interpreter
from delivery.errors import DeliveryError, Interrupted, RefusedError
from delivery.events import Progress
from delivery.package import Package, build
from delivery.providers import choose
from delivery.recovery import opens_more
from delivery.scan import planned, scan
from delivery.stack import Stack, progress_line
from delivery.target import Target, identify, target_environment
from delivery.toolchain import find_terraform
from ops.arguments import between

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = REPOSITORY / "build" / "package"
TERRAFORM = REPOSITORY / "build" / "terraform"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        The exit code: 0, 1 after an error, 128 + the signal after a signal.
    """
    given = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = given.run
    try:
        run(given)
    except (DeliveryError, BotoCoreError, ClientError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt as stop:
        code = stop.exit_code if isinstance(stop, Interrupted) else 130
        sys.stderr.write("stopped; the state is saved, and the next deploy or destroy goes on from here\n")
        return code
    return 0


def _package(given: argparse.Namespace) -> None:
    default = Package.default(PACKAGES)
    python = given.python or default.runtime.removeprefix("python")
    architecture = given.architecture or default.architecture
    file = PACKAGES / f"transactions-python{python}-{architecture}.zip"
    _say(str(build(file, python=python, architecture=architecture)))
    if interpreter(python) is None:
        _say(f"without byte code, which doubles the cold import: no python{python} on PATH; install it, and run again")


def _synth(_: argparse.Namespace) -> None:
    directory = Stack(REPOSITORY, os.environ, _say).synthesize()
    _say(f"synthesized {os.path.relpath(directory)}")


def _plan(given: argparse.Namespace) -> None:
    stack, target = _made_ready()
    plan = stack.plan()
    if given.json:
        given.json.write_text(json.dumps(plan.document), encoding="utf-8")
    _say(stack.terraform.show_text(plan.file) if plan.changes else f"No changes in {target}.")


def _deploy(given: argparse.Namespace) -> None:
    stack, target = _made_ready()
    plan = stack.plan()
    if not plan.changes:
        _say(f"No changes in {target}.")
        stack.marker.clear()
        return
    _say(f"Plan for {target}: {plan.counts}")
    lost = holdings.of_plan(plan.document)
    if lost:
        _confirm_loss(lost, stack.name(), given.yes_delete, f"Deploy to {target}", "deploy")
    elif not (target.embedded or given.yes):
        _ask(f"Deploy to {target}? Type yes: ", "yes", "answer yes, or run `make deploy YES=1`")
    _say(f"done: {stack.apply(plan, _show).done}")


def _output(_: argparse.Namespace) -> None:
    environment = target_environment(os.environ)
    stack = Stack(REPOSITORY, environment, lambda line: _say(line, sys.stderr))
    if not (stack.directory / ".terraform").is_dir():
        stack.synthesize()
        stack.terraform.init()
    text = stack.terraform.output_text()
    if text.strip() == "{}":
        raise RefusedError(f"nothing is deployed in the workspace {stack.terraform.workspace!r}; run `make deploy`")
    sys.stdout.write(text)


def _destroy(given: argparse.Namespace) -> None:
    stack, target = _made_ready(fresh=False)
    name = stack.name()
    if stack.is_empty() and (lost := stack.lost()):
        raise RefusedError(
            f"the state knows nothing, and {len(lost)} objects of {name!r} exist; is TF_WORKSPACE another one, or "
            "the state lost? `make lost` prints what takes them in"
        )
    for addition in stack.additions():
        _say(f"is not in the state and goes too: {addition}")
    _confirm_loss(stack.holdings(), name, given.yes_delete, f"Destroy {name!r} in {target}", "destroy")
    _say(f"destroying {name!r} in {target}")
    _say(f"done: {stack.destroy(_show).done}")


def _lost(_: argparse.Namespace) -> None:
    stack, target = _made_ready(fresh=False)
    found = stack.lost()
    if not found:
        _say(f"nothing in {target} is missing from the state")
        return
    then = "`make lost` again, which then knows more" if opens_more(dict(found)) else "`make deploy` or `make destroy`"
    _say(f"in {target}, and not in the state; these commands take it in, then run {then}:")
    terraform = f"terraform -chdir={os.path.relpath(stack.directory)} import"
    for address, identifier in found:
        _say(f"{terraform} {shlex.quote(address)} {shlex.quote(identifier)}")


def _env(_: argparse.Namespace) -> None:
    binary = find_terraform(os.environ)
    source = choose(os.environ, platform=binary.platform, folder=TERRAFORM)
    package = Package.for_this_machine(PACKAGES)
    _say(f"export TF_CLI_CONFIG_FILE={shlex.quote(str(source.configuration))}")
    _say(f"export {VARIABLE}={shlex.quote(package.variable())}")


def _schema(_: argparse.Namespace) -> None:
    stack = Stack(REPOSITORY, os.environ, lambda line: _say(line, sys.stderr))
    stack.terraform.init()
    sys.stdout.write(stack.terraform.schema())


def _scan(given: argparse.Namespace) -> None:
    scan(REPOSITORY, given.checkov, os.environ, _say)


def _example_plan(_: argparse.Namespace) -> None:
    _say(os.path.relpath(planned(REPOSITORY, os.environ)[1]))


def _cost(given: argparse.Namespace) -> None:
    if given.write:
        file = REPOSITORY / cost_report.DOCUMENT
        options = cost_report.of_options(REPOSITORY, os.environ)
        file.write_text(cost_report.document(file.read_text(encoding="utf-8"), options), encoding="utf-8")
        return
    variables = dict(one.partition("=")[::2] for one in given.var)
    found = cost_report.of_variables(REPOSITORY, os.environ, variables, given.var_file)
    _say(cost_report.text(found, given.transactions))


def _dist(given: argparse.Namespace) -> None:
    release = dist.build(REPOSITORY, given.destination, PACKAGES)
    for file in (release.archive, release.bill, release.sums):
        _say(os.path.relpath(file))


def _made_ready(*, fresh: bool = True) -> tuple[Stack, Target]:
    environment = target_environment(os.environ)
    region = environment.get("TF_VAR_primary_region") or environment.get("AWS_REGION") or "us-east-1"
    target = identify(environment, region)
    _say(f"target: {target}, workspace {environment.get('TF_WORKSPACE') or 'default'}")
    stack = Stack(REPOSITORY, package_environment(environment, PACKAGES, fresh=fresh), _say)
    stack.synthesize()
    stack.prepare()
    return stack, target


def _confirm_loss(lost: Sequence[str], name: str, given: str | None, question: str, command: str) -> None:
    """Let whoever deletes data say its name, by hand or as an option."""
    for line in lost:
        _say(f"would be deleted for good: {line}")
    if given is None:
        _ask(f"{question}? Type its name: ", name, f"or run `make {command} ARGS='--yes-delete {name}'`")
    elif given != name:
        raise RefusedError(f"the deployed stack is {name!r}, not {given!r}; nothing was deleted")


def _ask(question: str, wanted: str, cure: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise RefusedError(f"nobody is here to be asked ({question.strip()}); {cure}")
    try:
        answer = input(question).strip()
    except EOFError:  # Ctrl-D
        answer = ""
    if answer != wanted:
        raise RefusedError(f"not confirmed, nothing was changed; {cure}")


def _show(progress: Progress) -> None:
    line = progress_line(progress)
    if line is not None:
        _say(line)


def _say(line: str, stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    out.write(line + "\n")
    out.flush()


def _transactions(text: str) -> float:
    return between(text, 0, 1e15)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m delivery", description=(__doc__ or "").split(":")[0])
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    package = command("package", _package, "build the Lambda package")
    package.add_argument("--python", help="Python of the runtime, as in 3.13")
    package.add_argument("--architecture", choices=["arm64", "x86_64"])
    command("synth", _synth, "synthesize the stack to cdktf.out")
    planning = command("plan", _plan, "show what a deployment would change")
    planning.add_argument("--json", type=Path, metavar="FILE", help="also write the plan there, as policies read it")
    deploy = command("deploy", _deploy, "package, synthesize, plan and apply")
    deploy.add_argument("--yes", action="store_true", help="do not ask before changing an AWS account")
    deploy.add_argument(
        "--yes-delete", metavar="NAME", help="name of the stack, where the plan deletes data, instead of the question"
    )
    command("output", _output, "print the outputs as JSON")
    destroy = command("destroy", _destroy, "remove the deployed stack")
    destroy.add_argument(
        "--yes-delete", "--yes", metavar="NAME", help="name of the stack whose data may go, instead of the question"
    )
    command("lost", _lost, "print the import commands for what exists and is not in the state")
    command("env", _env, "print what points terraform to a provider and the embedded cloud's package")
    command("schema", _schema, "print the provider's schema as JSON")
    costing = command("cost", _cost, "price what the module would make, from an offline plan")
    costing.add_argument(
        "--transactions", type=_transactions, default=1e6, metavar="N", help="in a month (%(default)g)"
    )
    costing.add_argument(
        "--var", action="append", default=[], metavar="NAME=VALUE", help="an input, as Terraform's -var"
    )
    costing.add_argument("--var-file", action="append", default=[], type=Path, metavar="FILE", help="a file of inputs")
    costing.add_argument("--write", action="store_true", help="write the tables of docs/cost.md anew instead")
    release = command("dist", _dist, "build the release archive")
    release.add_argument("--destination", type=Path, default=REPOSITORY / "dist", help="folder to write to (dist)")
    command("example-plan", _example_plan, "plan examples/complete offline, print the file of the plan as JSON")
    scanning = command("scan", _scan, "let checkov look at what examples/complete would create")
    scanning.add_argument("--checkov", type=Path, default=Path("checkov"), help="the program (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
