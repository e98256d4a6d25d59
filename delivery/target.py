"""Which account a delivery goes to: AWS, or the embedded cloud at AWS_ENDPOINT_URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, InvalidRegionError
from botocore.exceptions import ConnectionError as NoAnswerError

from delivery.errors import RefusedError
from ops.aws import Aws, MalformedEndpointError, is_loopback

EMBEDDED_WORKSPACE = "localcloud"


@dataclass(frozen=True)
class Target:
    """Where changes go.

    Args:
        account: account number.
        endpoint: AWS_ENDPOINT_URL, or None for AWS itself.
        embedded: whether the endpoint is on this machine.
    """

    account: str
    endpoint: str | None
    embedded: bool

    def __str__(self) -> str:
        if self.embedded:
            return f"the embedded cloud at {self.endpoint} (account {self.account})"
        return f"AWS account {self.account}" + (f" through {self.endpoint}" if self.endpoint else "")


def is_embedded(environment: Mapping[str, str]) -> bool:
    """Whether an environment points to a cloud on this machine.

    Args:
        environment: looked at for AWS_ENDPOINT_URL.
    """
    return is_loopback(environment.get("AWS_ENDPOINT_URL"))


def target_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with a workspace that keeps the states of AWS and of the embedded cloud apart.

    Args:
        environment: the user's environment.

    Raises:
        RefusedError: the workspace of the embedded cloud, but no endpoint on this machine.
    """
    if is_embedded(environment):
        return {"TF_WORKSPACE": EMBEDDED_WORKSPACE, **environment}
    if environment.get("TF_WORKSPACE") == EMBEDDED_WORKSPACE:
        raise RefusedError(
            f"TF_WORKSPACE is {EMBEDDED_WORKSPACE!r}, the state of the embedded cloud, but AWS_ENDPOINT_URL is "
            f"{environment.get('AWS_ENDPOINT_URL')!r}; unset TF_WORKSPACE for AWS, or for the embedded cloud run "
            '`make up` and `eval "$(make -s env)"`'
        )
    return dict(environment)


def identify(environment: Mapping[str, str], region: str) -> Target:
    """Ask the target who we are there.

    Args:
        environment: the user's environment.
        region: Region whose STS is asked.

    Raises:
        RefusedError: no credentials, refused ones, or nobody answers.
    """
    endpoint = environment.get("AWS_ENDPOINT_URL") or None
    try:
        account = Aws(environment).account(region)
    except (BotoCoreError, ClientError) as error:
        where = endpoint or "AWS"
        raise RefusedError(f"{where} does not say who we are: {error}{_cure(error, endpoint, region)}") from error
    return Target(account, endpoint, is_embedded(environment))


def _cure(error: Exception, endpoint: str | None, region: str) -> str:
    if isinstance(error, MalformedEndpointError):  # it has its own
        return ""
    if endpoint:
        return "; is it up? (`make up`)"
    if isinstance(error, NoAnswerError | HTTPClientError | InvalidRegionError):
        return f"; is {region!r} a Region (TF_VAR_primary_region, AWS_REGION), and does this machine reach AWS?"
    return "; set AWS_PROFILE or credentials; for a trial without AWS, `make demo`"
