"""A destruction after whatever happened before leaves nothing, as the cloud itself lists it: the recipe's clean-up."""

import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from localcloud.cloud import Cloud
from ops.aws import Aws
from ops.contents import contents

from .examples import REPOSITORY
from .killed import stack_in

pytestmark = pytest.mark.e2e
REGIONS = ("us-east-1", "us-east-2", "us-west-2")
SIGKILL = -9


@pytest.fixture(scope="module")
def ground(package_settings, tmp_path_factory):
    """A cloud that nobody else uses, and what points to it."""
    with Cloud(tmp_path_factory.mktemp("ground")) as cloud:
        yield {**package_settings, **cloud.environment()}


@pytest.fixture(scope="module")
def prepared(ground, tmp_path_factory):
    """`prepared(name)` gives a stack of that name in a folder of its own; synthesized once for all of them."""
    work = tmp_path_factory.mktemp("work")
    stack_in(work / "first", ground).synthesize()

    def make(name, **settings):
        folder = work / name
        shutil.copytree(work / "first" / "cdktf.out", folder / "cdktf.out")
        options = f"-backend-config=path={folder / 'state'} -backend-config=workspace_dir={folder / 'more'}"
        return stack_in(folder, {**ground, "TF_CLI_ARGS_init": options, "TF_VAR_name": name, **settings})

    return make


def killed(command, stack, point, seconds):
    """Deploy or destroy in a process of its own, which kills itself and Terraform on the way."""
    folder = stack.build_directory.parent
    arguments = [sys.executable, "-m", "tests.e2e.killed", command, folder, str(point), str(seconds)]
    environment = dict(stack.environment)
    ran = subprocess.run(arguments, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == SIGKILL, f"{command} was not killed at {point}: {ran.stdout}{ran.stderr}"


def removed(stack):
    """What `make destroy` does."""
    stack.prepare()
    stack.destroy()
    assert stack.terraform.addresses() == []


def test_a_destroy_after_a_kill_at_five_points_of_an_apply_leaves_nothing(ground, prepared):
    seed = int(os.environ.get("KILL_SEED") or time.time())
    chance = random.Random(seed)
    # One in each quarter, and the link step, in which the clusters know of each other by halves.
    points = ["link", *(round(chance.uniform(quarter / 4, quarter / 4 + 0.22), 3) for quarter in range(4))]
    rounds = [(f"killed-{number}", point, round(chance.uniform(0, 1), 2)) for number, point in enumerate(points)]
    told = f"repeat with KILL_SEED={seed}; name, share of the apply, seconds after it: {rounds}"

    def play(one):
        name, point, seconds = one
        stack = prepared(name, TF_CLI_ARGS_apply="-parallelism=10")  # Terraform's own, as a user has it
        killed("deploy", stack, point, seconds)
        removed(stack)

    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(play, one) for one in rounds]:
            one.result()
    assert contents(Aws(ground), REGIONS) == [], told
