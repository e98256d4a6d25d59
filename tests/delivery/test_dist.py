"""The release: Terraform takes modules from it, everything in it is accounted for, the bytes are always the same."""

import hashlib
import json
import os
import re
import subprocess
import tarfile
import threading
import zipfile
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from delivery import dist, offline, package, sbom
from delivery.errors import DeliveryError

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """Where Lambda packages are built; wheels that were downloaded here before are taken."""
    folder = tmp_path_factory.mktemp("packages")
    downloaded = REPOSITORY / "build" / "package" / "wheels"
    if downloaded.is_dir():
        (folder / "wheels").symlink_to(downloaded, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def release(tmp_path_factory, packages):
    return dist.build(REPOSITORY, tmp_path_factory.mktemp("release"), packages)


@pytest.fixture(scope="session")
def unpacked(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(release.archive) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="session")
def bill(unpacked):
    return json.loads((unpacked / "sbom.cdx.json").read_text())


def listed(sums):
    return dict(reversed(line.split("  ")) for line in sums.read_text().splitlines())


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_two_builds_have_the_same_bytes(release, packages, tmp_path):
    again = dist.build(REPOSITORY, tmp_path, packages)
    assert digest(again.archive) == digest(release.archive)
    assert again.sums.read_text() == release.sums.read_text()


def test_the_archive_has_the_version_of_the_project(release):
    version = re.search(r'^version = "(.+)"', (REPOSITORY / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert release.archive.name == f"dsql-active-active-{version}.tar.gz"


def test_every_file_has_its_checksum(release, unpacked):
    files = {str(file.relative_to(unpacked)): digest(file) for file in unpacked.rglob("*") if file.is_file()}
    assert listed(unpacked / "SHA256SUMS") == {name: sum_ for name, sum_ in files.items() if name != "SHA256SUMS"}
    assert listed(release.sums) == {file.name: digest(file) for file in (release.archive, release.bill)}


def test_the_archive_has_the_committed_modules_and_the_packages(unpacked):
    for file in (REPOSITORY / "modules").rglob("*.tf"):
        assert (unpacked / file.relative_to(REPOSITORY)).read_bytes() == file.read_bytes()
    assert {file.name for file in (unpacked / "packages").iterdir()} == {
        "transactions-python3.13-arm64.zip",
        "transactions-python3.13-x86_64.zip",
    }
    assert {"LICENSE", "CHANGELOG.md"} <= {file.name for file in unpacked.iterdir()}


def test_links_of_the_modules_readmes_lead_to_files_of_the_archive(unpacked):
    readmes = sorted(unpacked.glob("modules/*/README.md"))
    links = [(file, link) for file in readmes for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text())]
    assert {file.parent.name for file, _ in links} == {"application", "database"}
    assert [(file.parent.name, link) for file, link in links if not (file.parent / link).exists()] == []


def test_members_are_sorted_and_carry_no_time_and_no_owner(release):
    with tarfile.open(release.archive) as archive:
        members = archive.getmembers()
    assert [member.name for member in members] == sorted(member.name for member in members)
    assert {(member.mtime, member.uid, member.gid, member.uname, member.mode) for member in members} == {
        (315532800, 0, 0, "", 0o644)
    }


def test_what_was_left_in_an_example_is_not_released(tmp_path, packages):
    example = tmp_path / "examples" / "minimal"
    (example / ".terraform").mkdir(parents=True)
    (tmp_path / "modules").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    for name in ("main.tf", "terraform.tfvars", "terraform.tfstate", "plan.out", ".terraform/main.tf"):
        (example / name).write_text("")
    with tarfile.open(dist.build(tmp_path, tmp_path / "dist", packages).archive) as archive:
        assert [name for name in archive.getnames() if name.startswith("examples")] == ["examples/minimal/main.tf"]


def test_the_bill_names_everything_that_a_package_holds(bill, unpacked):
    libraries = {
        (component["name"], component["version"], component["licenses"][0]["expression"])
        for component in bill["components"]
        if component["bom-ref"].startswith("pkg:pypi/")
    }
    assert {(name, licence) for name, _, licence in libraries} >= {
        ("psycopg", "LGPL-3.0-only"),
        ("psycopg-binary", "LGPL-3.0-only"),
    }
    with zipfile.ZipFile(unpacked / "packages" / "transactions-python3.13-arm64.zip") as archive:
        held = {name.split("-")[0].replace("_", "-") for name in archive.namelist() if ".dist-info/" in name}
    assert {name.replace("_", "-") for name, _, _ in libraries} == held


def test_the_bills_hashes_are_those_that_the_requirements_pin(bill):
    pinned = (package.SOURCE / "requirements.txt").read_text()
    wheels = [component for component in bill["components"] if component["bom-ref"].startswith("pkg:pypi/")]
    # A compiled wheel is another one on each architecture.
    assert Counter(wheel["name"] for wheel in wheels) == {
        "cffi": 2,
        "cryptography": 2,
        "psycopg-binary": 2,
        "psycopg": 1,
        "pycparser": 1,
        "typing_extensions": 1,
    }
    for wheel in wheels:
        assert f"sha256:{wheel['hashes'][0]['content']}" in pinned


def test_the_bill_tells_which_libraries_come_inside_a_wheel(bill):
    bundled = [part["name"] for component in bill["components"] for part in component.get("components", [])]
    assert sum("libpq-" in name for name in bundled) == 2
    assert sum("libssl-" in name for name in bundled) == 2


def test_every_reference_of_the_bill_is_defined_once(bill):
    references = [bill["metadata"]["component"]["bom-ref"], *(found["bom-ref"] for found in bill["components"])]
    assert len(set(references)) == len(references)
    for edge in bill["dependencies"]:
        assert {edge["ref"], *edge["dependsOn"]} <= set(references)


def test_a_wheel_that_nothing_pins_is_refused(tmp_path):
    wheel = tmp_path / "other-1-py3-none-any.whl"
    wheel.write_bytes(b"")
    with pytest.raises(DeliveryError, match=r"other-1-py3-none-any\.whl is none of the files whose hashes"):
        sbom.Wheel.read(wheel, "")


@pytest.fixture
def served(release):
    """The folder of the release on a web server of this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(release.archive.parent))
    handler.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_terraform_takes_a_module_and_its_package_from_the_archive(release, served, tmp_path):
    root = offline.copy(REPOSITORY, Path("examples/minimal"), tmp_path)
    source = f"{served}/{release.archive.name}//modules/application?checksum=sha256:{digest(release.archive)}"
    text = (root / "main.tf").read_text()
    assert '"../../modules/application"' in text
    (root / "main.tf").write_text(text.replace("../../modules/application", source))
    zip_file = ".terraform/modules/application/packages/transactions-python3.13-arm64.zip"
    (root / "terraform.tfvars.json").write_text(json.dumps({"lambda_package": {"filename": zip_file}}))
    (root / "account_override.tf").write_text('module "application" {\n  account_id = "123456789012"\n}\n')
    terraform = offline.terraform(root, os.environ, tmp_path / "build")
    terraform.init()
    assert terraform.plan().counts.added > 70


def test_terraform_refuses_an_archive_with_another_checksum(release, served, tmp_path):
    source = f"{served}/{release.archive.name}//modules/events?checksum=sha256:{'0' * 64}"
    (tmp_path / "main.tf").write_text(f'module "events" {{\n  source = "{source}"\n  name = "x"\n}}\n')
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(["terraform", "get"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "hecksum" in done.stderr
