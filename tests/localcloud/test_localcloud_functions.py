"""Lambda functions: who they are, what they see, and how their failures look."""

from __future__ import annotations

import json
import os

import pytest
from botocore.exceptions import ClientError

SOURCE = """
import json, logging, os, sys, time

logging.getLogger().setLevel("INFO")
count = 0

def handler(event, context):
    global count
    count += 1
    return globals()[event.get("do", "calls")](event)

def calls(event): return count
def fail(event): raise ValueError("boom")
def leave(event): sys.exit(1)
def large(event): return "x" * 7_000_000
def unserializable(event): return object()
def load(event): __import__(event["module"])
def environment(event): return dict(os.environ)
def process(event): time.sleep(0.05); return os.getpid()
def log(event): logging.info("a line"); print("printed")
def identity(event):
    import boto3
    return boto3.client("sts").get_caller_identity()["Arn"]
def queues(event):
    import boto3
    return boto3.client("sqs").list_queues()
"""


@pytest.fixture(scope="module")
def role(client):
    return client.role("function")


@pytest.fixture(scope="module")
def function(client, role):
    client.function("subject", role, SOURCE, Environment={"Variables": {"OWN": "value"}})
    return client.aws("lambda")


def invoke(function, name="subject", **event):
    answer = function.invoke(FunctionName=name, Payload=json.dumps(event))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def test_an_exception_has_awss_form_and_the_environment_lives_on(function):
    _, before = invoke(function, do="calls")
    error, body = invoke(function, do="fail")
    assert error == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("ValueError", "boom")
    assert "in fail" in body["stackTrace"][-1]
    assert invoke(function, do="calls") == (None, before + 2)


@pytest.mark.parametrize(
    ("do", "error_type"),
    [
        ("leave", "Runtime.ExitError"),
        ("large", "Function.ResponseSizeTooLarge"),
        ("unserializable", "Runtime.MarshalError"),
    ],
)
def test_other_failures_have_awss_names(function, do, error_type):
    error, body = invoke(function, do=do)
    assert (error, body["errorType"]) == ("Unhandled", error_type)


def test_a_function_acts_in_its_role_with_the_roles_rights(function):
    assert invoke(function, do="identity") == (None, "arn:aws:sts::000000000000:assumed-role/function/subject")
    _, body = invoke(function, do="queues")
    assert "not authorized to perform: sqs:ListQueues" in body["errorMessage"]


def test_a_function_finds_the_database_and_nothing_of_the_host(function, client, monkeypatch):
    monkeypatch.setenv("HOST_SECRET", "1")
    _, environment = invoke(function, do="environment")
    assert environment["OWN"] == "value"
    assert environment["PGPORT"] == client.environment["PGPORT"]
    assert environment["AWS_REGION"] == "us-east-1"
    assert not {"HOST_SECRET", "STATE_DIR", "AUTH", "MINISTACK_ACCOUNT_ID"} & set(environment)


@pytest.mark.parametrize("module", ["psycopg", "ministack", "yaml"])
def test_only_the_runtimes_packages_can_be_imported(function, module):
    _, body = invoke(function, do="load", module=module)
    assert body["errorMessage"] == f"No module named '{module}'"


def test_log_lines_have_awss_form(function, client):
    invoke(function, do="log")
    logs = client.aws("logs")
    lines = [event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/subject")["events"]]
    assert "printed" in lines
    assert any(line.startswith("[INFO]\t") and line.endswith("\ta line") for line in lines)


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        (b"{not json", 400, "InvalidRequestContentException"),
        (b'{"amount": NaN}', 400, "InvalidRequestContentException"),
        (json.dumps("x" * 7_000_000).encode(), 413, "RequestTooLargeException"),
    ],
)
def test_a_bad_payload_is_refused_before_the_function_runs(function, payload, status, code):
    _, before = invoke(function, do="calls")
    with pytest.raises(ClientError) as caught:
        function.invoke(FunctionName="subject", Payload=payload)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert invoke(function, do="calls") == (None, before + 1)


def test_a_runtime_without_interpreter_says_what_to_do(function, client, role):
    client.function("old", role, SOURCE, Runtime="python3.9")
    error, body = invoke(function, "old")
    assert (error, body["errorType"]) == ("Unhandled", "Runtime.InvalidRuntime")
    assert "--interpreter 3.9=" in body["errorMessage"]


def test_a_missing_module_is_an_import_error(function, client, role):
    client.function("missing", role, SOURCE, Handler="nothing.handler")
    _, body = invoke(function, "missing")
    assert body["errorType"] == "Runtime.ImportModuleError"
    assert body["errorMessage"] == "Unable to import module 'nothing': No module named 'nothing'"


def test_asynchronous_results_reach_their_destinations(function, client):
    urls = {}
    for kind in ("OnSuccess", "OnFailure", "dead"):
        urls[kind], arn = client.queue(f"function-{kind}", allowed="lambda.amazonaws.com")
        destination = {kind: {"Destination": arn}}
        urls[kind + "Config"] = destination
        dead = arn
    role = client.role("reporting", "lambda.amazonaws.com", ("sqs:SendMessage", "*"))
    client.function("reporting", role, SOURCE, DeadLetterConfig={"TargetArn": dead})
    function.put_function_event_invoke_config(
        FunctionName="reporting",
        MaximumRetryAttempts=1,
        DestinationConfig={**urls["OnSuccessConfig"], **urls["OnFailureConfig"]},
    )
    for event in ({"do": "calls"}, {"do": "fail"}):
        function.invoke(FunctionName="reporting", InvocationType="Event", Payload=json.dumps(event))
    success = json.loads(client.received(urls["OnSuccess"])[0]["Body"])
    assert (success["requestContext"]["condition"], success["requestPayload"]) == ("Success", {"do": "calls"})
    failure = json.loads(client.received(urls["OnFailure"])[0]["Body"])
    assert (failure["requestContext"]["condition"], failure["requestContext"]["approximateInvokeCount"]) == (
        "RetriesExhausted",
        2,
    )
    letter = client.received(urls["dead"])[0]
    assert json.loads(letter["Body"]) == {"do": "fail"}
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "boom"


def test_a_burst_of_events_waits_for_a_few_environments(function, client):
    url, arn = client.queue("function-burst", allowed="lambda.amazonaws.com")
    client.function("burst", client.role("burst", "lambda.amazonaws.com", ("sqs:SendMessage", "*")), SOURCE)
    function.put_function_event_invoke_config(
        FunctionName="burst", DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    for _ in range(30):
        function.invoke(FunctionName="burst", InvocationType="Event", Payload=json.dumps({"do": "process"}))
    answers = []
    while len(answers) < 30:
        letters = client.received(url)
        assert letters, f"only {len(answers)} of 30 events were handled"
        answers += [json.loads(letter["Body"])["responsePayload"] for letter in letters]
    assert 1 < len(set(answers)) <= 2 * os.cpu_count(), "environments: more than one, but not one for each event"
