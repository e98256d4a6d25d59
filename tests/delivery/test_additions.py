"""What hangs on the stack's own objects and is not in its state, with clients that only tell what they were asked."""

import pytest
from botocore.exceptions import ClientError

from delivery import additions, holdings, protection

BUS = {"arn": "arn:aws:events:us-east-1:1:event-bus/orders", "name": "orders"}
RULE = {"arn": "arn:aws:events:us-east-1:1:rule/orders/forward", "event_bus_name": "orders", "name": "forward"}
TARGET = {"event_bus_name": "orders", "rule": "forward", "target_id": "bus"}
CLUSTER = {"arn": "arn:aws:dsql:us-east-1:1:cluster/abc", "identifier": "abc"}


class Client:
    """Answers lists as it was told, and keeps every other call."""

    def __init__(self, **lists):
        self.lists = lists
        self.calls = []

    def get_paginator(self, operation):
        found = self.lists[operation]
        if isinstance(found, Exception):
            raise found
        return type("Paginator", (), {"paginate": lambda _, **__: [found]})()

    def __getattr__(self, operation):
        return lambda **request: self.calls.append((operation, request))


def resource(kind, **values):
    return {"type": kind, "address": f"{kind}.one", "values": values}


def looked(resources, client, said=None):
    return list(additions.found(resources, lambda *_: client, (said if said is not None else []).append))


def error(code):
    return ClientError({"Error": {"Code": code, "Message": "told"}}, "List")


def test_policies_of_a_role_that_are_not_ours_go_and_ours_stay():
    client = Client(
        list_role_policies={"PolicyNames": ["work", "more"]},
        list_attached_role_policies={"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]},
        list_instance_profiles_for_role={"InstanceProfiles": [{"InstanceProfileName": "p"}]},
    )
    known = [resource("aws_iam_role", name="r"), resource("aws_iam_role_policy", name="work", role="r")]
    found = looked(known, client)
    assert [str(one) for one in found] == [
        "policy more of role r",
        "arn:aws:iam::aws:policy/ReadOnlyAccess on role r",
        "role r in instance profile p",
    ]
    for one in found:
        one.remove()
    assert client.calls == [
        ("delete_role_policy", {"RoleName": "r", "PolicyName": "more"}),
        ("detach_role_policy", {"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("remove_role_from_instance_profile", {"RoleName": "r", "InstanceProfileName": "p"}),
    ]


def test_a_rule_by_hand_goes_with_its_targets_and_one_that_aws_manages_stays():
    rules = [
        {"Name": "forward", "Arn": RULE["arn"]},
        {"Name": "by-hand", "Arn": "arn:aws:events:us-east-1:1:rule/orders/by-hand"},
        {"Name": "Events-Archive-a", "Arn": "arn:x", "ManagedBy": "events.amazonaws.com"},
    ]
    client = Client(list_rules={"Rules": rules}, list_targets_by_rule={"Targets": [{"Id": "bus"}]})
    known = [
        resource("aws_cloudwatch_event_bus", **BUS),
        resource("aws_cloudwatch_event_rule", **RULE),
        resource("aws_cloudwatch_event_target", **TARGET),
    ]
    (found,) = looked(known, client)
    assert str(found) == "rule by-hand on bus orders in us-east-1"
    found.remove()
    by_hand = {"Rule": "by-hand", "EventBusName": "orders"}
    assert client.calls == [
        ("remove_targets", {**by_hand, "Ids": ["bus"]}),
        ("delete_rule", {"Name": "by-hand", "EventBusName": "orders"}),
    ]


def test_a_target_by_hand_on_our_rule_goes():
    client = Client(list_targets_by_rule={"Targets": [{"Id": "bus"}, {"Id": "by-hand"}]})
    known = [resource("aws_cloudwatch_event_rule", **RULE), resource("aws_cloudwatch_event_target", **TARGET)]
    (found,) = looked(known, client)
    assert str(found) == "target by-hand of rule forward on bus orders in us-east-1"
    found.remove()
    assert client.calls == [("remove_targets", {"Rule": "forward", "EventBusName": "orders", "Ids": ["by-hand"]})]


def test_a_schema_by_hand_in_our_registry_goes():
    schemas = {"Schemas": [{"SchemaArn": "arn:ours", "SchemaName": "a"}, {"SchemaArn": "arn:b", "SchemaName": "b"}]}
    client = Client(list_schemas=schemas)
    registry = resource("aws_schemas_registry", arn="arn:aws:schemas:us-east-1:1:registry/orders", name="orders")
    (found,) = looked([registry, resource("aws_schemas_schema", arn="arn:ours")], client)
    found.remove()
    assert client.calls == [("delete_schema", {"RegistryName": "orders", "SchemaName": "b"})]


def test_what_was_deleted_by_hand_has_nothing_hanging_on_it():
    client = Client(list_rules=error("ResourceNotFoundException"), list_role_policies=error("NoSuchEntity"))
    assert looked([resource("aws_cloudwatch_event_bus", **BUS), resource("aws_iam_role", name="r")], client) == []


def test_a_refused_look_is_told_and_any_other_error_is_one():
    said = []
    bus = resource("aws_cloudwatch_event_bus", **BUS)
    assert looked([bus], Client(list_rules=error("AccessDeniedException")), said) == []
    assert said == [
        "may not look for what hangs on aws_cloudwatch_event_bus.one and is not in the state (AccessDeniedException)"
    ]
    with pytest.raises(ClientError, match="Throttling"):
        looked([bus], Client(list_rules=error("Throttling")))


def test_protection_is_asked_of_aws_and_a_cluster_that_is_gone_has_none():
    class Dsql:
        def get_cluster(self, identifier):
            if identifier == "gone":
                raise error("ResourceNotFoundException")
            return {"deletionProtectionEnabled": identifier == "abc", "status": "ACTIVE"}

        def update_cluster(self, **_):
            raise AssertionError("nobody asked for it")

    known = [resource("aws_dsql_cluster", **{**CLUSTER, "identifier": name}) for name in ("abc", "off", "gone")]
    (found,) = protection.on([*known, resource("aws_iam_role", name="r")], lambda *_: Dsql())
    assert (found.address, found.set_up) == ("aws_dsql_cluster.one", True)


def test_what_is_gone_for_good_is_named_and_the_rest_is_not():
    known = [resource("aws_dsql_cluster", **CLUSTER), resource("aws_iam_role", name="r")]
    assert holdings.of_state(known) == ["cluster abc in us-east-1 (aws_dsql_cluster.one)"]
