import json

import pytest

from ops.deployment import Deployment, NotDeployedError


def side(role: str, region: str) -> dict:
    return {
        "region": region,
        "cluster_identifier": f"{role}id",
        "cluster_arn": f"arn:aws:dsql:{region}:000000000000:cluster/{role}id",
        "endpoint": f"{role}id.dsql.{region}.on.aws",
        "function_name": f"small-transactions-{role}",
        "function_names": {"transactions": f"small-transactions-{role}"},
        "event_bus_name": "small",
        "event_bus_arn": f"arn:aws:events:{region}:000000000000:event-bus/small",
        "forward_rule_name": f"small-forward-{role}",
        "receive_rule_name": f"small-receive-{role}",
        "queue_urls": {"failed": f"https://{role}"},
    }


VALUES = {
    "name": "small",
    "witness_region": "us-west-2",
    "regions": {"primary": side("primary", "us-east-1"), "secondary": side("secondary", "us-east-2")},
}


def test_the_output_of_terraform_is_read():
    text = json.dumps({name: {"value": value, "type": "any", "sensitive": False} for name, value in VALUES.items()})
    stack = Deployment.read(text)
    assert (stack.name, stack.witness_region) == ("small", "us-west-2")
    assert [side.region for side in stack.sides] == ["us-east-1", "us-east-2"]
    assert stack.other(stack.primary) is stack.secondary
    assert stack.other(stack.secondary) is stack.primary
    assert stack.primary.functions["transactions"] == "small-transactions-primary"


def test_the_api_and_its_name_are_read_and_may_be_off():
    domain = {"name": "api.example.com", "zone_id": "Z1", "routing": "weighted", "drained": None}
    api = {
        "authorization": "AWS_IAM",
        "domain": {**domain, "weights": {"primary": 90, "secondary": 10}, "health_check": {"interval": 10}},
        "health_check_ids": {"primary": "p", "secondary": "s"},
        "urls": {"primary": "https://abc.execute-api.us-east-1.amazonaws.com", "secondary": "https://def.example.com"},
    }
    found = Deployment.of({**VALUES, "api": api})
    assert (found.api.id(found.primary), found.api.domain.weights["secondary"]) == ("abc", 10)
    assert found.api.domain.health_checks == {"primary": "p", "secondary": "s"}
    assert Deployment.of({**VALUES, "api": {**api, "domain": None}}).api.domain is None
    assert Deployment.of(VALUES).api is None


def test_a_missing_output_is_named():
    with pytest.raises(
        NotDeployedError, match="the outputs have no 'witness_region'; is the stack deployed completely"
    ):
        Deployment.of({name: value for name, value in VALUES.items() if name != "witness_region"})


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "3", '{"name": "bare value"}'])
def test_anything_else_is_told(text):
    with pytest.raises(NotDeployedError, match="not what `terraform output -json` prints"):
        Deployment.read(text)


def test_an_empty_output_says_that_nothing_is_deployed():
    with pytest.raises(NotDeployedError, match="make deploy"):
        Deployment.read("{}")
