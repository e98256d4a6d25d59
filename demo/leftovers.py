"""See that nothing of the stack is left after its destruction."""

from __future__ import annotations

from pathlib import Path

import psutil

from demo.scene import Scene
from demo.tour import NotSeenError
from ops.contents import KINDS, contents
from ops.deployment import Deployment


def nothing_left(scene: Scene, deployment: Deployment) -> str:
    """Look for anything in the cloud, which held nothing but the stack.

    Args:
        scene: the cloud.
        deployment: the stack as it was.

    Raises:
        NotSeenError: something is left; says what.
    """
    regions = [side.region for side in deployment.sides]
    left = contents(scene.aws, [*regions, deployment.witness_region])
    if left:
        raise NotSeenError(", ".join(left), f"nothing of {deployment.name}")
    return f"no {', '.join(KINDS[:-1])} or {KINDS[-1]} in {' and '.join(regions)}"


def no_process_left(scene: Scene) -> str:
    """Look for processes of the cloud and of this program.

    Args:
        scene: the cloud, already ended.

    Raises:
        NotSeenError: one still runs; says which.
    """
    running = [name for name, condition in scene.cloud.status().items() if condition != "gone"]
    children = [
        f"{child.pid} {child.name()}"
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE  # ended, and only waits for this program to take note
    ]
    if running or children:
        raise NotSeenError(", ".join(running + children), "no process")
    return "no process of the cloud, of Terraform or of its providers"


def log_files(scene: Scene) -> list[Path]:
    """Where to look after a failure.

    Args:
        scene: the cloud and the stack.
    """
    return [scene.folders.cloud / "logs", scene.folders.terraform]
