"""The functions' environment."""

from __future__ import annotations

import pytest
from transactions.errors import SettingsError
from transactions.settings import ApiSettings, RelaySettings, Settings, load

HOST = "4iabtw2fxqxqxqxqxqxqxqxqxq.dsql.us-east-1.on.aws"
ENVIRONMENT = {"AWS_REGION": "us-east-1", "CLUSTER_ENDPOINT": HOST, "DATABASE_ROLE": "app", "OTHER": "x"}


def test_settings_are_read_and_the_log_level_has_a_default():
    assert load(Settings, ENVIRONMENT) == Settings("us-east-1", HOST, "app", "INFO")


def test_all_missing_and_empty_variables_are_named_at_once():
    with pytest.raises(
        SettingsError, match=r"environment: CLUSTER_IDENTIFIER, DATABASE_ROLE, RELAY_FUNCTION_NAME; deploy"
    ):
        load(ApiSettings, ENVIRONMENT | {"DATABASE_ROLE": ""})
    with pytest.raises(SettingsError, match="environment: EVENT_BUS_NAME;"):
        load(RelaySettings, ENVIRONMENT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, got 'loud'"),
        ({"CLUSTER_ENDPOINT": "host port=1"}, "CLUSTER_ENDPOINT must be a host name"),
    ],
)
def test_wrong_values_are_refused_with_what_is_allowed(change, message):
    with pytest.raises(SettingsError, match=message):
        load(Settings, ENVIRONMENT | change)
