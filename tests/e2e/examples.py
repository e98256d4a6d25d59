"""An example as a reader runs it: copied, what it expects around it made, and taken away again."""

import json
import shutil
import time
from pathlib import Path

from delivery.providers import choose
from delivery.terraform import Terraform, quiet_environment
from delivery.toolchain import find_terraform
from localcloud.dns import client

REPOSITORY = Path(__file__).parents[2]
SIDES = {"primary": "us-east-1", "secondary": "us-east-2"}

SOON = {"failure_threshold": 1, "interval": 10}  # the shortest time in which a health check turns


def zone(aws, name):
    """Id of a new hosted zone."""
    made = aws.client("route53", "us-east-1").create_hosted_zone(Name=name, CallerReference=name)
    return made["HostedZone"]["Id"].rpartition("/")[2]


def await_answer(environment, name, region, *, seconds=30.0):
    """Wait until the embedded cloud's resolver answers a name with a Region; gives the last answer."""
    deadline = time.monotonic() + seconds
    while (found := client.region(environment[client.VARIABLE], name)) != region and time.monotonic() < deadline:
        time.sleep(0.25)
    return found


def prepare(directory, name, settings, variables):
    """Copy an example beside the modules; gives Terraform on the copy, initialized."""
    for folder in ("modules", f"examples/{name}"):
        shutil.copytree(REPOSITORY / folder, directory / folder, ignore=shutil.ignore_patterns(".*", "*.tfstate*"))
    kept = {key: value for key, value in settings.items() if key not in ("TF_CLI_ARGS_init", "TF_WORKSPACE")}
    kept |= {f"TF_VAR_{variable}": value for variable, value in variables.items()}
    binary = find_terraform(kept)
    chosen = choose(kept, platform=binary.platform, folder=directory / "build")
    kept = quiet_environment(kept, chosen.configuration)
    terraform = Terraform(directory / "examples" / name, kept, binary.path, directory / "build")
    terraform.init()
    return terraform


def remove(terraform):
    """Destroy an example as its README says: deletion protection first."""
    if not terraform.addresses():
        return
    off = {"deletion_protection": "false"} if (terraform.directory / "audit.tf").exists() else {}
    main = terraform.directory / "main.tf"
    if not off:
        main.write_text(main.read_text().replace("  name  ", "  deletion_protection = false\n  name  ", 1))
    terraform.apply(variables=off)
    terraform.destroy(variables=off)


def trust(account):
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def messages(sqs, url, *, seconds=30.0):
    """Messages of a queue, once one has come or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", [])
        if found:
            return [json.loads(message["Body"]) for message in found]
    return []
