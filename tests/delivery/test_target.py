import pytest

from delivery.errors import RefusedError
from delivery.target import Target, identify, is_embedded, target_environment

KEYS = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "x"}


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:80"])
def test_an_endpoint_on_this_machine_is_the_embedded_cloud(endpoint):
    assert is_embedded({"AWS_ENDPOINT_URL": endpoint})


@pytest.mark.parametrize("endpoint", ["", "https://dsql.us-east-1.api.aws", "http://10.0.0.1:4566", "nonsense"])
def test_anything_else_is_not(endpoint):
    assert not is_embedded({"AWS_ENDPOINT_URL": endpoint})


def test_the_embedded_cloud_gets_a_state_of_its_own():
    assert target_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})["TF_WORKSPACE"] == "localcloud"
    assert (
        target_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "TF_WORKSPACE": "mine"})["TF_WORKSPACE"] == "mine"
    )
    assert "TF_WORKSPACE" not in target_environment({})


def test_the_embedded_clouds_state_is_never_used_for_aws():
    with pytest.raises(RefusedError, match="unset TF_WORKSPACE for AWS"):
        target_environment({"TF_WORKSPACE": "localcloud"})


def test_an_endpoint_where_nobody_answers_is_told_with_the_cure():
    environment = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    with pytest.raises(RefusedError, match=r"http://127.0.0.1:9 does not say who we are: .*is it up\? \(`make up`\)"):
        identify(environment, "us-east-1")


@pytest.mark.parametrize("endpoint", ["nonsense", "localhost:4566", "http://[::1", "http://127.0.0.1:port", "http://"])
def test_an_endpoint_that_is_no_url_is_told_as_such(endpoint):
    with pytest.raises(RefusedError, match=r"AWS_ENDPOINT_URL must be a URL such as http://127\.0\.0\.1:4566, got "):
        identify(target_environment({**KEYS, "AWS_ENDPOINT_URL": endpoint}), "us-east-1")


@pytest.mark.parametrize("region", ["us east", "us-nowhere-1"])
def test_a_region_that_is_none_is_no_matter_of_credentials(region, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing leaves this machine
    with pytest.raises(RefusedError, match=rf"; is .{region}. a Region \(TF_VAR_primary_region, AWS_REGION\)"):
        identify(KEYS, region)


def test_credentials_that_are_missing_are_told_with_the_cure(monkeypatch, tmp_path):
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(RefusedError, match="Unable to locate credentials; set AWS_PROFILE or credentials; for a trial"):
        identify({}, "us-east-1")


def test_a_target_is_told_as_people_say_it():
    assert str(Target("000000000000", "http://127.0.0.1:1", True)) == (
        "the embedded cloud at http://127.0.0.1:1 (account 000000000000)"
    )
    assert str(Target("123456789012", None, False)) == "AWS account 123456789012"
