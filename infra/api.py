"""The HTTP API of both Regions, in front of the transactions function."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.apigatewayv2_api import Apigatewayv2Api
from cdktf_cdktf_provider_aws.apigatewayv2_authorizer import (
    Apigatewayv2Authorizer,
    Apigatewayv2AuthorizerJwtConfiguration,
)
from cdktf_cdktf_provider_aws.apigatewayv2_integration import Apigatewayv2Integration
from cdktf_cdktf_provider_aws.apigatewayv2_route import Apigatewayv2Route
from cdktf_cdktf_provider_aws.apigatewayv2_stage import (
    Apigatewayv2Stage,
    Apigatewayv2StageAccessLogSettings,
    Apigatewayv2StageDefaultRouteSettings,
)
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from infra.checks import is_given
from infra.hcl import Value, expression, jsonencode
from infra.iam import allow, policy
from infra.module import local
from infra.output import Output
from infra.placement import SIDES, region
from infra.routes import HEALTH_CHECKED, routes
from infra.service_encryption import OPTIONAL, key_arn
from infra.suppression import suppress

WHEN_ON = "${var.api == null ? 0 : 1}"
# Not by `try`, which is unknown as a whole where the zone's id is: a plan must know what there is.
WITH_API = is_given("var.api")
WITH_DOMAIN = f"({WITH_API} ? {is_given('var.api.domain')} : false)"
# Of the open route. Some 16 checkers ask it every 10 s, without order among them; more costs money and tells nothing:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
_OPEN_LIMITS = {"throttling_burst_limit": 20, "throttling_rate_limit": 10}
# What an access log entry holds: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
_LOGGED = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "domain": "$context.domainName",
    "route": "$context.routeKey",
    "status": "$context.status",
    "error": "$context.error.message",
    "authorizer_error": "$context.authorizer.error",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "integration_error": "$context.integrationErrorMessage",
    "source_ip": "$context.identity.sourceIp",
}


def log_group_name(side: str) -> str:
    """Name of a Region's access log. The prefix keeps API Gateway from adding each group to one resource policy.

    https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
    """
    return f"/aws/vendedlogs/apigateway/${{var.name}}-{side}"


def api(side: str) -> str:
    """Expression of a Region's API."""
    return f"aws_apigatewayv2_api.{side}[0]"


class Api(Construct):  # type: ignore[misc]
    """An HTTP API in each Region, with the routes of docs/openapi.json.

    Args:
        scope: the module, which also holds `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("api", "log_retention_days", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        keys = expression(routes())
        # Route 53 cannot sign: what it asks is open where there are records that it answers by the result.
        chosen = f'route == "{HEALTH_CHECKED}" && {is_given("var.api.domain")} ? "NONE" : var.api.authorization'
        local(self, "api_routes", f"${{{{ for route in {keys} : route => {chosen} if {WITH_API} }}}}")
        for side in SIDES:
            self._api(side, providers[side])
            self._authorizer(side, providers[side])
            self._routes(side, providers[side])
            self._access_log(side, providers[side])
            self._stage(side, providers[side])
            self._permission(side, providers[side])

    def _api(self, side: str, provider: cdktf.TerraformProvider) -> None:
        made = Apigatewayv2Api(
            self,
            f"api_{side}",
            provider=provider,
            count=cdktf.Token.as_number(WHEN_ON),
            name=f"${{var.name}}-{side}",
            description=f"Transactions of ${{var.name}} in ${{{region(side)}}}",
            protocol_type="HTTP",
            disable_execute_api_endpoint=False,  # the health checks of `domain` ask it
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        made.override_logical_id(side)
        given = ("allow_credentials", "allow_headers", "allow_methods", "allow_origins", "expose_headers", "max_age")
        made.add_override(
            "dynamic.cors_configuration",
            {
                "for_each": f"${{{is_given('var.api.cors')} ? [var.api.cors] : []}}",
                "content": {name: f"${{cors_configuration.value.{name}}}" for name in given},
            },
        )

    def _authorizer(self, side: str, provider: cdktf.TerraformProvider) -> None:
        Apigatewayv2Authorizer(
            self,
            f"authorizer_{side}",
            provider=provider,
            count=cdktf.Token.as_number('${try(var.api.authorization, "") == "JWT" ? 1 : 0}'),
            api_id=f"${{{api(side)}.id}}",
            name="jwt",
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration=Apigatewayv2AuthorizerJwtConfiguration(
                audience=cdktf.Token.as_list("${var.api.jwt.audience}"), issuer="${var.api.jwt.issuer}"
            ),
        ).override_logical_id(side)

    def _routes(self, side: str, provider: cdktf.TerraformProvider) -> None:
        Apigatewayv2Integration(
            self,
            f"integration_{side}",
            provider=provider,
            count=cdktf.Token.as_number(WHEN_ON),
            api_id=f"${{{api(side)}.id}}",
            integration_type="AWS_PROXY",
            integration_uri=f'${{aws_lambda_function.{side}["transactions"].arn}}',
            payload_format_version="2.0",
        ).override_logical_id(side)
        route = Apigatewayv2Route(
            self,
            f"route_{side}",
            provider=provider,
            api_id=f"${{{api(side)}.id}}",
            route_key="${each.key}",
            authorization_type="${each.value}",
            authorizer_id=f'${{each.value == "JWT" ? aws_apigatewayv2_authorizer.{side}[0].id : null}}',
            target=f"integrations/${{aws_apigatewayv2_integration.{side}[0].id}}",
        )
        route.override_logical_id(side)
        route.add_override("for_each", "${local.api_routes}")
        suppress(
            route,
            CKV_AWS_309="the one route that Route 53 asks is open where `api.domain` is set, for it cannot sign; all "
            "others are where the caller says so",
        )

    def _access_log(self, side: str, provider: cdktf.TerraformProvider) -> None:
        group = CloudwatchLogGroup(
            self,
            f"log_group_{side}",
            provider=provider,
            count=cdktf.Token.as_number(WHEN_ON),
            name=log_group_name(side),
            kms_key_id=key_arn(side),
            retention_in_days=cdktf.Token.as_number("${var.log_retention_days}"),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        group.override_logical_id(f"api_{side}")
        suppress(
            group,
            CKV_AWS_158=OPTIONAL,
            CKV_AWS_338="how long logs are kept is the caller's choice, `log_retention_days`",
        )

    def _stage(self, side: str, provider: cdktf.TerraformProvider) -> None:
        stage = Apigatewayv2Stage(
            self,
            f"stage_{side}",
            provider=provider,
            count=cdktf.Token.as_number(WHEN_ON),
            api_id=f"${{{api(side)}.id}}",
            name="$default",
            auto_deploy=True,
            access_log_settings=Apigatewayv2StageAccessLogSettings(
                destination_arn=f"${{aws_cloudwatch_log_group.api_{side}[0].arn}}", format=jsonencode(_LOGGED)
            ),
            default_route_settings=Apigatewayv2StageDefaultRouteSettings(
                throttling_burst_limit=cdktf.Token.as_number("${var.api.throttling.burst_limit}"),
                throttling_rate_limit=cdktf.Token.as_number("${var.api.throttling.rate_limit}"),
            ),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        stage.override_logical_id(side)
        stage.add_override(
            "dynamic.route_settings",
            {
                "for_each": f"${{{is_given('var.api.domain')} ? [1] : []}}",
                "content": {"route_key": HEALTH_CHECKED, **_OPEN_LIMITS},
            },
        )
        # A stage takes settings of routes that are there.
        stage.add_override("depends_on", [f"aws_apigatewayv2_route.{side}"])

    def _permission(self, side: str, provider: cdktf.TerraformProvider) -> None:
        LambdaPermission(
            self,
            f"permission_{side}",
            provider=provider,
            count=cdktf.Token.as_number(WHEN_ON),
            statement_id="api",
            action="lambda:InvokeFunction",
            function_name=f'${{aws_lambda_function.{side}["transactions"].function_name}}',
            principal="apigateway.amazonaws.com",
            source_arn=f"${{{api(side)}.execution_arn}}/*/*",
        ).override_logical_id(f"api_{side}")


_URLS: dict[str, Value] = {side: f"${{one(aws_apigatewayv2_api.{side}[*].api_endpoint)}}" for side in SIDES}
_ALL = '${[for api in concat(aws_apigatewayv2_api.primary, aws_apigatewayv2_api.secondary) : "${api.execution_arn}/*"]}'
_CHECKS: dict[str, Value] = {side: f"${{one(aws_route53_health_check.{side}[*].id)}}" for side in SIDES}
_MADE: dict[str, Value] = {
    "authorization": "${var.api.authorization}",
    "domain": "${var.api.domain}",
    "health_check_ids": _CHECKS,
    "invoke_policy": policy([allow("execute-api:Invoke", _ALL)]),
    "url": '${var.api.domain == null ? null : "https://${var.api.domain.name}"}',
    "urls": _URLS,
}
API = Output(
    "Null without `api`. `urls` of the HTTP API, for the sides `primary` and `secondary`, and `invoke_policy`, an IAM "
    "policy document for callers that sign their requests. With `api.domain` also `url`, which a healthy Region "
    "answers, and `health_check_ids`. `authorization` and `domain` are as given, with what is the default.",
    f"${{var.api == null ? null : {expression(_MADE)}}}",
    [f"aws_apigatewayv2_{kind}.{side}" for kind in ("route", "stage") for side in SIDES]
    + [f"aws_route53_record.api_{side}" for side in SIDES],
    optional=True,
)
