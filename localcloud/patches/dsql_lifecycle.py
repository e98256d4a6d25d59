"""DSQL's control plane: Regions apart, PENDING_SETUP until both clusters name each other, deletion in pairs.

MiniStack makes every cluster ACTIVE at once, shows it in all Regions, echoes UpdateCluster's request as the list of
peers, and fails to save its state. Terraform's native peering needs PENDING_SETUP (provider 5.100.0 panics without).
"""

from __future__ import annotations

import copy
import json
import logging
import threading
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_region, request_scope
from ministack.services import dsql

from localcloud.dsql.databases import group_of
from localcloud.dsql.endpoint import Cluster
from localcloud.dsql.hello import Host
from localcloud.patches import Context, vpc_endpoints
from localcloud.peers import PeerUnreachableError
from localcloud.settings import ACCOUNT

Response = tuple[int, dict[str, str], bytes]
Record = dict[str, Any]

NEEDS = {
    "services.dsql": (
        "_clusters",
        "_client_tokens",
        "_tags",
        "_streams",
        "_stream_tokens",
        "_cluster_response",
        "_create_cluster",
        "_delete_cluster",
        "_encryption_details",
        "_error",
        "_kms_key_error",
        "_lifecycle_response",
        "_not_found",
        "_update_cluster",
        "_validation",
        "get_state",
        "json_response",
        "load_persisted_state",
    )
}
_STORES = ("_clusters", "_client_tokens", "_tags", "_streams", "_stream_tokens")
_AWS_OWNED = "AWS_OWNED_KMS_KEY"
_SETUP_SECONDS = 0.3  # how long a pair is CREATING at least, so that clients see it
_BUSY = {"DELETING", "PENDING_DELETE", "DELETED"}

logger = logging.getLogger("localcloud.dsql")


def install(context: Context) -> None:
    """Replace the control plane's stores and the operations on clusters."""
    for store in _STORES:
        setattr(dsql, store, AccountRegionScopedDict())
    Lifecycle(context).install()


def active_cluster(context: Context, host: Host) -> Cluster | None:
    """The cluster that a host name names, its storage started; None if there is none that accepts connections."""
    with request_scope(ACCOUNT, host.region):
        record = dsql._clusters.get(host.cluster)
        if record is None or record["status"] not in ("ACTIVE", "UPDATING"):
            return None
        if host.is_private and not vpc_endpoints.leads_to(host):
            return None
    group = group_of([record["arn"], *_peers(record)])
    return Cluster(record["arn"], group, context.databases.ensure(group))


class Lifecycle:
    """The states of clusters, alone and in pairs."""

    def __init__(self, context: Context) -> None:
        """`context` reaches the process that holds the peer cluster, and the one that starts PostgreSQL."""
        self._context = context
        self._create = dsql._create_cluster
        self._update = dsql._update_cluster
        self._delete = dsql._delete_cluster
        self._respond = dsql._cluster_response
        self._key_error = dsql._kms_key_error
        self._encryption = dsql._encryption_details

    def install(self) -> None:
        """Replace MiniStack's operations, and offer to other Regions what they need of this one's clusters."""
        dsql._create_cluster, dsql._update_cluster, dsql._delete_cluster = self.create, self.update, self.delete
        dsql._cluster_response = self.response
        dsql._kms_key_error = lambda key: None if key == _AWS_OWNED else self._key_error(key)
        dsql._encryption_details = lambda key, *scope: self._encryption(None if key == _AWS_OWNED else key, *scope)
        dsql.get_state, dsql.load_persisted_state = _get_state, self.restore
        for name, operation in (("see", self.see), ("join", self.join), ("remove", self.remove)):
            self._context.peers.offer(f"dsql.{name}", operation)

    def create(self, data: Record) -> Response:
        """CreateCluster: a cluster with a witness Region waits for its peer, any other is set up at once."""
        refusal = _multi_region_error(data.get("multiRegionProperties"))
        if refusal:
            return refusal
        status, headers, body = self._create(data)
        if status != 200:
            return status, headers, body
        record = dsql._clusters[json.loads(body)["identifier"]]
        if "endpointed" not in record:  # not an idempotent repetition
            record["endpointed"] = True
            record["endpoint"] = f"{record['identifier']}.dsql.{get_region()}.on.aws"
            if _witness(record):
                record["status"] = "PENDING_SETUP"
                self._link(record)
            else:
                self._set_up(record)
        return _ok(self.response(record))

    def update(self, identifier: str, data: Record) -> Response:
        """UpdateCluster: names a peer, changes deletion protection or the key."""
        record = dsql._clusters.get(identifier)
        if record is not None and record["status"] in _BUSY:
            return _conflict(record, f"cluster {identifier} is in status {record['status']}")
        refusal = record and _multi_region_error(data.get("multiRegionProperties"), record)
        if refusal:
            return refusal
        before = record and record["status"]
        answer: Response = self._update(identifier, data)
        if answer[0] != 200 or record is None:
            return answer
        if before == "PENDING_SETUP":
            record["status"] = before
            self._link(record)
        return _response_of(record)

    def delete(self, identifier: str, query: Record) -> Response:
        """DeleteCluster: one of a pair waits in PENDING_DELETE until the other one is deleted too."""
        record = dsql._clusters.get(identifier)
        linked = record is not None and record["status"] not in ("PENDING_SETUP",) and _peers(record)
        if record is None or not linked or record["deletionProtectionEnabled"]:
            answer: Response = self._delete(identifier, query)
            if record is not None and answer[0] == 200:
                self._drop_storage(record)
            return answer
        if record["status"] == "PENDING_DELETE":
            return _response_of(record)
        others = [arn for arn in linked if self._status(arn) is not None]
        if any(self._status(arn) != "PENDING_DELETE" for arn in others):
            record["status"] = "PENDING_DELETE"
            return _response_of(record)
        answer = self._delete(identifier, query)
        for arn in others:
            self._context.peers.call(_region(arn), "dsql.remove", arn=arn)
        self._drop_storage(record)
        return answer

    def response(self, record: Record, include_tags: bool = False) -> Record:
        """A cluster as AWS shows it: its own ARN is among the linked ones.

        One that waits for its peer's deletion does not wait for a peer that went without it, being unlinked before.
        """
        if record["status"] == "PENDING_DELETE" and not any(self._status(arn) for arn in _peers(record)):
            self._delete(record["identifier"], {})
            self._drop_storage(record)
        shown: Record = self._respond(record, include_tags)
        properties = shown.get("multiRegionProperties")
        if properties and properties.get("clusters"):
            shown["multiRegionProperties"] = {
                **properties,
                "clusters": sorted({*properties["clusters"], record["arn"]}),
            }
        return shown

    def see(self, arn: str) -> Record | None:
        """What another Region may know of a cluster here: its status, witness and peers."""
        record = _local(arn)
        return record and {"status": record["status"], "witness": _witness(record), "peers": _peers(record)}

    def join(self, arn: str) -> None:
        """The peer names this cluster and is named by it: set up."""
        record = _local(arn)
        if record is not None and record["status"] == "PENDING_SETUP":
            self._set_up(record)

    def remove(self, arn: str) -> None:
        """The peer is deleted, so this cluster's pending deletion completes."""
        with request_scope(ACCOUNT, _region(arn)):
            self._delete(arn.rpartition("/")[2], {})

    def restore(self, data: Record) -> None:
        """Load what `get_state` saved; setting up goes on where it was interrupted."""
        for store in _STORES:
            getattr(dsql, store)._data.update(data[store]._data)
        for record in dsql._clusters._data.values():
            if record["status"] == "CREATING":
                self._set_up(record)

    def _link(self, record: Record) -> None:
        """Set both clusters up once each names the other and both have the same witness."""
        for arn in _peers(record):
            try:
                peer = self._context.peers.call(_region(arn), "dsql.see", arn=arn)
            except PeerUnreachableError:
                continue
            if peer and record["arn"] in peer["peers"] and peer["witness"] == _witness(record):
                self._set_up(record)
                self._context.peers.call(_region(arn), "dsql.join", arn=arn)

    def _set_up(self, record: Record) -> None:
        record["status"] = "CREATING"
        threading.Timer(_SETUP_SECONDS, self._activate, [record]).start()

    def _activate(self, record: Record) -> None:
        try:
            self._context.databases.ensure(group_of([record["arn"], *_peers(record)]))
            record["status"] = "ACTIVE"
        except Exception:
            record["status"] = "FAILED"
            logger.exception("storage of cluster %s did not start", record["identifier"])

    def _drop_storage(self, record: Record) -> None:
        group = group_of([record["arn"], *_peers(record)])
        threading.Thread(target=self._context.databases.drop, args=[group]).start()

    def _status(self, arn: str) -> str | None:
        try:
            peer = self._context.peers.call(_region(arn), "dsql.see", arn=arn)
        except PeerUnreachableError:
            return "UNKNOWN"
        return peer and str(peer["status"])


def _get_state() -> Record:
    return {store: copy.copy(getattr(dsql, store)) for store in _STORES}


def _local(arn: str) -> Record | None:
    with request_scope(ACCOUNT, _region(arn)):
        record: Record | None = dsql._clusters.get(arn.rpartition("/")[2])
    return record


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _witness(record: Record) -> str:
    return str((record.get("multiRegionProperties") or {}).get("witnessRegion") or "")


def _peers(record: Record) -> list[str]:
    named = (record.get("multiRegionProperties") or {}).get("clusters") or []
    return [arn for arn in named if arn != record["arn"]]


def _multi_region_error(properties: Record | None, record: Record | None = None) -> Response | None:
    """What AWS refuses: a witness in a peer's Region, a changed witness, a peer in the cluster's own Region."""
    if not properties:
        return None
    witness, own = properties.get("witnessRegion"), get_region()
    peers = [arn for arn in properties.get("clusters") or [] if record is None or arn != record["arn"]]
    if not witness:
        message = "witnessRegion is required"
    elif witness in (own, *map(_region, peers)):
        message = f"witness Region {witness} must differ from the Regions of the clusters"
    elif own in map(_region, peers):
        message = f"a peer cluster must be in another Region than {own}"
    elif record is not None and _witness(record) not in ("", witness):
        message = f"witness Region cannot be changed from {_witness(record)} to {witness}"
    else:
        return None
    refusal: Response = dsql._validation(message, reason="fieldValidationFailed", field="multiRegionProperties")
    return refusal


def _conflict(record: Record, message: str) -> Response:
    answer: Response = dsql._error(
        "ConflictException", message, 409, resourceId=record["identifier"], resourceType="cluster"
    )
    return answer


def _response_of(record: Record) -> Response:
    answer: Response = dsql._lifecycle_response(record)
    return answer


def _ok(body: Record) -> Response:
    answer: Response = dsql.json_response(body)
    return answer
