"""DSQL's password: a presigned request, made by the standard library alone.

botocore makes the same (a test compares them), but importing it costs more than the rest of a cold start.
https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import quote

ADMIN = "admin"
LIFETIME_SECONDS = 60  # looked at when a connection is opened, not later
_ALGORITHM = "AWS4-HMAC-SHA256"
_EMPTY_BODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Credentials:
    """Credentials of the function's role, as Lambda puts them into the environment.

    Args:
        access_key: AWS_ACCESS_KEY_ID.
        secret_key: AWS_SECRET_ACCESS_KEY.
        session_token: AWS_SESSION_TOKEN; None for keys without a session.
    """

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def generate(host: str, role: str, region: str, credentials: Credentials, now: dt.datetime) -> str:
    """A token that opens a connection to a cluster.

    Args:
        host: the cluster's endpoint.
        role: the PostgreSQL role; `admin` needs the action DbConnectAdmin, any other DbConnect.
        region: the cluster's Region.
        credentials: who connects.
        now: the time of signing, UTC.

    Returns:
        The password, valid for LIFETIME_SECONDS.
    """
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/dsql/aws4_request"
    parameters = {
        "Action": "DbConnectAdmin" if role == ADMIN else "DbConnect",
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(LIFETIME_SECONDS),
        "X-Amz-SignedHeaders": "host",
    }
    if credentials.session_token:
        parameters["X-Amz-Security-Token"] = credentials.session_token
    pairs = [f"{name}={quote(value, safe='')}" for name, value in parameters.items()]
    request = f"GET\n/\n{'&'.join(sorted(pairs))}\nhost:{host}\n\nhost\n{_EMPTY_BODY}"
    text = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return f"{host}/?{'&'.join(pairs)}&X-Amz-Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"
