"""The Lambda package: the same bytes each time, only what is needed at run time, and it works."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from delivery import package as module
from delivery.errors import DeliveryError, RefusedError
from delivery.package import Package, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package for this machine. Wheels are downloaded once per session."""
    package = Package.for_this_machine(tmp_path_factory.mktemp("package"))
    build(package.filename, python=package.runtime.removeprefix("python"), architecture=package.architecture)
    return package


@pytest.fixture
def folder_with_wheels(built: Package, tmp_path: Path) -> Path:
    """Another folder, which has the wheels already."""
    shutil.copytree(built.filename.parent / "wheels", tmp_path / "wheels")
    return tmp_path


def rebuild(built: Package, destination: Path) -> Path:
    return build(destination, python=built.runtime.removeprefix("python"), architecture=built.architecture)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_builds_in_different_folders_have_the_same_bytes(built, folder_with_wheels):
    assert digest(rebuild(built, folder_with_wheels / "other-name.zip")) == digest(built.filename)


def test_zip_has_the_functions_and_what_they_need(built):
    found = set(names(built.filename))
    assert {"api.py", "relay.py", "consumer.py", "migrate.py", "transactions/amazon-roots.pem"} <= found
    assert {"migrations/0001_transactions.sql", "psycopg/__init__.py", "psycopg_binary/__init__.py"} <= found
    assert any(name.startswith("psycopg_binary.libs/libpq") for name in found)
    assert any("LICENSE" in name for name in found)


def test_zip_has_nothing_that_is_not_needed(built):
    surplus = (".pyi", "RECORD", "tests/", "requirements", "boto3", "botocore")
    assert [name for name in names(built.filename) if any(part in name for part in surplus)] == []
    assert built.filename.stat().st_size <= 12_000_000


def test_every_module_has_byte_code_that_no_time_makes_stale(built):
    with zipfile.ZipFile(built.filename) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    tag = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    for name in [name for name in content if name.endswith(".py")]:
        folder, _, module = name.rpartition("/")
        code = content[f"{folder}/__pycache__/{module[:-3]}.{tag}.pyc".lstrip("/")]
        # PEP 552: hash-based, and the hash is not checked.
        assert (code[:4], code[4:8]) == (importlib.util.MAGIC_NUMBER, b"\x01\0\0\0"), name
    assert b"/var/task/api.py" in content[f"__pycache__/api.{tag}.pyc"]


def test_members_are_sorted_and_carry_no_time_and_no_owner(built):
    with zipfile.ZipFile(built.filename) as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    assert {(member.date_time, member.create_system, member.external_attr) for member in members} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16)
    }


def test_every_function_can_be_imported_from_the_unpacked_zip_alone(built, tmp_path):
    with zipfile.ZipFile(built.filename) as archive:
        archive.extractall(tmp_path)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import api, relay, consumer, migrate, psycopg, transactions.connection as d\n"
        "assert 'cryptography' not in sys.modules, 'it is for those alone who have sensitive fields'\n"
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n"
        "AESGCM(bytes(32)).encrypt(bytes(12), b'text', b'')\n"
        "assert psycopg.pq.__impl__ == 'binary', psycopg.pq.__impl__\n"
        "assert d.AMAZON_ROOTS.exists()\n"
        "assert 'boto3' not in sys.modules and 'botocore' not in sys.modules\n"
        "print(psycopg.__version__, len(migrate.schema.load()))\n"
    )
    # -I and -S: neither this folder nor this environment's packages can help.
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3.")


def test_nothing_is_done_when_nothing_changed(built, monkeypatch):
    monkeypatch.setattr(module, "_write", None)
    assert rebuild(built, built.filename) == built.filename


def test_changed_source_is_built_anew(built, folder_with_wheels, monkeypatch):
    destination = rebuild(built, folder_with_wheels / "package.zip")
    source = folder_with_wheels / "lambda"
    shutil.copytree(module.SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "api.py").write_text("changed = True\n")
    monkeypatch.setattr(module, "SOURCE", source)
    rebuild(built, destination)
    with zipfile.ZipFile(destination) as archive:
        assert archive.read("api.py") == b"changed = True\n"


def test_damaged_zip_is_built_anew(built, folder_with_wheels):
    destination = folder_with_wheels / "package.zip"
    destination.write_text("damaged")
    assert digest(rebuild(built, destination)) == digest(built.filename)


@pytest.mark.parametrize("python", ["3.10", "3.15", "3", "three"])
def test_unsupported_python_is_refused(tmp_path, python):
    with pytest.raises(
        RefusedError, match=r"Python must be one of 3\.11, 3\.12, 3\.13, 3\.14, as Lambda has them; got"
    ):
        build(tmp_path / "package.zip", python=python)


def test_unsupported_architecture_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="architecture must be arm64 or x86_64, got 'mips'"):
        build(tmp_path / "package.zip", architecture="mips")


def test_pair_that_lambda_cannot_run_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_this_architecture", lambda: "x86_64")
    with pytest.raises(RefusedError, match=r"glibc 2\.26.*choose Python 3\.12 or later, or x86_64"):
        build(tmp_path / "package.zip", python="3.11", architecture="arm64")


def test_wheels_for_amazon_linux_2_need_no_newer_glibc():
    assert module._platforms("3.11", "x86_64") == ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    assert module._platforms("3.12", "x86_64")[0] == "manylinux_2_28_x86_64"


def test_what_pip_did_not_foresee_is_told_by_its_last_line(tmp_path, monkeypatch):
    said = "ERROR: Exception:\nTraceback:\n  File x\nOSError: [Errno 28] No space left on device\n"
    failed = subprocess.CompletedProcess([], 2, "", said)
    monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(DeliveryError, match=r"downloaded: OSError: \[Errno 28\] No space left on device; "):
        module.wheels(tmp_path, "3.13", "arm64")


def test_unreachable_index_is_told_with_the_cure_and_leaves_nothing(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(
        DeliveryError, match=r"could not be downloaded: .*is the package index reachable\?.*PIP_INDEX_URL"
    ):
        build(tmp_path / "package.zip", python="3.13", architecture="arm64")
    assert [path.name for path in tmp_path.rglob("*")] == ["wheels"]


def test_default_package_is_python_3_13_on_arm64(tmp_path):
    package = Package.default(tmp_path)
    assert json.loads(package.variable()) == {
        "filename": str(tmp_path / "transactions-python3.13-arm64.zip"),
        "runtime": "python3.13",
        "architecture": "arm64",
    }


def test_package_for_this_machine_fits_its_interpreter(tmp_path):
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert Package.for_this_machine(tmp_path).runtime == f"python{version}"
