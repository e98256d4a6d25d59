"""What a start wrote down, so that the next one, or `down`, finds and ends exactly that."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from localcloud import processes


@dataclass
class Recorded:
    """A process of the cloud: its id and creation time tell it from any later process with the same id."""

    pid: int
    created: float

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return processes.alive(self.pid, self.created)


@dataclass
class State:
    """One started cloud. Written before its first process starts, so that nothing can escape it."""

    instance: str
    layout: str
    scratch: str  # a directory outside the cloud's own: short enough for Unix sockets, reachable for PostgreSQL's user
    processes: dict[str, Recorded] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def record(self, name: str, pid: int) -> None:
        """Note a process that was just started."""
        self.processes[name] = Recorded(pid, processes.created(pid) or 0.0)

    def write(self, path: Path) -> None:
        """Replace the file at `path` in one step; readable by the owner only."""
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
            json.dump(dataclasses.asdict(self), file, indent=2)
        Path(file.name).replace(path)

    @classmethod
    def read(cls, path: Path) -> State | None:
        """The state at `path`; None if there is none, or none that can be read. Of a later version, what is known."""
        try:
            found = json.loads(path.read_text())
            fields = {field.name: found[field.name] for field in dataclasses.fields(cls) if field.name in found}
            fields["processes"] = {name: Recorded(**entry) for name, entry in fields["processes"].items()}
            return cls(**fields)
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def end(self) -> int:
        """End every process of this cloud and remove its scratch directory. Returns how many processes there were."""
        targets = [psutil.Process(entry.pid) for entry in self.processes.values() if entry.alive]
        ended = processes.end([*targets, *processes.marked(self.instance)])
        ended += processes.end(processes.marked(self.instance))  # started while the others were being ended
        shutil.rmtree(self.scratch, ignore_errors=True)
        return ended
