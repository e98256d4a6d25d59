"""API Gateway: a custom domain that both Regions have is served by the Region that Route 53 answers with.

MiniStack takes the domain of any Region. On AWS the client's connection has come to a Region by its address.
"""

from __future__ import annotations

from collections.abc import Callable

from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1

from localcloud.patches import Context
from localcloud.peers import PeerUnreachableError
from localcloud.settings import GLOBAL

Scope = tuple[str, str, str] | None
Find = Callable[[str], Scope]

NEEDS = {"services.apigateway_v1": ("find_domain_scope", "_domain_names")}


def install(context: Context) -> None:
    """Ask for the Region where there is a choice; the Regions' own processes have none."""
    apigateway_v1.find_domain_scope = _asking(apigateway_v1.find_domain_scope, context)


def _asking(find: Find, context: Context) -> Find:
    def find_domain_scope(domain_name: str) -> Scope:
        wanted = domain_name.lower()
        account = get_account_id()
        scopes = [
            scope
            for scope, _ in apigateway_v1._domain_names.all_items()
            if scope[0] == account and scope[2].lower() == wanted
        ]
        if len(scopes) < 2:
            return find(domain_name)
        try:
            region = context.peers.call(GLOBAL, "names.region", host=wanted)
        except PeerUnreachableError:
            return find(domain_name)
        return next((scope for scope in scopes if scope[1] == region), None) or find(domain_name)

    return find_domain_scope
