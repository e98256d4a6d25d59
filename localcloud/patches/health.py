"""Applications may have a path /health: MiniStack answers it itself, on every host name."""

from __future__ import annotations

from ministack import app

from localcloud.patches import Context

NEEDS = {"app": ("_HEALTH_PATHS",)}


def install(_: Context) -> None:
    """Keep MiniStack's own paths only."""
    app._HEALTH_PATHS = ("/_ministack/health", "/_localstack/health")
