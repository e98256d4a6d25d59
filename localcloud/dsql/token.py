"""DSQL authentication tokens: presigned requests without their scheme, used as a password.

https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs

from ministack.core import iam_evaluator, sigv4

ADMIN = "admin"
_EMPTY_BODY = hashlib.sha256(b"").hexdigest()
_LONGEST_SECONDS = 604800
_CLOCK_SKEW = dt.timedelta(minutes=5)


class TokenRefusedError(Exception):
    """The token does not open this endpoint; the text says why."""


@dataclass(frozen=True)
class _Token:
    """The parts of a token."""

    host: str
    parameters: dict[str, str]
    access_key: str
    date: str
    scope: tuple[str, str, str]
    signed_at: dt.datetime
    lifetime: dt.timedelta


def action_for(user: str) -> str:
    """The IAM action that a database role's connection needs: `admin` has one of its own."""
    return "DbConnectAdmin" if user == ADMIN else "DbConnect"


def check(token: str, *, host: str, region: str, user: str, account: str) -> str:
    """Check a token in full and return the access key that signed it.

    Raises:
        TokenRefusedError: another host, Region or action, expired, not signed by a key of this cloud, or changed since.
    """
    parts = _parse(token)
    if parts.host != host:
        raise TokenRefusedError(f"token is for host {parts.host}, not {host}")
    if parts.parameters.get("Action") != action_for(user):
        raise TokenRefusedError(f"wrong user to action mapping: user {user}, action {parts.parameters.get('Action')}")
    if parts.scope != (region, "dsql", "aws4_request"):
        raise TokenRefusedError(f"token is for {'/'.join(parts.scope)}, not {region}/dsql/aws4_request")
    _check_time(parts)
    _check_signature(parts, account)
    return parts.access_key


def _parse(token: str) -> _Token:
    address, mark, query = token.partition("?")
    if not mark:
        raise TokenRefusedError("password is not an IAM token")
    parameters = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
    try:
        access_key, date, region, service, end = parameters["X-Amz-Credential"].split("/")
        signed_at = dt.datetime.strptime(parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        lifetime = dt.timedelta(seconds=int(parameters["X-Amz-Expires"]))
    except (KeyError, ValueError, OverflowError) as error:
        raise TokenRefusedError(f"malformed token: {error}") from error
    return _Token(address.removesuffix("/"), parameters, access_key, date, (region, service, end), signed_at, lifetime)


def _check_time(parts: _Token) -> None:
    now = dt.datetime.now(dt.UTC)
    if not 0 < parts.lifetime.total_seconds() <= _LONGEST_SECONDS:
        raise TokenRefusedError(f"token lifetime must be 1 to {_LONGEST_SECONDS} s")
    if now > parts.signed_at + parts.lifetime:
        raise TokenRefusedError("token expired")
    if parts.signed_at > now + _CLOCK_SKEW:
        raise TokenRefusedError("token not yet valid")
    if parts.date != parts.parameters["X-Amz-Date"][:8]:
        raise TokenRefusedError("token's scope and date differ")


def _check_signature(parts: _Token, account: str) -> None:
    session = parts.parameters.get("X-Amz-Security-Token")
    credential = iam_evaluator.resolve_credential(parts.access_key, account, session)
    if isinstance(credential, iam_evaluator.CredentialResolutionError):
        raise TokenRefusedError(credential.message)
    region, service, _ = parts.scope
    signed_headers = parts.parameters.get("X-Amz-SignedHeaders", "")
    if signed_headers != "host" or parts.parameters.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise TokenRefusedError("token must be signed with AWS4-HMAC-SHA256 over the header host")
    request = sigv4.build_canonical_request(
        "GET", "/", {"host": parts.host}, parts.parameters, signed_headers, payload_hash=_EMPTY_BODY
    )
    text = sigv4.build_string_to_sign(parts.parameters["X-Amz-Date"], parts.date, region, service, request)
    expected = sigv4.calculate_signature(credential.secret_access_key, parts.date, region, service, text)
    if not sigv4.signatures_match(expected, parts.parameters.get("X-Amz-Signature", "")):
        raise TokenRefusedError("signature does not match")
