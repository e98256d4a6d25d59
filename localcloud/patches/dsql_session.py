"""SQL sessions: MiniStack's proxy takes any password, runs everybody as superuser and knows no OC000."""

from __future__ import annotations

from localcloud.dsql import session
from localcloud.patches import Context

NEEDS = {
    "core.pgproxy": (
        "DsqlError",
        "TxnState.note_backend_status",
        "_PROTOCOL_3",
        "_backend_relay",
        "_connect_backend",
        "_error_payload_fields",
        "_error_response",
        "_frame",
        "_handle_client",
        "_parse_startup_params",
        "_plan_statement",
        "_read_frame",
        "_read_startup",
        "fold_identifier",
    ),
    "core.iam_evaluator": (
        "AuthError",
        "CredentialResolutionError",
        "EvalContext",
        "_role_name_from_assumed_arn",
        "evaluate",
        "resolve_credential",
        "resolve_principal",
    ),
    "core.sigv4": ("build_canonical_request", "build_string_to_sign", "calculate_signature", "signatures_match"),
}


def install(_: Context) -> None:
    """Replace the proxy's backend connection, relay and planner."""
    session.install()
