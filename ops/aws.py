"""boto3 clients for the account that an environment points to."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

_CREDENTIALS = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}
# What this process's environment or configuration asks of AWS's own endpoints, a cloud on this machine cannot give.
_NO_DETOUR: dict[str, Any] = {"proxies": {}, "use_dualstack_endpoint": False, "use_fips_endpoint": False}


def is_loopback(endpoint: str | None) -> bool:
    """Whether an endpoint is on this machine.

    Args:
        endpoint: a URL, or None for AWS's own.
    """
    try:
        host = urlsplit(endpoint or "").hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class MalformedEndpointError(BotoCoreError):
    """AWS_ENDPOINT_URL is no URL; boto3 would raise a bare ValueError, much later."""

    fmt = "AWS_ENDPOINT_URL must be a URL such as http://127.0.0.1:4566, got {given!r}; correct it, or unset it for AWS"


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an address that is none
        return False


class Aws:
    """One account on AWS or on the embedded cloud.

    Args:
        environment: where to look for AWS_ENDPOINT_URL, credentials and the profile; what it leaves open, boto3 finds
            in its usual places.
        read_seconds: how long to wait for an answer.
        attempts: how often a call is made; 1 for who measures, or does the repeating.

    Raises:
        MalformedEndpointError: AWS_ENDPOINT_URL is no URL.
        botocore.exceptions.ProfileNotFound: AWS_PROFILE names none.
    """

    def __init__(self, environment: Mapping[str, str], *, read_seconds: float = 60.0, attempts: int = 3) -> None:
        given = {option: environment[name] for option, name in _CREDENTIALS.items() if environment.get(name)}
        self.endpoint = environment.get("AWS_ENDPOINT_URL") or None
        if self.endpoint is not None and not _is_url(self.endpoint):
            raise MalformedEndpointError(given=self.endpoint)
        # The profile is that of `environment`; botocore would take that of this process.
        profile = {"profile": (None, None, environment.get("AWS_PROFILE") or None, None)}
        self._session = boto3.Session(**given, botocore_session=botocore.session.Session(profile))
        # No retry of a Lambda call that took long: it would write twice and time wrongly.
        self._config = Config(
            connect_timeout=5,
            read_timeout=read_seconds,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=50,
            **(_NO_DETOUR if is_loopback(self.endpoint) else {}),
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str) -> Any:
        """A client, made once per service and Region.

        Args:
            service: boto3's name of the service, for example `dsql`.
            region: AWS Region.
        """
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = self._session.client(
                service,  # type: ignore[call-overload]
                region_name=region,
                endpoint_url=self.endpoint,
                config=self._config,
            )
        return self._clients[key]

    def account(self, region: str) -> str:
        """Number of the account that the credentials belong to.

        Args:
            region: Region whose STS is asked.

        Raises:
            botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: no credentials, or not accepted.
        """
        return str(self.client("sts", region).get_caller_identity()["Account"])

    def signed(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, service: str, region: str
    ) -> dict[str, str]:
        """Sign a request that no client of boto3 sends (SigV4).

        Args:
            method: HTTP method.
            url: with its host name.
            body: what is sent.
            headers: what is sent.
            service: name of the service in the signature, such as `execute-api`.
            region: AWS Region; another one refuses the signature.

        Returns:
            The headers, with those of the signature.

        Raises:
            ValueError: there are no credentials.
        """
        credentials = self._session.get_credentials()
        if credentials is None:
            raise ValueError("no AWS credentials to sign a request with; set AWS_PROFILE, or log in")
        request = AWSRequest(method, url, dict(headers), body)
        SigV4Auth(credentials, service, region).add_auth(request)
        return dict(request.headers.items())
