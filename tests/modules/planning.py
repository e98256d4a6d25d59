"""A caller's root with many calls of our modules, planned at once and offline: a plan costs seconds, a call little."""

import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path

import tftest

from delivery.providers import choose
from delivery.toolchain import find_terraform

REPOSITORY = Path(__file__).parents[2]
ACCOUNT = "123456789012"
REGIONS = ("us-east-1", "us-east-2", "us-west-2")
ROLES = {"application": ("primary", "secondary", "witness"), "events": ("primary", "secondary")}
ROLES["database"] = ROLES["application"]


def environment(folder):
    """The user's environment without AWS and Terraform settings, with a provider source chosen."""
    binary = find_terraform(os.environ)
    source = choose(os.environ, platform=binary.platform, folder=folder)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return {**kept, "TF_CLI_CONFIG_FILE": str(source.configuration), "AWS_EC2_METADATA_DISABLED": "true"}


def smallest(module, package):
    """What every call gives besides what its test is about."""
    arguments = {"name": "orders"}
    if module != "database":
        arguments["account_id"] = ACCOUNT
    if module == "application":
        arguments["lambda_package"] = {"filename": str(package)}
    return arguments


def call(directory, module, arguments, regions=REGIONS):
    """A module block: the arguments, and the providers of these Regions."""
    providers = {f"aws.{role}": f"aws.{region}" for role, region in zip(ROLES[module], regions, strict=False)}
    source = os.path.relpath(REPOSITORY / "modules" / module, directory)
    return {"source": source, "providers": providers, **arguments}


def write(directory, calls, blocks=()):
    """Write a root: a file for each call, whose name a message about an argument carries.

    Args:
        directory: empty folder.
        calls: module blocks by name, as `call` makes them.
        blocks: other parts of a root, such as `{"resource": {...}}`.
    """
    requirement = {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}}
    used = sorted(
        {provider.removeprefix("aws.") for given in calls.values() for provider in given["providers"].values()}
    )
    root = {
        "terraform": {"required_version": ">= 1.9", "required_providers": requirement},
        "provider": {"aws": [offline(region) for region in used]},
    }
    (directory / "root.tf.json").write_text(json.dumps(root))
    for name, given in calls.items():
        (directory / f"{name}.tf.json").write_text(json.dumps({"module": {name: given}}))
    for number, block in enumerate(blocks):
        (directory / f"block_{number}.tf.json").write_text(json.dumps(block))


def offline(region):
    """A provider block that needs no account and makes no call."""
    skipped = ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id")
    return {"alias": region, "region": region, "access_key": "offline", "secret_key": "offline"} | dict.fromkeys(
        skipped, True
    )


def plan(directory, settings):
    """Plan the root with tftest.

    tftest is archived upstream and its cache does not see a changed module, so it is used here and nowhere else,
    without the cache.
    """
    test = tftest.TerraformTest(str(directory), env=settings)
    try:
        test.setup(cleanup_on_exit=False)
        return test.plan(output=True)
    except tftest.TerraformTestError as failed:  # its message holds the whole plan
        raise AssertionError(failed.cmd_error) from None


def refusals(directory, settings):
    """Plan a root that must fail: Terraform's messages by the name of the call that each is about.

    A message about a resource does not tell the call; those are under the empty name.
    """
    program = find_terraform(os.environ).path
    options = {"cwd": directory, "env": settings, "capture_output": True, "text": True}
    subprocess.run([program, "init", "-input=false"], check=True, **options)
    done = subprocess.run([program, "plan", "-input=false", "-json"], check=False, **options)
    found = defaultdict(list)
    for event in map(json.loads, done.stdout.splitlines()):
        if event.get("type") != "diagnostic":
            continue
        said = event["diagnostic"]
        file = said.get("range", {}).get("filename", "")
        name = file.removesuffix(".tf.json") if file.endswith(".tf.json") else ""
        found[name].append(f"{said['summary']}: {said.get('detail', '')}")
    return dict(found)
