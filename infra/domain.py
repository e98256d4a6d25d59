"""The API under one name in both Regions: certificates, domains, health checks, records that move traffic."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.apigatewayv2_api_mapping import Apigatewayv2ApiMapping
from cdktf_cdktf_provider_aws.apigatewayv2_domain_name import (
    Apigatewayv2DomainName,
    Apigatewayv2DomainNameDomainNameConfiguration,
)
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from infra.api import api
from infra.placement import SIDES, region
from infra.routes import HEALTH_CHECKED

# Not by `try`, which is unknown as a whole where the zone's id is: a plan must know how many there are.
_WHEN_ON = cdktf.Token.as_number("${var.api == null ? 0 : var.api.domain == null ? 0 : 1}")
_NAME = "${var.api.domain.name}"
_ZONE = "${var.api.domain.zone_id}"
_VALIDATION_SECONDS = 300


class Domain(Construct):  # type: ignore[misc]
    """The domain of the HTTP API, which Route 53 answers with a Region that is healthy and not drained.

    Args:
        scope: the module, which also holds `Api`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("api", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        for side in SIDES:
            self._certificate(side, providers[side])
        self._validation_record(providers["primary"])
        self._routing()
        for side in SIDES:
            self._custom_domain(side, providers[side])
            self._health_check(side, providers[side])
            self._record(side, providers[side])

    def _certificate(self, side: str, provider: cdktf.TerraformProvider) -> None:
        AcmCertificate(
            self,
            f"certificate_{side}",
            provider=provider,
            count=_WHEN_ON,
            domain_name=_NAME,
            validation_method="DNS",
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(side)
        AcmCertificateValidation(
            self,
            f"validation_{side}",
            provider=provider,
            count=_WHEN_ON,
            certificate_arn=f"${{aws_acm_certificate.{side}[0].arn}}",
            validation_record_fqdns=["${aws_route53_record.validation_primary[0].fqdn}"],
        ).override_logical_id(side)

    def _validation_record(self, provider: cdktf.TerraformProvider) -> None:
        # One for both Regions: the record follows from the account and the domain.
        # https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        option = "one(aws_acm_certificate.primary[0].domain_validation_options)"
        Route53Record(
            self,
            "validation_record",
            provider=provider,
            count=_WHEN_ON,
            zone_id=_ZONE,
            name=f"${{{option}.resource_record_name}}",
            type=f"${{{option}.resource_record_type}}",
            records=[f"${{{option}.resource_record_value}}"],
            ttl=_VALIDATION_SECONDS,
            allow_overwrite=True,
        ).override_logical_id("validation_primary")

    def _routing(self) -> None:
        routing = cdktf.DataResource(
            self, "routing", count=_WHEN_ON, triggers_replace={"routing": "${var.api.domain.routing}"}
        )
        routing.override_logical_id("routing")

    def _custom_domain(self, side: str, provider: cdktf.TerraformProvider) -> None:
        Apigatewayv2DomainName(
            self,
            f"domain_{side}",
            provider=provider,
            count=_WHEN_ON,
            domain_name=_NAME,
            domain_name_configuration=Apigatewayv2DomainNameDomainNameConfiguration(
                certificate_arn=f"${{aws_acm_certificate_validation.{side}[0].certificate_arn}}",
                endpoint_type="REGIONAL",
                security_policy="TLS_1_2",
            ),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(side)
        Apigatewayv2ApiMapping(
            self,
            f"mapping_{side}",
            provider=provider,
            count=_WHEN_ON,
            api_id=f"${{{api(side)}.id}}",
            domain_name=f"${{aws_apigatewayv2_domain_name.{side}[0].id}}",
            stage=f"${{aws_apigatewayv2_stage.{side}[0].id}}",
        ).override_logical_id(side)

    def _health_check(self, side: str, provider: cdktf.TerraformProvider) -> None:
        # By the API's own host, which is this Region's whatever the records say; so that host cannot be disabled.
        # Drained is "disabled" (taken for healthy) and "inverted": inverted alone would send traffic to a drained
        # Region as soon as it fails.
        # https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
        check = Route53HealthCheck(
            self,
            f"health_check_{side}",
            provider=provider,
            count=_WHEN_ON,
            type="HTTPS",
            fqdn=f'${{trimprefix({api(side)}.api_endpoint, "https://")}}',
            port=443,
            resource_path=HEALTH_CHECKED.partition(" ")[2],
            request_interval=cdktf.Token.as_number("${var.api.domain.health_check.interval}"),
            failure_threshold=cdktf.Token.as_number("${var.api.domain.health_check.failure_threshold}"),
            tags=cdktf.Token.as_string_map(f'${{merge(var.tags, {{ Name = "${{var.name}}-{side}" }})}}'),
        )
        check.override_logical_id(side)
        for setting in ("disabled", "invert_healthcheck"):
            check.add_override(setting, f'${{var.api.domain.drained == "{side}"}}')
        # What it asks must be there, or the Region begins as an ill one.
        asked = (
            f"aws_apigatewayv2_stage.{side}",
            f"aws_lambda_permission.api_{side}",
            "aws_lambda_invocation.migration",
        )
        check.add_override("depends_on", list(asked))

    def _record(self, side: str, provider: cdktf.TerraformProvider) -> None:
        record = Route53Record(
            self,
            f"record_{side}",
            provider=provider,
            count=_WHEN_ON,
            zone_id=_ZONE,
            name=_NAME,
            type="A",
            set_identifier=side,
            health_check_id=f"${{aws_route53_health_check.{side}[0].id}}",
            # What an interrupted apply, or a request that was sent twice, left of it. Nobody else's: the name's custom
            # domain comes before, and API Gateway refuses one that is there.
            allow_overwrite=True,
            alias=Route53RecordAlias(
                name=f"${{aws_apigatewayv2_domain_name.{side}[0].domain_name_configuration[0].target_domain_name}}",
                zone_id=f"${{aws_apigatewayv2_domain_name.{side}[0].domain_name_configuration[0].hosted_zone_id}}",
                evaluate_target_health=False,
            ),
        )
        record.override_logical_id(f"api_{side}")
        contents = {
            "failover": {"type": "PRIMARY" if side == "primary" else "SECONDARY"},
            "latency": {"region": f"${{{region(side)}}}"},
            "weighted": {"weight": f"${{var.api.domain.weights.{side}}}"},
        }
        for routing, content in contents.items():
            record.add_override(
                f"dynamic.{routing}_routing_policy",
                {"for_each": f'${{var.api.domain.routing == "{routing}" ? [1] : []}}', "content": content},
            )
        # Records of one name must have one policy. With another one, both go before either comes: what stands on
        # `routing` is destroyed before it and created after it.
        record.add_override("lifecycle.replace_triggered_by", ["terraform_data.routing"])
        record.add_override("depends_on", [f"aws_apigatewayv2_api_mapping.{side}", "terraform_data.routing"])
