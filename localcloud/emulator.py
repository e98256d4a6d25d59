"""A process of the cloud that serves the AWS API: MiniStack with the patches, and the DSQL endpoint beside it.

Started by `Cloud` with the path of its settings; not meant to be started by hand.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from pathlib import Path
from typing import Any

from localcloud import processes
from localcloud.settings import ACCOUNT, GLOBAL, Settings


def environment(settings: Settings) -> dict[str, str]:
    """MiniStack's configuration. It reads most of it when it is imported, and Lambda functions inherit all of it."""
    scratch = Path(settings.directory) / "scratch" / settings.name
    values = {
        processes.MARK: settings.instance,
        "AUTH": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": settings.endpoint,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": settings.endpoint.rpartition(":")[2],
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(settings.retry_base_seconds),
        "LOG_LEVEL": "INFO",
        # Packages of megabytes pass through: give their memory back at once (glibc; ignored elsewhere).
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_AUTOCREATE_AWS_MANAGED": "1",
        "PERSIST_STATE": "1" if settings.regional else "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "S3_DATA_DIR": str((settings.state_directory if settings.regional else scratch) / "s3"),
        "S3_PERSIST": "1" if settings.regional else "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(settings.state_directory),
        "TMPDIR": str(scratch),
    }
    if settings.name not in ("cloud", GLOBAL):
        values["MINISTACK_REGION"] = settings.name
    return processes.clean_environment(values)


def main(path: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = Settings.read(Path(path))
    Path(os.environ["TMPDIR"]).mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from localcloud.gateway import Gateway

    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    gateway = Gateway(settings)
    config = Config()
    config.bind = [f"fd://{settings.gateway_fd}"]
    config.keep_alive_timeout = 75
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    serving: list[asyncio.Task[Any]] = [
        asyncio.create_task(serve(gateway.app, config, shutdown_trigger=stopping.wait)),  # type: ignore[arg-type]
        asyncio.create_task(stopping.wait()),
    ]
    if settings.dsql_fd is not None:
        serving.append(asyncio.create_task(gateway.serve_dsql(socket.socket(fileno=settings.dsql_fd))))
    if settings.dns_fd is not None:
        serving.append(asyncio.create_task(gateway.resolver.serve(socket.socket(fileno=settings.dns_fd))))
    done, _ = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    gateway.close()
    for task in done:
        task.result()  # raises what ended it, if anything did
    # Leave here: an orderly shutdown of MiniStack imports services that were never used, and takes seconds.
    logging.shutdown()
    os._exit(0)
