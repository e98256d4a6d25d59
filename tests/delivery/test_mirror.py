import time
from pathlib import Path

import pytest

from delivery.mirror import Mirror, implied, inspect, scan

LINUX = "linux_amd64"


def unpacked(root: Path, version: str = "5.100.0", platform: str = LINUX) -> Path:
    folder = root / "registry.terraform.io/hashicorp/aws" / version / platform
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_v{version}_x5").touch()
    return root


def packed(root: Path, version: str = "5.100.0", platform: str = LINUX) -> Path:
    folder = root / "registry.terraform.io/hashicorp/aws"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"terraform-provider-aws_{version}_{platform}.zip").touch()
    return root


@pytest.mark.parametrize("layout", [unpacked, packed])
def test_both_layouts_are_mirrors(tmp_path, layout):
    assert inspect(layout(tmp_path), LINUX) == Mirror(tmp_path, (5, 100, 0))


def test_the_folder_named_like_the_registry_stands_for_its_parent(tmp_path):
    assert inspect(unpacked(tmp_path) / "registry.terraform.io", LINUX) == Mirror(tmp_path, (5, 100, 0))


def test_the_newest_usable_version_wins_and_the_next_major_is_none(tmp_path):
    for version in ("5.100.0", "5.101.2", "5.9.0", "6.0.0"):
        packed(tmp_path, version)
    assert inspect(tmp_path, LINUX) == Mirror(tmp_path, (5, 101, 2))


@pytest.mark.parametrize("version", ["5.99.1", "6.2.0"])
def test_a_version_that_does_not_fit_is_named(tmp_path, version):
    assert inspect(packed(tmp_path, version), LINUX) == (
        f"{tmp_path}: has hashicorp/aws {version}; 5.100 or a later 5.x is needed"
    )


def test_another_platform_is_named(tmp_path):
    assert inspect(unpacked(tmp_path, platform="darwin_arm64"), LINUX) == (
        f"{tmp_path}: has hashicorp/aws for darwin_arm64, not for linux_amd64"
    )


def test_an_empty_folder_is_no_mirror(tmp_path):
    assert inspect(tmp_path, LINUX) == f"{tmp_path}: holds no registry.terraform.io/hashicorp/aws"


def test_a_folder_with_strange_names_is_no_mirror(tmp_path):
    unpacked(tmp_path, version="latest")
    assert inspect(tmp_path, LINUX) == f"{tmp_path}: holds no registry.terraform.io/hashicorp/aws"


def test_scan_finds_the_nearest_first_and_stops_at_its_depth(tmp_path):
    near, far, too_far = tmp_path / "b", tmp_path / "a/b/c", tmp_path / "a/b/c/d/e"
    for folder in (near, far, too_far):
        unpacked(folder)
    assert list(scan([tmp_path], depth=4)) == [near, far]


def test_scan_follows_no_link_and_forgives_what_it_may_not_read(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(scan([tmp_path, tmp_path / "absent"])) == []


def test_scan_gives_up_in_time(tmp_path):
    unpacked(tmp_path / "a")
    assert list(scan([tmp_path], seconds=-1)) == []


def test_scan_of_this_machine_is_quick():
    began = time.monotonic()
    list(scan([Path("/")]))
    assert time.monotonic() - began < 10.5


def test_implied_folders_are_those_of_terraform(tmp_path):
    environment = {"HOME": str(tmp_path), "XDG_DATA_DIRS": "/one:/two"}
    assert implied(environment, LINUX) == [
        tmp_path / ".terraform.d/plugins",
        tmp_path / ".local/share/terraform/plugins",
        Path("/one/terraform/plugins"),
        Path("/two/terraform/plugins"),
    ]
    assert tmp_path / "Library/Application Support/io.terraform/plugins" in implied(environment, "darwin_arm64")
