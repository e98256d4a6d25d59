"""The environment of Lambda functions: what libpq needs to find the DSQL endpoint under its AWS name, and logging.

A function connects to `<cluster>.dsql.<region>.on.aws:5432`, as on AWS. libpq keeps that name for SNI and for the
check of the certificate, and takes address, port and certificate authority from these variables. They are given to
functions only: in this process's own environment they would misdirect its own connections.
"""

from __future__ import annotations

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from localcloud.patches import Context
from localcloud.ports import HOST

NEEDS = {"core.lambda_runtime": ("execution_credentials",), "services.lambda_svc": ("execution_credentials",)}


def install(context: Context) -> None:
    """Add the variables to every function's credentials, which MiniStack puts into its environment last."""
    credentials = lambda_runtime.execution_credentials
    settings = context.settings
    database = {
        "PGHOSTADDR": HOST,
        "PGPORT": str(settings.dsql_port),
        "PGSSLROOTCERT": settings.ca_certificate,
    }

    def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
        return {**credentials(config), **database, **_logging(config.get("LoggingConfig") or {})}

    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials


def _logging(config: dict[str, str]) -> dict[str, str]:
    """What AWS sets for a function with advanced logging controls."""
    names = {"LogGroup": "AWS_LAMBDA_LOG_GROUP_NAME", "LogFormat": "AWS_LAMBDA_LOG_FORMAT"}
    names["ApplicationLogLevel"] = "AWS_LAMBDA_LOG_LEVEL"
    return {variable: config[name] for name, variable in names.items() if config.get(name)}
