"""What a role of a deployed stack may do, found by doing it: a call for each action, with the role's own session."""

import copy
import json
import time

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import ClientError

from .database import connected

ACCOUNT = "000000000000"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized")


def statements(document):
    """The statements of a policy with their actions and resources as lists."""
    found = json.loads(document) if isinstance(document, str) else document
    for statement in found["Statement"]:
        actions, resources = (statement.get(key, []) for key in ("Action", "Resource"))
        lists = {"Action": actions, "Resource": resources}
        yield {**statement, **{key: [value] if isinstance(value, str) else value for key, value in lists.items()}}


class Role:
    """A deployed role: its inline policies, and a session of it.

    Args:
        iam: client of the administrator.
        sts: the same.
        name: of the role.
        environment: of the cloud's clients.
    """

    def __init__(self, iam, sts, name, environment):
        self._iam, self._name, self._environment, self._clients = iam, name, environment, {}
        role = iam.get_role(RoleName=name)["Role"]
        self.arn, self.trust = role["Arn"], role["AssumeRolePolicyDocument"]
        names = iam.list_role_policies(RoleName=name)["PolicyNames"]
        self.policies = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in names
        }
        self._keys = self._session(sts)

    def _session(self, sts):
        """Keys of a session. A service assumes the role, so it lets the administrator in for this moment."""
        opened = copy.deepcopy(self.trust)
        admitted = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        opened["Statement"].append(admitted)
        self._iam.update_assume_role_policy(RoleName=self._name, PolicyDocument=json.dumps(opened))
        try:
            made = sts.assume_role(RoleArn=self.arn, RoleSessionName="probe")["Credentials"]
        finally:
            self._iam.update_assume_role_policy(RoleName=self._name, PolicyDocument=json.dumps(self.trust))
        return {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }

    def without(self, policy, index):
        """Take one statement out of a policy; the last one takes the policy along."""
        kept = [found for place, found in enumerate(self.policies[policy]["Statement"]) if place != index]
        if kept:
            self._put(policy, {**self.policies[policy], "Statement": kept})
        else:
            self._iam.delete_role_policy(RoleName=self._name, PolicyName=policy)

    def restore(self, policy):
        """Put a policy back as it was."""
        self._put(policy, self.policies[policy])

    def _put(self, policy, document):
        self._iam.put_role_policy(RoleName=self._name, PolicyName=policy, PolicyDocument=json.dumps(document))

    def may(self, action, resource, *, side=None, database_role=None, context=None):
        """Whether the role may do an action on a resource.

        Args:
            action: one that `_CALLS` knows, or a connection to a cluster.
            resource: its ARN, or `*`.
            side: for a connection, Region and cluster, of a `Deployment`.
            database_role: for a connection, the PostgreSQL role.
            context: for a KMS key, the encryption context.

        Raises:
            KeyError: nobody has said how the action is done.
        """
        try:
            if action in ("dsql:DbConnect", "dsql:DbConnectAdmin"):
                with connected(self._environment, side, database_role, self._keys):
                    return True
            more = {} if context is None else {"context": context}
            _CALLS[action](self._client(action, resource), resource, **more)
        except psycopg.OperationalError:
            return False
        except ClientError as error:
            # Any other error, such as of an id that is not there, comes after the decision.
            return error.response["Error"]["Code"] not in _DENIED
        return True

    def connect(self, side, database_role):
        """A connection to a cluster with the role's own session."""
        return connected(self._environment, side, database_role, self._keys)

    def _client(self, action, resource):
        service = action.partition(":")[0]
        region = "us-east-1" if resource == "*" else resource.split(":")[3]
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self._environment["AWS_ENDPOINT_URL"],
                config=Config(retries={"total_max_attempts": 1}),
                **self._keys,
            )
        return self._clients[service, region]


def _last(arn):
    return arn.rpartition("/")[2]


def _group(arn):
    return arn.removesuffix(":*").split(":")[6]


def _queue_url(client, arn):
    _, _, _, _, account, name = arn.split(":")
    return f"{client.meta.endpoint_url}/{account}/{name}"


# One call for each action that a role of ours is allowed; ids that are not there keep it from changing anything.
_INTERFACE = "eni-00000000000000000"
_CALLS = {
    "dsql:GetCluster": lambda client, arn: client.get_cluster(identifier=_last(arn)),
    "ec2:AssignPrivateIpAddresses": lambda client, _: client.assign_private_ip_addresses(NetworkInterfaceId=_INTERFACE),
    "ec2:CreateNetworkInterface": lambda client, _: client.create_network_interface(SubnetId="subnet-0", DryRun=True),
    "ec2:DeleteNetworkInterface": lambda client, _: client.delete_network_interface(NetworkInterfaceId=_INTERFACE),
    "ec2:DescribeNetworkInterfaces": lambda client, _: client.describe_network_interfaces(),
    "ec2:DescribeSubnets": lambda client, _: client.describe_subnets(),
    "ec2:UnassignPrivateIpAddresses": lambda client, _: client.unassign_private_ip_addresses(
        NetworkInterfaceId=_INTERFACE, PrivateIpAddresses=["10.0.0.1"]
    ),
    "events:PutEvents": lambda client, arn: client.put_events(
        Entries=[{"EventBusName": arn, "Source": "probe", "DetailType": "Probe", "Detail": "{}"}]
    ),
    "kms:Decrypt": lambda client, arn, context: client.decrypt(
        KeyId=arn, CiphertextBlob=b"probe", EncryptionContext=context
    ),
    "kms:GenerateDataKey": lambda client, arn, context: client.generate_data_key(
        KeyId=arn, KeySpec="AES_256", EncryptionContext=context
    ),
    "lambda:InvokeFunction": lambda client, arn: client.invoke(FunctionName=arn, InvocationType="DryRun"),
    "logs:CreateLogStream": lambda client, arn: client.create_log_stream(
        logGroupName=_group(arn), logStreamName="probe"
    ),
    "logs:PutLogEvents": lambda client, arn: client.put_log_events(
        logGroupName=_group(arn),
        logStreamName="probe",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": "-"}],
    ),
    "sns:Publish": lambda client, arn: client.publish(TopicArn=arn, Message="probe"),
    "sqs:SendMessage": lambda client, arn: client.send_message(QueueUrl=_queue_url(client, arn), MessageBody="probe"),
}
