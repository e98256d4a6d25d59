"""What AWS shares between Regions, in the layout with a process for each: IAM, sessions, and keys with replicas.

MiniStack keeps all Regions in one process's memory. In the layout "single" these calls reach that memory, and nothing
is sent.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import persistence
from ministack.core.responses import request_scope
from ministack.services import iam, kms, sts

from localcloud.patches import Context
from localcloud.peers import Peers, PeerUnreachableError
from localcloud.settings import ACCOUNT, GLOBAL

Record = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "services.iam": ("get_state", "handle_request", "load_persisted_state"),
    "services.kms": ("_keys", "_replicate_key"),
    "services.sts": ("_sessions", "register_session"),
    "core.persistence": ("_json_default", "_json_object_hook"),
}

_newest = [0]


def install(context: Context) -> None:
    """Send changes to the other processes, and take theirs. Does nothing in the layout "single"."""
    if not context.settings.regional:
        return
    peers = context.peers
    peers.offer("iam.load", _load_iam)
    peers.offer("iam.state", _iam_state)
    peers.offer("sts.register", _register_session)
    peers.offer("sts.sessions", lambda: sts._sessions)
    peers.offer("kms.receive", _receive_key)
    _share_sessions(peers)
    _share_keys(peers)
    if context.settings.name == GLOBAL:
        iam.handle_request = _sharing_changes(iam.handle_request, peers)
    else:
        catch_up(peers)


def catch_up(peers: Peers) -> None:
    """Fetch what changed while this process was down."""
    try:
        _load_iam(peers.call(GLOBAL, "iam.state"))
        sts._sessions.update(peers.call(GLOBAL, "sts.sessions"))
    except PeerUnreachableError:
        return  # the first start: there is nothing yet


def _sharing_changes(handle: Callable[..., Awaitable[Response]], peers: Peers) -> Callable[..., Awaitable[Response]]:
    last, changes, one_by_one = [_iam_state()], itertools.count(1), asyncio.Lock()

    async def handle_request(*request: Any) -> Response:
        answer = await handle(*request)
        # Terraform changes many roles at once: the state that arrives last must be the newest.
        async with one_by_one:
            state = _iam_state()
            if state != last[0]:
                last[0] = state
                await asyncio.to_thread(peers.tell_others, "iam.load", state=state, number=next(changes))
        return answer

    return handle_request


def _iam_state() -> str:
    return json.dumps(iam.get_state(), default=persistence._json_default)


def _load_iam(state: str, number: int = 0) -> None:
    """Replace this process's copy, store by store, so that no check meets an empty one.

    A Region that was frozen gets what was sent meanwhile all at once, in any order: the older ones are left out.
    """
    if 0 < number < _newest[0]:
        return
    _newest[0] = number
    loaded = json.loads(state, object_hook=persistence._json_object_hook)
    for name, store in loaded.items():
        kept: Any = getattr(iam, f"_{name}", None)
        if hasattr(kept, "_data") and hasattr(store, "_data"):
            kept._data = store._data


def _share_sessions(peers: Peers) -> None:
    register = sts.register_session

    def register_session(access_key: str, session: Record) -> None:
        known = sts._sessions.get(access_key)
        register(access_key, session)
        if known is None:  # in the background: a stopped Region must not delay this one
            arguments = {"access_key": access_key, "session": session}
            threading.Thread(target=peers.tell_others, args=["sts.register"], kwargs=arguments, daemon=True).start()

    sts.register_session = register_session


def _register_session(access_key: str, session: Record) -> None:
    sts._sessions[access_key] = session


def _share_keys(peers: Peers) -> None:
    replicate = kms._replicate_key

    def replicate_key(data: Record) -> Response:
        answer: Response = replicate(data)
        if answer[0] == 200:
            region, key = data["ReplicaRegion"], json.loads(answer[2])["ReplicaKeyMetadata"]["KeyId"]
            with request_scope(ACCOUNT, region):
                record = json.loads(json.dumps(kms._keys[key], default=persistence._json_default))
            peers.call(region, "kms.receive", region=region, key=key, record=record)
        return answer

    kms._replicate_key = replicate_key


def _receive_key(region: str, key: str, record: Record) -> None:
    decoded = json.loads(json.dumps(record), object_hook=persistence._json_object_hook)
    with request_scope(ACCOUNT, region):
        kms._keys[key] = decoded
