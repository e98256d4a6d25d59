"""What the embedded cloud cannot show of a name: certificates that are not issued, domains in between, tokens."""

from types import SimpleNamespace

import pytest

from ops import names
from ops.check import CheckFailedError
from ops.deployment import Deployment
from ops.http_api import Reply

from .test_deployment import VALUES

DOMAIN = {
    "name": "api.example.com",
    "zone_id": "Z1",
    "routing": "latency",
    "weights": {"primary": 50, "secondary": 50},
    "drained": None,
}


def stack(authorization="AWS_IAM"):
    api = {
        "authorization": authorization,
        "domain": DOMAIN,
        "health_check_ids": {"primary": "p", "secondary": "s"},
        "urls": {"primary": "https://abc.execute-api.us-east-1.amazonaws.com", "secondary": "https://def"},
    }
    return Deployment.of({**VALUES, "api": api})


def aws(*, certificate="ISSUED", status="AVAILABLE", message="", checkers=()):
    configuration = {
        "CertificateArn": "arn:certificate",
        "DomainNameStatus": status,
        "DomainNameStatusMessage": message,
    }
    observations = [{"StatusReport": {"Status": seen}} for seen in checkers]
    config = {"FullyQualifiedDomainName": "abc.execute-api.us-east-1.amazonaws.com"}
    service = SimpleNamespace(
        get_domain_name=lambda **_: {"DomainNameConfigurations": [configuration]},
        get_api_mappings=lambda **_: {"Items": [{"ApiId": "abc", "Stage": "$default"}]},
        describe_certificate=lambda **_: {"Certificate": {"Status": certificate}},
        get_health_check=lambda **_: {"HealthCheck": {"HealthCheckConfig": config}},
        get_health_check_status=lambda **_: {"HealthCheckObservations": observations},
    )
    return SimpleNamespace(client=lambda service_name, region: service)


def failed(look, cloud, deployed):
    with pytest.raises(CheckFailedError) as found:
        look(cloud, deployed, deployed.primary)
    return found.value


def test_a_certificate_that_is_not_issued_is_told_with_its_record():
    error = failed(names.custom_domain, aws(certificate="PENDING_VALIDATION"), stack())
    assert error.seen == "the certificate arn:certificate is PENDING_VALIDATION"
    assert "validation record" in error.cause


@pytest.mark.parametrize(("message", "cause"), [("", "API Gateway has not finished"), ("no DNS", "no DNS")])
def test_a_domain_in_between_is_told_with_what_aws_says(message, cause):
    error = failed(names.custom_domain, aws(status="UPDATING", message=message), stack())
    assert (error.seen, error.cause) == ("the domain is UPDATING", cause)


def test_a_region_is_well_if_more_than_18_percent_of_the_checkers_say_so():
    well, ill = "Success: HTTP Status Code 200, OK", "Failure: timeout"
    deployed = stack()
    seen = names.health_check(aws(checkers=[well] * 3 + [ill] * 13), deployed, deployed.primary)
    assert seen == "p, 3 of 16 checkers find the Region well"
    error = failed(names.health_check, aws(checkers=[well] * 2 + [ill] * 14), deployed)
    assert error.seen == "2 of 16 checkers find the Region well; Failure: timeout"


def test_an_api_with_tokens_refuses_who_has_none(monkeypatch):
    deployed = stack("JWT")
    monkeypatch.setattr(names, "request", lambda *_, **__: Reply(401, {}, {}))
    assert names.lets_in(None, deployed, deployed.primary) == "401 without a token"
    monkeypatch.setattr(names, "request", lambda *_, **__: Reply(200, {}, {}))
    assert failed(names.lets_in, None, deployed).seen == "200 without signature or token"


def test_an_api_that_does_not_answer_is_told(monkeypatch):
    def silent(*_, **__):
        raise TimeoutError("timed out")

    monkeypatch.setattr(names, "request", silent)
    error = failed(names.lets_in, None, stack())
    assert error.seen == "no answer from https://abc.execute-api.us-east-1.amazonaws.com/health: timed out"
