"""`docs/performance.md`: each measurement rewrites its own section, with the machine and the moment."""

from __future__ import annotations

import datetime
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def write(document: Path, section: str, command: str, body: str, load: float) -> None:
    """Put a section into the document, in place of an earlier one of the same name.

    Args:
        document: the Markdown file; made if it is not there.
        section: its heading.
        command: what a reader runs to measure again.
        body: tables and text.
        load: load average of the last minute, as it was before the measurement.
    """
    text = document.read_text(encoding="utf-8") if document.exists() else "# Performance\n"
    when = datetime.datetime.now(datetime.UTC).date()
    new = f"## {section}\n\n{body.strip()}\n\n`{command}`, {when}, {machine()}; load {load:.1f} before.\n"
    earlier = re.compile(rf"^## {re.escape(section)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = earlier.sub(lambda _: new + "\n", text) if earlier.search(text) else f"{text.rstrip()}\n\n{new}"
    document.write_text(text.rstrip() + "\n", encoding="utf-8")


def machine() -> str:
    """One line on processor, cores, memory, system and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def load() -> float:
    """Load average of the last minute."""
    return os.getloadavg()[0]


def bindings() -> str:
    """Versions of what the synthesis runs on."""
    return f"cdktf {version('cdktf')}, bindings {version('cdktf-cdktf-provider-aws')}, jsii {version('jsii')}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    return found[1].strip() if found else platform.processor() or "unknown"
