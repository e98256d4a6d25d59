"""What a process of the cloud needs to know, written by `Cloud` to a file that only the owner can read."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.ports import HOST

ACCOUNT = (
    "000000000000"  # no real account has this number, so no ARN of the embedded cloud can be mistaken for a real one
)
GLOBAL = "global"  # the name of the process that serves IAM, STS and Route 53 in the layout "regional"
WORKSPACE = "localcloud"  # Terraform's: states of the embedded cloud and of AWS never mix


@dataclass(frozen=True)
class Settings:
    """One process's view of the cloud. Paths are strings, because the file is JSON."""

    name: str  # "cloud" (all Regions), a Region, or GLOBAL
    directory: str
    scratch: str  # short path for sockets and data of PostgreSQL
    instance: str  # mark of this start; also the secret of calls between the cloud's processes
    access_key: str
    secret_key: str
    endpoint: str  # what clients use: http://127.0.0.1:<port>
    dsql_port: int
    ca_certificate: str
    ca_key: str
    gateway_fd: int
    dsql_fd: int | None = None
    dns_port: int = 0  # where clients ask for names
    dns_fd: int | None = None  # of the process that serves Route 53
    peers: dict[str, str] = field(default_factory=dict)  # process name -> URL; empty in the layout "single"
    dsql_ports: dict[str, int] = field(default_factory=dict)  # Region -> its own DSQL port, for the router
    databases_url: str = ""  # who starts PostgreSQL; empty: this process itself
    interpreters: dict[str, str] = field(default_factory=dict)  # "3.13" -> path of a Python
    retry_base_seconds: float = 0.5
    dies_with_parent: bool = False

    @property
    def regional(self) -> bool:
        """Whether other processes serve the other Regions."""
        return bool(self.peers)

    @property
    def state_directory(self) -> Path:
        """Where this process keeps what survives its restart."""
        return Path(self.directory) / "state" / self.name

    def write(self, path: Path) -> None:
        """Write to `path`, readable by the owner only: it holds a secret key."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Settings:
        """Read what `write` wrote."""
        return cls(**json.loads(path.read_text()))


def client_environment(settings: Settings, region: str) -> dict[str, str]:
    """The environment of the cloud's clients; `region` is their default Region."""
    return {
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "LOCALCLOUD_DNS": f"{HOST}:{settings.dns_port}",
        "PGHOSTADDR": HOST,
        "PGPORT": str(settings.dsql_port),
        "PGSSLROOTCERT": settings.ca_certificate,
        "PGSSLMODE": "verify-full",
        "PGDATABASE": "postgres",
        "TF_WORKSPACE": WORKSPACE,
    }
