"""One deployment of everything on an embedded cloud, shared by the session: an apply takes about a minute."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from delivery.code import chosen, package_environment
from delivery.stack import Stack
from localcloud.cloud import Cloud
from ops.aws import Aws
from ops.deployment import Deployment

from .examples import REPOSITORY, SOON, prepare, remove, trust, zone


@dataclass
class Deployed:
    """The stack as it is deployed, and the cloud that it is deployed on."""

    cloud: Cloud
    environment: dict[str, str]
    stack: Stack
    aws: Aws
    deployment: Deployment

    def apply(self, **variables: str) -> str:
        """Apply with other values of variables; returns what was done, such as `2 changed`."""
        return str(self.stack.terraform.apply(variables=variables))

    def changes(self, **variables: str) -> list[str]:
        """Addresses that a plan with these values would touch."""
        plan = self.stack.terraform.plan(variables=variables)
        if not plan.changes:
            return []
        touched = plan.document.get("resource_changes", [])
        found = [found["address"] for found in touched if found["change"]["actions"] not in (["no-op"], ["read"])]
        assert found, "an output changed"
        return found


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    with Cloud(tmp_path_factory.mktemp("cloud")) as started:
        yield started


@pytest.fixture(scope="session")
def cloud_environment(cloud, tmp_path_factory):
    """What points tools to the embedded cloud, with nothing of the caller's own AWS and Terraform settings."""
    foreign = ("AWS_", "TF_", "PG")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    state = tmp_path_factory.mktemp("state")
    return {
        **clean,
        **cloud.environment(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}",
        "TF_CLI_ARGS_init": f"-backend-config=path={state / 'default'} -backend-config=workspace_dir={state / 'more'}",
        # Terraform's ten at once wait for each other's fixed pauses in the provider.
        "TF_CLI_ARGS_apply": "-parallelism=40",
        "TF_CLI_ARGS_destroy": "-parallelism=40",
    }


@pytest.fixture(scope="session")
def package_settings(cloud_environment, tmp_path_factory):
    """The same, with the Lambda package built and named."""
    packages = tmp_path_factory.mktemp("package")
    environment = package_environment(cloud_environment, packages)
    assert chosen(environment, packages) is not None
    return environment


@pytest.fixture(scope="session")
def deployed(cloud, package_settings, tmp_path_factory):
    aws = Aws(package_settings)
    caller = aws.client("sts", "us-east-1").get_caller_identity()["Arn"]
    domain = {"name": "api.example.com", "zone_id": zone(aws, "example.com"), "routing": "failover"}
    api = {"domain": {**domain, "health_check": SOON}}
    environment = {
        **package_settings,
        "TF_VAR_api": json.dumps(api),
        "TF_VAR_readonly_role_arns": json.dumps([caller]),
    }
    work = tmp_path_factory.mktemp("work")
    stack = Stack(REPOSITORY, environment, lambda _: None, output=work / "cdktf.out", build=work / "terraform")
    stack.synthesize()
    stack.prepare()
    stack.apply(stack.plan())
    yield Deployed(cloud, environment, stack, Aws(environment), Deployment.of(stack.terraform.output()))
    if stack.terraform.addresses():
        stack.destroy()


@pytest.fixture(scope="session")
def user(cloud_environment):
    """Make an IAM user: `user(name, *policies)` gives credentials that may do what these allow and nothing else."""
    iam = Aws(cloud_environment).client("iam", "us-east-1")

    def make(name, *documents):
        iam.create_user(UserName=name)
        for number, document in enumerate(documents):
            policy = iam.create_policy(PolicyName=f"{name}-{number}", PolicyDocument=document)["Policy"]["Arn"]
            iam.attach_user_policy(UserName=name, PolicyArn=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    return make


@pytest.fixture(scope="session")
def applied(package_settings, surroundings, user, tmp_path_factory):
    """The examples `complete`, and `minimal` by a deployer who has the policies that `complete` puts out.

    `minimal` gets an API under a name in the same zone, so that the deployer needs what these policies say of one.
    Both are applied at the same time: most of an apply is waiting.
    """
    complete = prepare(tmp_path_factory.mktemp("complete"), "complete", package_settings, surroundings)
    plan = complete.plan()
    policies = plan.document["planned_values"]["outputs"]["deployer_policies"]["value"].values()
    settings = {**package_settings, **user("deployer", *(policy.replace("payments", "orders") for policy in policies))}
    minimal = prepare(tmp_path_factory.mktemp("minimal"), "minimal", settings, {})
    zone_id = json.loads(surroundings["domain"])["zone_id"]
    domain = f'{{ name = "orders.payments.example.com", zone_id = "{zone_id}" }}'
    override = f'module "application" {{\n  api = {{ domain = {domain} }}\n}}\n'
    (minimal.directory / "name_override.tf").write_text(override)
    examples = {"minimal": minimal, "complete": complete}
    with ThreadPoolExecutor() as pool:
        try:
            started = [pool.submit(complete.apply, plan), pool.submit(minimal.apply)]
            for example in started:
                example.result()
            yield examples
        finally:
            list(pool.map(remove, examples.values()))


@pytest.fixture(scope="session")
def surroundings(cloud_environment):
    """What the complete example is given: an account, a zone and a role for the link step, and a network of its own."""
    aws = Aws(cloud_environment)
    account = aws.client("sts", "us-east-1").get_caller_identity()["Account"]
    iam = aws.client("iam", "us-east-1")
    role = iam.create_role(RoleName="payments-link", AssumeRolePolicyDocument=trust(account))["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": "dsql:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="payments-link", PolicyName="link", PolicyDocument=document)
    domain = {"name": "api.payments.example.com", "zone_id": zone(aws, "payments.example.com"), "health_check": SOON}
    yield {
        "account_id": account,
        "domain": json.dumps(domain),
        "link_role_arn": role,
        "private_network": "true",
    }
    iam.delete_role_policy(RoleName="payments-link", PolicyName="link")
    iam.delete_role(RoleName="payments-link")
