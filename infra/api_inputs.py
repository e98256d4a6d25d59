"""The input `api`: an HTTP API in each Region."""

from infra.checks import listed, whole
from infra.input import Input

_AUDIENCE = "coalesce(try(var.api.jwt.audience, []), [])"
_DOMAIN: list[tuple[str, str]] = [
    (
        "${try(var.api.domain, null) == null || can(regex("
        '"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\\\.)+[a-z]{2,63}$", var.api.domain.name))}',
        "`api.domain.name` must be a domain name in lower case, such as api.example.com, got "
        '"${try(coalesce(var.api.domain.name, "null"), "null")}".',
    ),
    (
        '${try(var.api.domain, null) == null || can(regex("^Z[A-Z0-9]{1,31}$", var.api.domain.zone_id))}',
        "`api.domain.zone_id` must be the id of a public hosted zone, such as Z0123456789ABCDEFGHIJ, got "
        '"${try(coalesce(var.api.domain.zone_id, "null"), "null")}".',
    ),
    (
        "${try(var.api.domain, null) == null || "
        'contains(["failover", "latency", "weighted"], try(var.api.domain.routing, ""))}',
        '`api.domain.routing` must be "latency", "failover" or "weighted", got '
        '"${try(var.api.domain.routing, "null")}".',
    ),
    (
        '${contains(["none", "primary", "secondary"], coalesce(try(var.api.domain.drained, null), "none"))}',
        '`api.domain.drained` must be "primary", "secondary" or null, got '
        '"${coalesce(try(var.api.domain.drained, null), "null")}".',
    ),
    (
        "${contains([10, 30], try(var.api.domain.health_check.interval, 10)) && "
        f"try({whole('var.api.domain.health_check.failure_threshold', 1, 10)}, true)}}",
        "`api.domain.health_check`: `interval` must be 10 or 30 seconds, `failure_threshold` 1 to 10, got "
        '${try(var.api.domain.health_check.interval, "null")} and '
        '${try(var.api.domain.health_check.failure_threshold, "null")}.',
    ),
    (
        f"${{try(alltrue([for weight in values(var.api.domain.weights) : {whole('weight', 0, 255)}]) && "
        "sum(values(var.api.domain.weights)) > 0, true)}",
        "`api.domain.weights` must be whole numbers, 0 to 255, and one of them more than 0; to take a Region out, use "
        "`drained`.",
    ),
]
API = Input(
    "object({ "
    'authorization = optional(string, "AWS_IAM"), '
    "cors = optional(object({ allow_credentials = optional(bool, false), "
    "allow_headers = optional(list(string), []), allow_methods = optional(list(string), []), "
    "allow_origins = list(string), expose_headers = optional(list(string), []), max_age = optional(number, 0) })), "
    "domain = optional(object({ drained = optional(string), "
    "health_check = optional(object({ failure_threshold = optional(number, 3), "
    "interval = optional(number, 10) }), {}), "
    'name = string, routing = optional(string, "latency"), '
    "weights = optional(object({ primary = optional(number, 50), secondary = optional(number, 50) }), {}), "
    "zone_id = string })), "
    "jwt = optional(object({ audience = list(string), issuer = string })), "
    "throttling = optional(object({ burst_limit = optional(number, 200), rate_limit = optional(number, 100) }), {}) })",
    "An HTTP API in each Region in front of the function `transactions`, with the routes of docs/openapi.json. Callers "
    'sign their requests ("AWS_IAM") or bring a token of `jwt` ("JWT"); "NONE" lets everyone in. `throttling` is for '
    "each Region, in requests and requests a second. `domain` puts both under one name in your hosted zone, answered "
    'with a healthy Region by "latency", "failover" (the primary first) or "weighted" routing; `drained` takes a '
    "Region out. Null makes no API.",
    default=None,
    nullable=True,
    checks=[
        (
            '${var.api == null || contains(["AWS_IAM", "JWT", "NONE"], try(var.api.authorization, ""))}',
            '`api.authorization` must be "AWS_IAM", "JWT" or "NONE", got "${try(var.api.authorization, "null")}".',
        ),
        (
            '${(try(var.api.authorization, "") == "JWT") == (try(var.api.jwt, null) != null)}',
            '`api.jwt` belongs to `api.authorization` = "JWT": give both, or neither; got authorization '
            '"${try(var.api.authorization, "null")}" ${try(var.api.jwt, null) == null ? "without" : "with"} `jwt`.',
        ),
        (
            "${try(var.api.jwt, null) == null || try(length(var.api.jwt.audience) > 0 && "
            'startswith(var.api.jwt.issuer, "https://"), false)}',
            "`api.jwt` needs an `issuer` that begins with https://, and at least one `audience`, got issuer "
            f'"${{try(coalesce(var.api.jwt.issuer, "null"), "null")}}", audience [{listed(_AUDIENCE)}].',
        ),
        (
            "${try(var.api.cors, null) == null || !(try(var.api.cors.allow_credentials, false) && "
            'try(contains(var.api.cors.allow_origins, "*"), false))}',
            '`api.cors`: a browser takes no `allow_credentials` from `allow_origins` = ["*"]; name the origins.',
        ),
        (
            "${var.api == null || try(var.api.throttling.rate_limit > 0 && var.api.throttling.burst_limit > 0 && "
            "floor(var.api.throttling.burst_limit) == var.api.throttling.burst_limit, false)}",
            "`api.throttling`: `rate_limit` (requests a second) and `burst_limit` (requests) must be more than 0, "
            "`burst_limit` a whole number.",
        ),
        *_DOMAIN,
    ],
)
