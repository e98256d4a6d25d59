"""The deployed stack, as `terraform output -json` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONTENT = ("audit", "notify", "review")  # the functions of `event_routing`; without it they are not there


class NotDeployedError(ValueError):
    """The text is not the output of the deployed stack."""


@dataclass(frozen=True)
class Vault:
    """What `backup` made in a Region.

    Args:
        name: of the vault.
        min_retention_days: for how long its lock keeps recovery points at least; None without a lock.
        plan_id: the plan that backs up this Region's cluster, or None where copies arrive alone.
    """

    name: str
    min_retention_days: int | None
    plan_id: str | None


@dataclass(frozen=True)
class Side:
    """One Region of the stack.

    Args:
        role: `primary` or `secondary`.
        region: AWS Region.
        cluster_identifier: the DSQL cluster.
        cluster_arn: its ARN.
        endpoint: host name of the database.
        functions: function names by purpose: transactions, relay, consumer, migrate.
        bus: name of the event bus.
        bus_arn: its ARN.
        forward_rule: the rule that carries events to the other Region.
        receive_rule: the rule that hands events of the other Region to the consumer.
        queues: URLs of the queues by purpose: undelivered, failed.
        templates: ids of the experiment templates by fault; none without `fault_injection`.
        vault: what `backup` made, or None.
    """

    role: str
    region: str
    cluster_identifier: str
    cluster_arn: str
    endpoint: str
    functions: Mapping[str, str]
    bus: str
    bus_arn: str
    forward_rule: str
    receive_rule: str
    queues: Mapping[str, str]
    templates: Mapping[str, str] = field(default_factory=dict)
    vault: Vault | None = None

    def arn(self, service: str, resource: str) -> str:
        """ARN of something of this Region and account.

        Args:
            service: as ARNs name it, for example `lambda`.
            resource: the rest, for example `function:orders-relay-primary`.
        """
        _, partition, _, region, account, _ = self.cluster_arn.split(":", 5)
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    def role_arn(self, role: str) -> str:
        """ARN of an IAM role of the account.

        Args:
            role: its name.
        """
        _, partition, _, _, account, _ = self.cluster_arn.split(":", 5)
        return f"arn:{partition}:iam::{account}:role/{role}"


@dataclass(frozen=True)
class Domain:
    """The name of the HTTP API, as it was configured.

    Args:
        name: domain name.
        zone_id: hosted zone of its records.
        routing: `failover`, `latency` or `weighted`.
        weights: of the records, by side; counts where `routing` is `weighted`.
        drained: side that is taken out, or None.
        health_checks: ids of the health checks, by side.
    """

    name: str
    zone_id: str
    routing: str
    weights: Mapping[str, float]
    drained: str | None
    health_checks: Mapping[str, str]


@dataclass(frozen=True)
class Api:
    """The HTTP API.

    Args:
        authorization: `AWS_IAM`, `JWT` or `NONE`.
        urls: of each Region's own API, by side.
        domain: the name of both, or None.
    """

    authorization: str
    urls: Mapping[str, str]
    domain: Domain | None

    def host(self, side: Side) -> str:
        """Host name of a Region's own API.

        Args:
            side: the Region.
        """
        return self.urls[side.role].partition("://")[2]

    def id(self, side: Side) -> str:
        """Id of a Region's API, as API Gateway names it.

        Args:
            side: the Region.
        """
        return self.host(side).partition(".")[0]


@dataclass(frozen=True)
class Deployment:
    """The whole stack.

    Args:
        name: name of the application.
        witness_region: Region of the witness.
        primary: first Region.
        secondary: second Region.
        api: the HTTP API, or None.
    """

    name: str
    witness_region: str
    primary: Side
    secondary: Side
    api: Api | None = None

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both Regions, the primary first."""
        return self.primary, self.secondary

    def other(self, side: Side) -> Side:
        """The Region across.

        Args:
            side: one of the two.
        """
        return self.secondary if side.role == "primary" else self.primary

    @classmethod
    def read(cls, text: str) -> Deployment:
        """Read the text that `terraform output -json` (or `make -s output`) prints.

        Args:
            text: a JSON object of outputs, each with its `value`.

        Raises:
            NotDeployedError: no JSON, or an output is missing; the message names it.
        """
        try:
            outputs = json.loads(text)
            return cls.of({name: output["value"] for name, output in outputs.items()})
        except (ValueError, TypeError, AttributeError) as error:
            if isinstance(error, NotDeployedError):
                raise
            raise NotDeployedError(f"not what `terraform output -json` prints: {text.strip()[:80]!r}") from error

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Deployment:
        """Take the outputs' values.

        Args:
            values: values by name of the output.

        Raises:
            NotDeployedError: an output is missing; the message names it.
        """
        try:
            regions = values["regions"]
            faults, backup = values.get("fault_injection") or {}, values.get("backup") or {}
            sides = {
                role: _side(role, regions[role], faults.get(role, {}).get("template_ids", {}), _vault(backup.get(role)))
                for role in ("primary", "secondary")
            }
            return cls(values["name"], values["witness_region"], **sides, api=_api(values.get("api")))
        except KeyError as error:
            raise NotDeployedError(
                f"the outputs have no {error}; is the stack deployed completely? (`make deploy`)"
            ) from error


def _api(values: Mapping[str, Any] | None) -> Api | None:
    if not values:  # Terraform tells no output that is null; our own stack tells an empty one
        return None
    given = values["domain"]
    domain = given and Domain(
        name=given["name"],
        zone_id=given["zone_id"],
        routing=given["routing"],
        weights=given["weights"],
        drained=given["drained"],
        health_checks=values["health_check_ids"],
    )
    return Api(values["authorization"], values["urls"], domain)


def _vault(values: Mapping[str, Any] | None) -> Vault | None:
    if values is None:
        return None
    return Vault(values["vault_name"], values["min_retention_days"], values["plan_id"])


def _side(role: str, values: Mapping[str, Any], templates: Mapping[str, str], vault: Vault | None) -> Side:
    return Side(
        role=role,
        region=values["region"],
        cluster_identifier=values["cluster_identifier"],
        cluster_arn=values["cluster_arn"],
        endpoint=values["endpoint"],
        functions=values["function_names"],
        bus=values["event_bus_name"],
        bus_arn=values["event_bus_arn"],
        forward_rule=values["forward_rule_name"],
        receive_rule=values["receive_rule_name"],
        queues=values["queue_urls"],
        templates=templates,
        vault=vault,
    )
