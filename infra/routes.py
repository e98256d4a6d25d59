"""The HTTP API's routes, as docs/openapi.json has them; tests/house compares them with the code that answers them."""

import json
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "openapi.json"
# What the health checks ask. Route 53 cannot sign a request, so with a domain this route is open:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
HEALTH_CHECKED = "GET /health/deep"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")  # of a path item, OpenAPI 3.1


def routes() -> list[str]:
    """Route keys of the document's operations, such as `GET /transactions/{id}`, sorted."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    return sorted(f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in _METHODS)
