import stat
from pathlib import Path

import pytest

from delivery.errors import ToolMissingError
from delivery.providers import choose, user_configuration

LINUX = "linux_amd64"


def mirror(root: Path, version: str = "5.100.0") -> Path:
    folder = root / "registry.terraform.io/hashicorp/aws" / version / LINUX
    folder.mkdir(parents=True)
    (folder / "terraform-provider-aws").touch()
    return root


@pytest.fixture
def chosen(tmp_path):
    """Chooses in a home without anything; nothing outside of tmp_path is looked at."""

    def choose_with(environment=None, *, online=False, roots=()):
        home = {"HOME": str(tmp_path / "home"), "XDG_DATA_DIRS": str(tmp_path / "share")}
        return choose(
            {**home, **(environment or {})},
            platform=LINUX,
            folder=tmp_path / "build",
            registry=lambda: online,
            roots=list(roots) or [tmp_path / "disk"],
        )

    return choose_with


def test_the_users_own_installation_block_is_respected(chosen, tmp_path):
    own = tmp_path / "rc"
    own.write_text("provider_installation {\n direct {}\n}\n")
    assert chosen({"TF_CLI_CONFIG_FILE": str(own)}).configuration == own


def test_a_configuration_file_that_does_not_exist_is_as_good_as_none(chosen, tmp_path):
    source = chosen({"TF_CLI_CONFIG_FILE": str(tmp_path / "absent")}, online=True)
    assert source.configuration == tmp_path / "build/terraformrc"
    assert "direct {}" in source.configuration.read_text()


def test_other_settings_of_the_user_are_kept_in_a_file_for_his_eyes_only(chosen, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.terraformrc").write_text('credentials "x" {\n  token = "secret"\n}\n')
    file = chosen(online=True).configuration
    assert 'token = "secret"' in file.read_text()
    assert "provider_installation" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_registry_is_preferred_to_a_search(chosen, tmp_path):
    mirror(tmp_path / "disk/here")
    assert chosen(online=True).description == "providers from registry.terraform.io"


def test_without_the_registry_the_disks_are_searched(chosen, tmp_path):
    where = mirror(tmp_path / "disk/here")
    source = chosen()
    assert source.description == f"provider aws 5.100.0 from the mirror {where}"
    assert f'path    = "{where}"' in source.configuration.read_text()


def test_a_mirror_once_found_is_not_searched_again(chosen, tmp_path):
    mirror(tmp_path / "disk/here")
    first = chosen()
    assert chosen(roots=[tmp_path / "elsewhere"]) == first


def test_our_own_file_from_make_env_is_not_mistaken_for_the_users(chosen, tmp_path):
    mirror(tmp_path / "disk/here")
    file = chosen().configuration
    assert chosen({"TF_CLI_CONFIG_FILE": str(file)}).description.startswith("provider aws 5.100.0 from the mirror")


def test_an_implied_mirror_needs_no_network(chosen, tmp_path):
    where = mirror(tmp_path / "home/.terraform.d/plugins")
    assert str(where) in chosen(online=True).description


def test_the_named_mirror_wins(chosen, tmp_path):
    mirror(tmp_path / "home/.terraform.d/plugins")
    named = mirror(tmp_path / "named", "5.100.1")
    assert chosen({"TF_PROVIDER_MIRROR": str(named)}, online=True).description.endswith(str(named))


def test_a_named_mirror_without_a_fitting_provider_is_an_error(chosen, tmp_path):
    named = mirror(tmp_path / "named", "5.2.0")
    with pytest.raises(ToolMissingError, match=r"TF_PROVIDER_MIRROR .* has hashicorp/aws 5\.2\.0; 5\.100 or a later"):
        chosen({"TF_PROVIDER_MIRROR": str(named)})


def test_nothing_found_lists_where_it_looked_and_the_cure(chosen, tmp_path):
    mirror(tmp_path / "disk/old", "4.0.0")
    with pytest.raises(ToolMissingError) as raised:
        chosen()
    told = str(raised.value)
    assert f"{tmp_path}/home/.terraform.d/plugins: holds no registry.terraform.io/hashicorp/aws" in told
    assert f"{tmp_path}/disk/old: has hashicorp/aws 4.0.0" in told
    assert "registry.terraform.io: does not answer within 3 seconds" in told
    assert "terraform providers mirror <folder>" in told
    assert "TF_PROVIDER_MIRROR" in told


def test_the_users_file_is_where_terraform_looks(tmp_path):
    (tmp_path / ".terraformrc").touch()
    assert user_configuration({"HOME": str(tmp_path)}) == tmp_path / ".terraformrc"
    assert user_configuration({"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": "/absent"}) is None
