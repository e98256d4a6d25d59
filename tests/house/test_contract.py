"""Where `infra` and `lambda` meet only in data: environment names, handlers, database roles, event fields."""

import dataclasses
import importlib
import re
from pathlib import Path

import pytest
from transactions import data_keys, events, model, web
from transactions.settings import ApiSettings, NotifySettings, RelaySettings, Settings

from delivery.package import Package
from infra import application, fields, function_set, routes, routing_inputs
from infra.events import APPLICATION_SOURCE
from infra.variables import INPUTS

REPOSITORY = Path(__file__).parents[2]
SETTINGS = dict.fromkeys(function_set.FUNCTIONS, Settings) | {
    "notify": NotifySettings,
    "relay": RelaySettings,
    "transactions": ApiSettings,
}
SET_BY_LAMBDA = {"aws_region"}


@pytest.fixture(scope="module")
def configuration():
    return next(module.configuration() for module in application.modules() if module.name == "application")


@pytest.mark.parametrize("function", sorted(SETTINGS))
def test_a_function_gets_exactly_the_environment_that_it_reads(configuration, function):
    resource = configuration["resource"]["aws_lambda_function"]["primary"]
    common = set(re.findall(r"([A-Z_]+) = ", resource["environment"]["variables"]))
    given = configuration["locals"]["function_environments"]["primary"][function]
    own = set(re.findall(r"\b([A-Z][A-Z_]+)\b", given)) if isinstance(given, str) else set(given)
    read = {field.name.upper() for field in dataclasses.fields(SETTINGS[function])} - {
        name.upper() for name in SET_BY_LAMBDA
    }
    assert common | own == read


@pytest.mark.parametrize("function", sorted(function_set.FUNCTIONS))
def test_a_handler_exists(function):
    module, _, name = function_set.FUNCTIONS[function]["handler"].partition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_database_role_of_a_function_is_created_by_a_migration():
    wanted = {found["database_role"] for found in function_set.FUNCTIONS.values()} - {"admin"}
    text = "\n".join(file.read_text() for file in sorted((REPOSITORY / "lambda" / "migrations").glob("*.sql")))
    created = set(re.findall(r"create role (\w+)", text, re.IGNORECASE))
    assert wanted <= created


def test_the_rules_match_the_source_that_the_code_publishes():
    assert events.SOURCE == APPLICATION_SOURCE == INPUTS["event_source"].default


def test_the_content_rules_know_the_types_and_classes_that_the_code_publishes():
    assert set(routing_inputs.TYPES) == set(model.TYPES)
    assert set(routing_inputs.ACCOUNT_CLASSES) == set(model.ACCOUNT_CLASSES)


def test_the_rights_on_the_key_are_for_the_context_that_the_code_gives():
    assert data_keys.CONTEXT == fields.CONTEXT


def test_the_package_that_the_stack_names_by_default_is_the_one_that_make_package_builds():
    default = Package.default(REPOSITORY / "build" / "package")
    assert default.filename.name == "transactions-python3.13-arm64.zip"
    assert default.runtime in INPUTS["lambda_package"].type
    assert default.architecture in INPUTS["lambda_package"].type


def test_the_api_has_exactly_the_routes_that_the_function_answers():
    assert routes.routes() == sorted(" ".join(route) for route in web.ROUTES)
    assert routes.HEALTH_CHECKED in routes.routes()
