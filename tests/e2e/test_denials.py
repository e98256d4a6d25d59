"""Least privilege, on the example `complete`, by calls in the roles' own sessions: enough, nothing spare, no other's.

The statement that denies a function's own code the network cannot be tried here: only Lambda sets what its condition
asks for, lambda:SourceFunctionArn.
"""

import json
import time

import psycopg
import pytest
from psycopg import errors

from delivery.terraform import resources
from ops.aws import Aws
from ops.deployment import Deployment

from .authority import Role, statements
from .database import connected
from .examples import SIDES

pytestmark = pytest.mark.e2e
FUNCTIONS = ("audit", "consumer", "migrate", "notify", "relay", "review", "transactions")
NAMES = [f"payments-{name}-{side}" for name in (*FUNCTIONS, "forward", "schedule") for side in SIDES]
# Roles of AWS Backup and Fault Injection Service: the embedded cloud backs nothing up and cuts off no subnet, so that
# only their text is looked at here; docs/verification.md says how to prove them on AWS.
OF_SERVICES = [
    "payments-restore",
    *(f"payments-{name}-{side}" for name in ("backup", "fault-injection") for side in SIDES),
]
DATABASE_ROLES = {name: name for name in FUNCTIONS} | {"migrate": "admin", "transactions": "app"}


@pytest.fixture(scope="module")
def deployment(applied):
    return Deployment.of({**applied["complete"].output(), "name": "payments", "witness_region": "us-west-2"})


@pytest.fixture(scope="module")
def roles(applied, cloud_environment):
    """Every role of the application, by name."""
    aws = Aws(cloud_environment)
    iam, sts = aws.client("iam", "us-east-1"), aws.client("sts", "us-east-1")
    return {name: Role(iam, sts, name, cloud_environment) for name in NAMES}


def abilities(role, name, deployment):
    """What the role is allowed: policy, place of the statement, and what `Role.may` takes."""
    function, _, side = name.removeprefix("payments-").rpartition("-")
    for policy, document in role.policies.items():
        for index, statement in enumerate(statements(document)):
            for action in statement["Action"] if statement["Effect"] == "Allow" else []:
                for resource in statement["Resource"]:
                    call = {"action": action, "resource": resource}
                    if action in ("dsql:DbConnect", "dsql:DbConnectAdmin"):
                        call |= {"side": getattr(deployment, side), "database_role": DATABASE_ROLES[function]}
                    calls = uses_of_a_key(call, statement, side) if action.startswith("kms:") else [call]
                    yield from ((policy, index, one) for one in calls)


def uses_of_a_key(call, statement, side):
    """How a right to a key is used: with its encryption context, or by sending to what is encrypted with the key."""
    conditions = statement["Condition"]["StringEquals"]
    if "kms:ViaService" not in conditions:
        return [
            call | {"context": {name.removeprefix("kms:EncryptionContext:"): conditions[name] for name in conditions}}
        ]
    services = {name.partition(".")[0] for name in conditions["kms:ViaService"]}
    place = f"{SIDES[side]}:000000000000:payments"
    sent = {
        "sns": ("sns:Publish", f"arn:aws:sns:{place}-notifications-{side}"),
        "sqs": ("sqs:SendMessage", f"arn:aws:sqs:{place}-failed-{side}"),
    }
    return [dict(zip(("action", "resource"), sent[service], strict=True)) for service in sorted(services)]


def test_every_role_of_the_example_is_looked_at(applied, cloud_environment):
    listed = Aws(cloud_environment).client("iam", "us-east-1").list_roles(MaxItems=1000)["Roles"]
    assert {role["RoleName"] for role in listed if role["RoleName"].startswith("payments-")} - {"payments-link"} == set(
        NAMES + OF_SERVICES
    ), "name the role in FUNCTIONS or NAMES, and in tests/e2e/authority.py how its actions are done"


@pytest.mark.parametrize("name", NAMES)
def test_a_role_does_its_work_and_without_a_statement_something_is_denied(roles, deployment, name):
    role, found = roles[name], {}
    for policy, index, call in abilities(role, name, deployment):
        allowed = role.may(**call)
        role.without(policy, index)
        try:
            found[policy, index, call["action"], call["resource"]] = (allowed, role.may(**call))
        finally:
            role.restore(policy)
    assert found
    assert set(found.values()) == {(True, False)}, {
        key: value for key, value in found.items() if value != (True, False)
    }


def test_no_role_can_do_what_another_one_is_for(roles, deployment):
    """Every role of the primary Region tries what any other role is allowed and it is not, in either Region."""
    allowed = {
        name: [call for _, _, call in abilities(role, name, deployment) if call["resource"] != "*"]
        for name, role in roles.items()
    }
    tried, succeeded = 0, []
    for name in (name for name in NAMES if name.endswith("primary")):
        foreign = {
            (call["action"], call["resource"], call.get("database_role")): call
            for other, calls in allowed.items()
            for call in calls
            if other != name and call not in allowed[name]
        }
        for call in foreign.values():
            tried += 1
            if roles[name].may(**call):
                succeeded.append((name, call["action"], call["resource"], call.get("database_role")))
    assert not succeeded
    assert tried > 100


def test_the_transactions_function_can_neither_delete_events_nor_administer_nor_publish(roles, deployment):
    role = roles["payments-transactions-primary"]
    with role.connect(deployment.primary, "app") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("delete from transactions.outbox")
    with pytest.raises(psycopg.OperationalError, match="not authorized"), role.connect(deployment.primary, "admin"):
        pass
    for region in SIDES.values():
        assert not role.may("events:PutEvents", f"arn:aws:events:{region}:000000000000:event-bus/payments")


@pytest.mark.parametrize("side", SIDES)
def test_a_bus_lets_in_the_forward_role_of_the_other_region_alone(applied, side):
    (document,) = [
        found["values"]["policy"]
        for found in resources(applied["complete"].show()["values"]["root_module"])
        if found["type"] == "aws_cloudwatch_event_bus_policy" and found["name"] == side
    ]
    (statement,) = statements(document)
    other = "secondary" if side == "primary" else "primary"
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::000000000000:role/payments-forward-{other}"}
    assert statement["Action"] == ["events:PutEvents"]
    assert statement["Resource"] == [f"arn:aws:events:{SIDES[side]}:000000000000:event-bus/payments"]


def test_a_queue_of_dead_letters_takes_nothing_from_a_rule_of_another_bus(applied, cloud_environment):
    aws = Aws(cloud_environment)
    events, sqs = aws.client("events", "us-east-1"), aws.client("sqs", "us-east-1")
    url = sqs.get_queue_url(QueueName="payments-undelivered-primary")["QueueUrl"]
    before = waiting(sqs, url)
    arn = "arn:aws:sqs:us-east-1:000000000000:payments-undelivered-primary"
    events.put_rule(Name="stranger", EventPattern='{"source": ["stranger"]}')
    events.put_targets(Rule="stranger", Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": "stranger", "DetailType": "x", "Detail": "{}"}])
    time.sleep(2)
    events.remove_targets(Rule="stranger", Ids=["queue"])
    events.delete_rule(Name="stranger")
    assert waiting(sqs, url) == before


def waiting(sqs, url):
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def test_a_database_role_lets_in_the_roles_that_are_mapped_to_it_and_no_other(cloud_environment, deployment):
    with connected(cloud_environment, deployment.primary) as connection:
        mapped = connection.execute("select pg_role_name, arn from sys.iam_pg_role_mappings").fetchall()
    assert sorted((role, arn.rpartition("/")[2]) for role, arn in mapped if role != "readonly") == sorted(
        (DATABASE_ROLES[name], f"payments-{name}-{side}") for name in FUNCTIONS if name != "migrate" for side in SIDES
    )


# --- what is written in the policies


def documents(terraform):
    """Every identity policy that is rendered, and those that the module puts out, by where they stand."""
    for found in resources(terraform.show()["values"]["root_module"]):
        if found["type"] in ("aws_iam_role_policy", "aws_iam_policy"):
            yield found["address"], found["values"]["policy"]
    outputs = terraform.output()
    yield from outputs["deployer_policies"].items()
    yield from outputs["connect_policies"].items()


NETWORK = (
    "Lambda attaches the function in its name; AWS's own policy is as wide, and the function's code is denied all of it"
)
MADE_BY_AWS = "AWS makes the id in the ARN when the resource is created; the condition keeps to our Regions"
# Why a statement is about every resource, by its Sid, or by its first action.
STARS = {
    "AccessLogs": "the delivery of access logs, and who may write logs, have no resource in CloudWatch Logs",
    "ec2:AssignPrivateIpAddresses": NETWORK,
    "Network": NETWORK,  # in the caller's boundary
    "Clusters": MADE_BY_AWS,
    "Keys": MADE_BY_AWS,
    "Certificates": MADE_BY_AWS,
    "NewHealthChecks": "a health check that is not there yet has no resource in Route 53",
    "KeyUse": "whichever key the caller brings or the module makes; the condition keeps to what services do with it",
    "BusPolicies": "EventBridge knows no resource for these actions; the condition keeps to our Regions",
    "Lists": "Describe actions of EC2 and CloudWatch Logs, and ListClusters of DSQL, know no narrower resource",
    "BackupStorage": "the storage behind a vault has no ARN; the condition keeps to our Regions",
    "Backups": "the caller's boundary: each role's own policy says of what",
    "CopyFrom": "AWS Backup knows no resource for it; the condition keeps to our Region",
    "Fault": "DSQL knows no resource for it; the condition names the cluster",
    "Faults": "the caller's boundary: each role's own policy says of what",
    "Log": "the delivery of logs, and who may write them, have no resource in CloudWatch Logs",
    "Targets": "the Resource Groups Tagging API knows no resource; the condition keeps to our Region",
}


def test_every_star_in_a_resource_has_its_reason(applied):
    found = {
        statement.get("Sid", statement["Action"][0]): where
        for where, document in documents(applied["complete"])
        for statement in statements(document)
        if "*" in statement["Resource"] and statement["Effect"] == "Allow"
    }
    assert {name: where for name, where in found.items() if name not in STARS} == {}
    assert set(found) == set(STARS), "a reason that nothing needs any more; take it out"


def test_no_policy_allows_every_action_of_a_service(applied):
    wide = [
        (where, action)
        for where, document in documents(applied["complete"])
        for statement in statements(document)
        for action in statement["Action"]
        if action.endswith(":*") or action == "*"
    ]
    # API Gateway's actions are the verbs of HTTP; the statement of the deployer's names what they may be used on.
    assert wide == [("api", "apigateway:*")]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_parliament_finds_nothing_above_low_but_what_is_explained(applied):
    from parliament import analyze_policy_string, enhance_finding

    found = [
        (where, finding.issue, finding.severity, json.dumps(finding.detail))
        for where, document in documents(applied["complete"])
        for finding in map(enhance_finding, analyze_policy_string(document).findings)
        if finding.severity not in ("LOW", "MUTED") and not explained(json.dumps(finding.detail))
    ]
    assert found == []


# What parliament does not know, or reads otherwise than AWS, by a part of what it says.
EXPLAINED = {
    "lambda:SourceFunctionArn": "Lambda sets this key in every call of a function's role: "
    "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
    "cloudwatch:DeleteAnomalyDetector": "a wildcard of the deployer's also covers what it does not need",
    "schemas:GetDiscoveredSchema": "as above",
    "ec2:CreateNetworkAcl": "takes both resources, each in a statement of its own, as AWS has it: "
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html",
}


def explained(detail):
    return any(part in detail for part in EXPLAINED)
