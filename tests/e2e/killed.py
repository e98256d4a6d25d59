"""A deployment or a destruction that dies: `python -m tests.e2e.killed deploy|destroy FOLDER POINT SECONDS`.

As if the machine lost its power: Terraform, its providers, the link step and this process get SIGKILL at once. The
point is a share of the resources that are done, or `link` for the link step; the seconds pass after it.
"""

import os
import signal
import sys
import time
from pathlib import Path

from delivery.process import session_members
from delivery.stack import Stack

from .examples import REPOSITORY


def stack_in(folder, environment):
    """A stack that keeps everything it writes in one folder."""
    return Stack(REPOSITORY, environment, print, output=folder / "cdktf.out", build=folder / "terraform")


def killer(stack, point, seconds, total):
    """Gets the progress, and kills once the point is reached."""
    done = []

    def follow(progress):
        if progress.state == "complete":
            done.append(progress.address)
        if point == "link":
            reached = "terraform_data.link" in progress.address and progress.state == "start"
        else:
            reached = len(done) >= max(1, float(point) * total)
        if reached:
            time.sleep(seconds)
            for process in [*session_members(stack.marker.session()), os.getpid()]:
                os.kill(process, signal.SIGKILL)

    return follow


def main(command, folder, point, seconds):
    stack = stack_in(Path(folder), dict(os.environ))
    stack.prepare()
    if command == "deploy":
        plan = stack.plan()
        stack.apply(plan, killer(stack, point, float(seconds), plan.counts.added))
    else:
        stack.destroy(killer(stack, point, float(seconds), len(stack.terraform.addresses())))


if __name__ == "__main__":
    main(*sys.argv[1:])
