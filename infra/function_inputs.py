"""How the functions run: inputs for their code, size, network and logs."""

from infra.checks import listed, whole
from infra.input import Input

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = [
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
]
# Defaults of what `functions` sizes: memory in MB, timeout in seconds.
FUNCTION_SIZES = {
    "audit": {"memory_size": 256, "timeout": 30},
    "consumer": {"memory_size": 512, "timeout": 30},
    "migrate": {"memory_size": 512, "timeout": 300},
    "notify": {"memory_size": 256, "timeout": 30},
    "relay": {"memory_size": 512, "timeout": 60},
    "review": {"memory_size": 256, "timeout": 30},
    "transactions": {"memory_size": 512, "timeout": 30},
}


def _ids(field: str, prefix: str) -> tuple[str, str]:
    """A check of the ids of a network: AWS's have 8 or 17 hexadecimal digits."""
    given = f"try(concat(var.vpc.primary.{field}, var.vpc.secondary.{field}), [])"
    return (
        f'${{alltrue([for id in {given} : can(regex("^{prefix}-[0-9a-f]+$", id))])}}',
        f"`vpc`: each of `{field}` must be {prefix}-<hexadecimal digits>, got {listed(given)}.",
    )


def _of_one_region(field: str) -> tuple[str, str]:
    """A check that no id of a network is given for both Regions."""
    both = f"try(setintersection(var.vpc.primary.{field}, var.vpc.secondary.{field}), [])"
    return (
        f"${{length({both}) == 0}}",
        f"`vpc`: a VPC is in one Region, so `primary` and `secondary` have `{field}` of their own; in both: "
        f'${{join(", ", {both})}}.',
    )


INPUTS = {
    "functions": Input(
        "object({ "
        + ", ".join(
            f"{name} = optional(object({{ memory_size = optional(number, {defaults['memory_size']}), "
            "reserved_concurrent_executions = optional(number, -1), "
            f"timeout = optional(number, {defaults['timeout']}) }}), {{}})"
            for name, defaults in FUNCTION_SIZES.items()
        )
        + " })",
        "Memory in MB, timeout in seconds and reserved concurrency of single functions; -1 reserves none. A reserved "
        "concurrency also caps the function's connections to the cluster.",
        default={},
        checks=[
            (
                f"${{alltrue([for settings in values(var.functions) : {whole('settings.memory_size', 128, 10240)}])}}",
                "`functions`: `memory_size` must be 128 to 10240 MB, a whole number.",
            ),
            (
                f"${{alltrue([for settings in values(var.functions) : {whole('settings.timeout', 1, 900)}])}}",
                "`functions`: `timeout` must be 1 to 900 seconds, a whole number.",
            ),
            (
                "${alltrue([for settings in values(var.functions) : settings.reserved_concurrent_executions >= -1 && "
                "floor(settings.reserved_concurrent_executions) == settings.reserved_concurrent_executions])}",
                "`functions`: `reserved_concurrent_executions` must be -1 (none reserved), 0 (switched off) or more.",
            ),
        ],
    ),
    "lambda_package": Input(
        'object({ architecture = optional(string, "arm64"), filename = optional(string), '
        "primary_object = optional(object({ bucket = string, key = string, version = optional(string) })), "
        'runtime = optional(string, "python3.13"), '
        "secondary_object = optional(object({ bucket = string, key = string, version = optional(string) })), "
        "source_code_hash = optional(string) })",
        "The functions' code, a zip file (`filename`) or an S3 object in each Region, and the Lambda runtime and "
        "architecture that it was built for. A changed file, version or `source_code_hash` updates all functions and "
        "runs the schema migrations again.",
        checks=[
            (
                "${(var.lambda_package.filename != null) != (var.lambda_package.primary_object != null && "
                "var.lambda_package.secondary_object != null)}",
                "`lambda_package` must give either `filename`, or both `primary_object` and `secondary_object` with "
                "`bucket` and `key`: Lambda reads a package only from a bucket in its own Region.",
            ),
            (
                "${var.lambda_package.filename == null || try(fileexists(var.lambda_package.filename), false)}",
                '`lambda_package.filename` does not exist: ${coalesce(var.lambda_package.filename, "null")}. Run '
                "`make package`, or give the path of a package that was built before.",
            ),
            (
                '${contains(["python3.11", "python3.12", "python3.13", "python3.14"], var.lambda_package.runtime)}',
                "`lambda_package.runtime` must be python3.11, python3.12, python3.13 or python3.14, got "
                '"${var.lambda_package.runtime}".',
            ),
            (
                '${contains(["arm64", "x86_64"], var.lambda_package.architecture)}',
                '`lambda_package.architecture` must be arm64 or x86_64, got "${var.lambda_package.architecture}".',
            ),
        ],
    ),
    "log_level": Input(
        "string",
        "Least severe level that the functions log. DEBUG multiplies the log volume and its cost.",
        default="INFO",
        checks=[
            (
                '${contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)}',
                '`log_level` must be DEBUG, INFO, WARNING or ERROR, got "${var.log_level}".',
            )
        ],
    ),
    "log_retention_days": Input(
        "number",
        "Days that the functions' log groups keep an entry. Lowering it drops older entries at the next apply.",
        default=30,
        checks=[
            (
                f"${{contains({LOG_RETENTION_DAYS}, var.log_retention_days)}}",
                f"`log_retention_days` must be one of {', '.join(map(str, LOG_RETENTION_DAYS))}, got "
                "${var.log_retention_days}.",
            )
        ],
    ),
    "vpc": Input(
        "object({ primary = object({ security_group_ids = list(string), subnet_ids = list(string) }), "
        "private_endpoint = optional(bool, true), "
        "secondary = object({ security_group_ids = list(string), subnet_ids = list(string) }) })",
        "Subnets and security groups that the functions run in. With `private_endpoint` they connect to the cluster "
        "through the interface endpoint that you create for the output `vpc_endpoint_service_names`; take the subnets "
        "from that endpoint, so that the functions wait for it. Null runs them outside of a VPC.",
        default=None,
        nullable=True,
        checks=[
            (
                "${var.vpc == null || alltrue([for side in [try(var.vpc.primary, null), try(var.vpc.secondary, null)] "
                ": try(length(side.subnet_ids) > 0 && length(side.security_group_ids) > 0, false)])}",
                "`vpc` needs at least one of `subnet_ids` and of `security_group_ids` in `primary` and in `secondary`.",
            ),
            *(_ids(field, prefix) for field, prefix in (("security_group_ids", "sg"), ("subnet_ids", "subnet"))),
            *(_of_one_region(field) for field in ("security_group_ids", "subnet_ids")),
        ],
    ),
}
