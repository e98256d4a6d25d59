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
from ops.deployment import Deployment

from .examples import REPOSITORY
from .killed import stack_in

pytestmark = pytest.mark.e2e
REGIONS = ("us-east-1", "us-east-2", "us-west-2")
SIGKILL = -9
NOTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'


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


@pytest.fixture
def changed(ground, prepared):
    """A stack that somebody changed by hand in every way that could stop a destruction."""
    stack = prepared("changed")
    stack.prepare()
    stack.apply(stack.plan())
    deployment = Deployment.of(stack.terraform.output())
    primary, secondary = deployment.sides
    aws = Aws(ground)

    def client(service, side=primary):
        return aws.client(service, side.region)

    # The state knows nothing of any of this. Protection is on by default; here is one that was off and is on again.
    stack.terraform.apply(variables={"deletion_protection": "false"})
    client("dsql").update_cluster(identifier=primary.cluster_identifier, deletionProtectionEnabled=True)
    client("dsql", secondary).update_cluster(
        identifier=secondary.cluster_identifier,
        multiRegionProperties={"witnessRegion": "us-west-2", "clusters": []},
    )
    client("lambda").delete_function(FunctionName=primary.functions["consumer"])
    client("logs").delete_log_group(logGroupName=f"/aws/lambda/{primary.functions['relay']}")
    client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName="changed-failed-primary")["QueueUrl"])
    events, rule = client("events", secondary), {"Rule": secondary.forward_rule, "EventBusName": secondary.bus}
    events.remove_targets(**rule, Ids=[events.list_targets_by_rule(**rule)["Targets"][0]["Id"]])
    # What was added, and what AWS does not delete the stack's own before.
    queue = secondary.arn("sqs", "changed-undelivered-secondary")
    events.put_targets(**rule, Targets=[{"Id": "by-hand", "Arn": queue}])
    events.put_rule(Name="by-hand", EventBusName=secondary.bus, EventPattern='{"source": ["by-hand"]}')
    events.put_targets(Rule="by-hand", EventBusName=secondary.bus, Targets=[{"Id": "by-hand", "Arn": queue}])
    iam, role = client("iam"), "changed-relay-primary"
    iam.put_role_policy(RoleName=role, PolicyName="by-hand", PolicyDocument=NOTHING)
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    function = secondary.functions["transactions"]
    client("lambda", secondary).create_alias(FunctionName=function, Name="by-hand", FunctionVersion="$LATEST")
    return stack


def test_a_destroy_of_what_was_changed_by_hand_leaves_nothing_even_if_it_was_killed(ground, changed):
    chance = random.Random(seed := int(os.environ.get("KILL_SEED") or time.time()))
    told = f"repeat with KILL_SEED={seed}"
    assert sorted(map(str, changed.additions())) == [
        "arn:aws:iam::aws:policy/ReadOnlyAccess on role changed-relay-primary",
        "policy by-hand of role changed-relay-primary",
        "rule by-hand on bus changed in us-east-2",
        "target by-hand of rule changed-forward-to-primary on bus changed in us-east-2",
    ]
    killed("destroy", changed, round(chance.uniform(0.1, 0.9), 3), round(chance.uniform(0, 1), 2))
    (state,) = changed.build_directory.parent.glob("more/*/terraform.tfstate")
    os.truncate(state, int(chance.choice([0, 0.5, 1]) * state.stat().st_size))  # as a kill leaves it now and then
    removed(changed)
    assert contents(Aws(ground), REGIONS) == [], told
