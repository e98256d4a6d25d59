"""AWS clients, made when they are first needed: importing boto3 costs more than everything else of a cold start."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def client(service: str, *, connect_seconds: float = 2, read_seconds: float = 5) -> Any:
    """A boto3 client for this Region, made once. It gives up soon: callers answer others, or are run again.

    Args:
        service: boto3's name of the service, for example `events`.
        connect_seconds: for each of two attempts to reach it.
        read_seconds: for each answer.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
