"""The schema of the application's events, in a registry of each Region: docs/events/transaction-created.json."""

import json
from collections.abc import Mapping
from pathlib import Path

import cdktf
from cdktf_cdktf_provider_aws.schemas_registry import SchemasRegistry
from cdktf_cdktf_provider_aws.schemas_schema import SchemasSchema
from constructs import Construct

from infra.events import APPLICATION_SOURCE
from infra.hcl import jsonencode
from infra.placement import SIDES

SCHEMA = Path(__file__).parent.parent / "docs" / "events" / "transaction-created.json"
_IF_ON = "${length([for routing in var.event_routing[*] : routing if routing.schema_registry])}"


class SchemaRegistry(Construct):  # type: ignore[misc]
    """In each Region, a registry with the schema of the event, where `event_routing.schema_registry` asks for it.

    Args:
        scope: the module.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("event_routing", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        for side in SIDES:
            self._registry(side, providers[side])

    def _registry(self, side: str, provider: cdktf.TerraformProvider) -> None:
        registry = SchemasRegistry(
            self,
            f"registry_{side}",
            provider=provider,
            name="${var.name}",
            description="Events of ${var.name}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        registry.override_logical_id(side)
        registry.add_override("count", _IF_ON)
        schema = SchemasSchema(
            self,
            f"schema_{side}",
            provider=provider,
            # As EventBridge names the schemas that it discovers: source and detail-type.
            name=f"{APPLICATION_SOURCE}@TransactionCreated",
            registry_name=f"${{aws_schemas_registry.{side}[0].name}}",
            type="JSONSchemaDraft4",
            content=jsonencode(json.loads(SCHEMA.read_text())),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        schema.override_logical_id(side)
        schema.add_override("count", _IF_ON)
