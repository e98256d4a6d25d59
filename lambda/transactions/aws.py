"""AWS clients, made when they are first needed: importing boto3 costs more than everything else of a cold start."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def client(service: str) -> Any:
    """A boto3 client for this Region, made once. It gives up soon: callers answer others, or are run again.

    Args:
        service: boto3's name of the service, for example `events`.
    """
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client(service, config=config)  # type: ignore[call-overload]
