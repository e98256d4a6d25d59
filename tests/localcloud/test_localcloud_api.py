"""HTTP APIs: host names of AWS's form, and the function's policy."""

import pytest

from ops.aws import Aws
from ops.http_api import request

PRIMARY = "us-east-1"
SOURCE = 'def handler(event, context):\n    return {"domain": event["requestContext"]["domainName"]}\n'


@pytest.fixture(scope="module")
def api(client):
    """The URL of an API in front of a function that has no policy yet, and how it gets one."""
    function = client.function("answers", client.role("answers"), SOURCE)
    made = client.aws("apigatewayv2").create_api(Name="orders", ProtocolType="HTTP", Target=function)
    of_api = {"ApiId": made["ApiId"]}
    gateway = client.aws("apigatewayv2")
    integration = gateway.create_integration(
        **of_api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(**of_api, RouteKey="GET /", Target=f"integrations/{integration}")
    gateway.create_stage(**of_api, StageName="$default", AutoDeploy=True)

    def permit(source):
        client.aws("lambda").add_permission(
            FunctionName="answers",
            StatementId=f"statement-{len(source)}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=source,
        )

    return made, permit


def test_an_api_has_a_host_name_of_its_region_and_invokes_only_whom_it_may(cloud, api):
    made, permit = api
    url = made["ApiEndpoint"]
    assert url == f"https://{made['ApiId']}.execute-api.us-east-1.amazonaws.com"
    aws = Aws(cloud.environment())
    assert request(aws, "GET", f"{url}/").status == 500
    permit("arn:aws:execute-api:us-east-1:000000000000:another/*/*")
    assert request(aws, "GET", f"{url}/").status == 500
    permit(f"arn:aws:execute-api:us-east-1:000000000000:{made['ApiId']}/*/*")
    assert request(aws, "GET", f"{url}/").status == 200


def test_an_api_and_its_stage_tell_the_tags_that_they_have_now(client, api):
    made, _ = api
    gateway = client.aws("apigatewayv2")
    arn = f"arn:aws:apigateway:us-east-1::/apis/{made['ApiId']}"
    for resource in (arn, f"{arn}/stages/$default"):
        gateway.tag_resource(ResourceArn=resource, Tags={"team": "payments", "stage": "test"})
        gateway.untag_resource(ResourceArn=resource, TagKeys=["stage"])
    assert gateway.get_api(ApiId=made["ApiId"])["Tags"] == {"team": "payments"}
    assert gateway.get_stage(ApiId=made["ApiId"], StageName="$default")["Tags"] == {"team": "payments"}
