"""State that survives a kill, in the layout "regional": MiniStack saves on an orderly shutdown only.

A changed state is written every second, and logs and metrics too when `Cloud` is about to kill or restart the Region:
an outage takes a Region's service away, not what AWS had acknowledged.
"""

from __future__ import annotations

import logging
import threading
import time

from ministack import app
from ministack.core import persistence

from localcloud.patches import Context, xray_rules
from localcloud.settings import GLOBAL

NEEDS = {
    "app": ("_build_persistence_save_dict", "_load_persisted_state"),
    "core.persistence": ("load_state", "save_state"),
}
_PERIOD_SECONDS = 1.0
# The bulk of the state under load, and nothing that an application stands on.
_TELEMETRY = {"cloudwatch", "cloudwatch_logs"}
_ATTEMPTS = 3  # a service's state may change while it is read

logger = logging.getLogger("localcloud.snapshots")
_fetched: set[str] = set()  # what this process gets from another one when it starts (see replication)
_changed = threading.Event()
_saving = threading.Lock()


def install(context: Context) -> None:
    """Save regularly. Does nothing in the layout "single", which always starts empty."""
    if not context.settings.regional:
        return
    logging.getLogger("persistence").setLevel(logging.WARNING)
    app._load_persisted_state = _with_xray(app._load_persisted_state)
    if context.settings.name != GLOBAL:
        _fetched.add("iam")
    context.peers.offer("snapshot", save)
    threading.Thread(target=_save_regularly, daemon=True).start()


def note_change() -> None:
    """A request may have changed the state."""
    _changed.set()


def save(*, telemetry: bool = True) -> None:
    """Write the state of every service that was used; logs and metrics only with `telemetry`."""
    services = {**app._build_persistence_save_dict(), "xray": xray_rules.get_state}
    with _saving:
        for name, get_state in services.items():
            if name in _fetched or (name in _TELEMETRY and not telemetry):
                continue
            for attempt in range(_ATTEMPTS):
                try:
                    state = get_state()
                except RuntimeError:
                    logger.debug("state of %s changed while it was read (attempt %d)", name, attempt + 1)
                    continue
                if state is not None:
                    persistence.save_state(name, state)
                break


def _save_regularly() -> None:
    while True:
        time.sleep(_PERIOD_SECONDS)
        if _changed.is_set():
            _changed.clear()
            save(telemetry=False)


def _with_xray(load: object) -> object:
    def load_persisted_state() -> None:
        load()  # type: ignore[operator]
        state = persistence.load_state("xray")
        if state:
            xray_rules.load_persisted_state(state)

    return load_persisted_state
