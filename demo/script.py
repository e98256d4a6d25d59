"""The demonstration from the first process to the last."""

from __future__ import annotations

import sys
from pathlib import Path

from delivery.events import Progress
from delivery.mirror import dotted
from delivery.terraform import Plan
from demo import journey, recipe
from demo.leftovers import no_process_left, nothing_left
from demo.name import Name
from demo.scene import NAME, Scene
from demo.tour import Note, NotSeenError, Tour
from ops.checks import canary_checks, reading_checks
from ops.verify import run


class Script:
    """Everything that is shown, in order.

    Args:
        tour: shows the hops.
        scene: what it plays on.
        keep: leave the cloud and the stack running at the end.
    """

    def __init__(self, tour: Tour, scene: Scene, *, keep: bool) -> None:
        self._tour = tour
        self._scene = scene
        self._keep = keep
        self._planned: Plan | None = None

    def play(self) -> None:
        """Do it.

        Raises:
            TourFailedError: a hop was not seen.
        """
        self._deploy()
        self._tour.chapter("Basic checks, with the AWS CLI")
        recipe.check(self._tour, self._scene)
        journey.travel(self._tour, self._scene)
        Name(self._scene).follow(self._tour)
        self._tour.chapter("The deployed stack is healthy, and nothing drifts")
        self._tour.hop("make verify: every check", self._verify)
        self._tour.hop("terraform plan, again", self._no_changes)
        if not self._keep:
            self._tear_down()

    def _deploy(self) -> None:
        self._tour.chapter("Deploy on an embedded cloud")
        self._tour.hop("start the embedded cloud", self._start)
        self._tour.hop("create a hosted zone, as an account would have one", lambda _: self._zone())
        self._tour.hop("package the Lambda functions", self._package)
        self._tour.hop("synthesize the stack from Python", self._synthesize)
        self._tour.hop("terraform init", self._init)
        self._tour.hop("terraform plan", self._plan)
        self._tour.hop("terraform apply", self._apply)

    def _start(self, _: Note) -> str:
        self._scene.begin(keep=self._keep)
        environment = self._scene.environment
        account = self._scene.aws.account(environment["AWS_REGION"])
        endpoint, port = environment["AWS_ENDPOINT_URL"], environment["PGPORT"]
        return f"AWS API at {endpoint}, account {account}\nDSQL endpoints on port {port}, TLS and IAM tokens checked"

    def _zone(self) -> str:
        return f"zone {self._scene.own_zone()}; the stack will answer to {NAME}"

    def _package(self, _: Note) -> str:
        file = self._scene.package().filename
        return f"{self._short(file)}, {file.stat().st_size / 1e6:.1f} MB"

    def _synthesize(self, _: Note) -> str:
        file = self._scene.stack.synthesize() / "cdk.tf.json"
        return f"{self._short(file)}, by Python {sys.version.split()[0]}"

    def _init(self, _: Note) -> str:
        stack = self._scene.stack
        stack.terraform.init()
        return f"Terraform {dotted(stack.binary.version)}, {stack.source.description}"

    def _plan(self, _: Note) -> str:
        self._planned = self._scene.stack.plan()
        if not self._planned.changes:
            raise NotSeenError("no changes", "resources to add")
        return f"{self._planned.counts}; clusters linked by link_method = {self._scene.link_method!r}"

    def _apply(self, note: Note) -> str:
        assert self._planned is not None, "planned before"
        total = self._planned.counts.added
        counts = self._scene.stack.apply(self._planned, _Counter(note, f"of {total}"))
        deployment = self._scene.deployment
        clusters = ", ".join(f"{side.cluster_identifier} in {side.region}" for side in deployment.sides)
        return f"{counts.added} resources created\nclusters {clusters}, witness {deployment.witness_region}"

    def _verify(self, note: Note) -> str:
        aws, deployment = self._scene.aws, self._scene.deployment
        checks = [*reading_checks(aws, deployment), *canary_checks(aws, deployment)]
        for check in checks:
            note(check.name)
            result = run(check)
            if not result.passed:
                raise NotSeenError(f"{check.name}: {result.seen}; {result.cause}", result.expected)
        return f"{len(checks)} of {len(checks)} checks passed"

    def _no_changes(self, _: Note) -> str:
        plan = self._scene.stack.plan()
        if plan.changes:
            raise NotSeenError("\n".join(plan.summary()), "No changes")
        return "No changes"

    def _tear_down(self) -> None:
        deployment = self._scene.deployment
        self._tour.chapter("Tear down")
        self._tour.hop("deletion protection off, then terraform destroy", self._destroy)
        self._tour.hop("nothing of the stack is left", lambda _: nothing_left(self._scene, deployment))
        self._tour.hop("stop the embedded cloud", self._stop)

    def _destroy(self, note: Note) -> str:
        counts = self._scene.stack.destroy(_Counter(note, "done"))
        return f"{counts.destroyed} resources destroyed, the state is empty"

    def _stop(self, _: Note) -> str:
        ended = self._scene.cloud.down()
        self._scene.folders.forget()
        return f"{ended} process(es) ended; {no_process_left(self._scene)}"

    def _short(self, path: Path) -> str:
        return str(path.resolve().relative_to(self._scene.folders.repository))


class _Counter:
    """Notes how many resources are done."""

    def __init__(self, note: Note, unit: str) -> None:
        self._note = note
        self._unit = unit
        self._done = 0

    def __call__(self, progress: Progress) -> None:
        if progress.state == "complete" and progress.action != "read":
            self._done += 1
            self._note(f"{self._done} {self._unit}, last {progress.address.removeprefix('module.application.')}")
