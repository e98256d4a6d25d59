"""What one plan cannot show, because it is about what exists: a twin's plan as a later one would be."""

from dataclasses import dataclass

ARN = "arn:aws:kms:us-east-1:123456789012:key/1"


@dataclass(frozen=True)
class Change:
    """A later plan of a twin.

    Args:
        rule: that it breaks.
        twin: that it begins with, which the rule passes.
        expected: the end of the address that the rule must name.
        change: gets the resource changes by the end of their address.
    """

    rule: str
    twin: str
    expected: str
    change: object

    def apply(self, document):
        by_name = {change["address"].split(".", 2)[-1]: change for change in document["resource_changes"]}
        for found in by_name.values():  # it all exists
            found["change"]["before"] = dict(found["change"]["after"])
            found["change"]["actions"] = ["no-op"]
        self.change(by_name)
        return document


def _act(address, *actions):
    def change(resources):
        resources[address]["change"]["actions"] = list(actions)
        if actions == ("delete",):
            resources[address]["change"]["after"] = None

    return change


def _longer_timeout(resources):
    change = resources["aws_dsql_cluster_peering.primary"]["change"]
    change["actions"] = ["update"]
    change["after"] = {**change["after"], "timeouts": {"create": "60m"}}


def _key_removed(resources):
    key, cluster = resources["aws_kms_key.primary"]["change"], resources["aws_dsql_cluster.primary"]["change"]
    key.update(actions=["delete"], before={**key["before"], "arn": ARN}, after=None, after_unknown={})
    cluster["before"]["kms_encryption_key"] = cluster["after"]["kms_encryption_key"] = ARN
    cluster["after_unknown"] = {}


def _service_key_removed(*left):
    """The key of DSQL036/pass goes; of its users, those that are named leave it before."""

    def change(resources):
        key = resources["aws_kms_key.services"]["change"]
        key.update(
            actions=["delete"], before={**key["before"], "arn": ARN, "key_id": "1"}, after=None, after_unknown={}
        )
        for address, (argument, before) in USERS.items():
            found = resources[address]["change"]
            found["before"][argument] = before
            found["after"][argument] = None if address in left else before
            found["after_unknown"] = {}
        alias = resources["aws_kms_alias.services"]["change"]
        alias["before"].update(name="alias/services", target_key_id="1")

    return change


def _encrypted_with(resources):
    _service_key_removed(*USERS)(resources)
    function = resources["aws_lambda_function.ours"]["change"]
    function["before"]["environment"] = [{"variables": {"FIELD_KEY_ARN": ARN}}]


def _forced(resources):
    resources["aws_dsql_cluster.primary"]["change"]["after"]["force_destroy"] = True


QUEUE, TOPIC, GROUP = "aws_sqs_queue.ours", "aws_sns_topic.ours", "aws_cloudwatch_log_group.ours"
# Each calls its key otherwise: by ARN, id, alias.
USERS = {
    GROUP: ("kms_key_id", ARN),
    QUEUE: ("kms_master_key_id", "1"),
    TOPIC: ("kms_master_key_id", "alias/services"),
    "aws_lambda_function.ours": ("kms_key_arn", ARN),
}
SERVICES = "aws_kms_key.services"
CLUSTER, PEERING = "aws_dsql_cluster.primary", "aws_dsql_cluster_peering.primary"
CHANGES = {
    "destroyed": Change("DSQL002", "DSQL001/pass", CLUSTER, _act(CLUSTER, "delete")),
    "replaced": Change("DSQL002", "DSQL010/pass", CLUSTER, _act(CLUSTER, "delete", "create")),
    "replaced before": Change("DSQL002", "DSQL010/pass", CLUSTER, _act(CLUSTER, "create", "delete")),
    "forced": Change("DSQL003", "DSQL001/pass", CLUSTER, _forced),
    "timeouts": Change("DSQL018", "DSQL015/pass", PEERING, _longer_timeout),
    "peering is new": Change("DSQL019", "DSQL015/pass", PEERING, _act(PEERING, "create")),
    "key removed": Change("DSQL031", "DSQL032/pass", "aws_kms_key.primary", _key_removed),
    "queue on a key that goes": Change(
        "DSQL036", "DSQL036/pass", SERVICES, _service_key_removed(*USERS.keys() - {QUEUE})
    ),
    "topic on a key that goes": Change(
        "DSQL036", "DSQL036/pass", SERVICES, _service_key_removed(*USERS.keys() - {TOPIC})
    ),
    "group on a key that goes": Change(
        "DSQL036", "DSQL036/pass", SERVICES, _service_key_removed(*USERS.keys() - {GROUP})
    ),
    "fields under a key that goes": Change("DSQL037", "DSQL036/pass", SERVICES, _encrypted_with),
    "logs under a key that goes": Change("DSQL038", "DSQL036/pass", SERVICES, _service_key_removed(*USERS)),
}

# What a later plan may do: the rule names nothing.
ALLOWED = {"all leave before it goes": Change("DSQL036", "DSQL036/pass", "", _service_key_removed(*USERS))}
