"""Functions: where each rule begins and ends, on plans of a few resources."""

import pytest

from .small import resource, told

FUNCTION, TARGET = "aws_lambda_function.one", "aws_cloudwatch_event_target.one"
CONFIG, INVOCATION = "aws_lambda_function_event_invoke_config.one", "aws_lambda_invocation.one"
FAILURES = {"destination_config": [{"on_failure": [{"destination": "arn:aws:sqs"}]}]}
LOST = [(FUNCTION, "is invoked asynchronously, and has no destination for failures")]


@pytest.mark.parametrize(
    ("source", "argument"),
    [
        ("aws_cloudwatch_event_target.one", "arn"),
        ("aws_scheduler_schedule.one", "target"),
        ("aws_sns_topic_subscription.one", "endpoint"),
    ],
)
def test_a_target_a_schedule_and_a_topic_do_not_wait_for_the_answer(source, argument):
    invoking = resource(source, {}, refers={argument: [f"{FUNCTION}.arn", FUNCTION]})
    assert told("DSQL070", invoking, resource(FUNCTION, {})) == LOST
    assert told("DSQL070", resource(source, {}), resource(FUNCTION, {})) == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"after": {"function_name": "orders", **FAILURES}}, []),
        ({"after": {"function_name": "arn:orders", **FAILURES}}, []),
        ({"after": FAILURES, "refers": {"function_name": [FUNCTION]}}, []),
        ({"after": {"function_name": "orders"}}, LOST),
        ({"after": {"function_name": "another", **FAILURES}}, LOST),
        ({"after": {"function_name": "orders", **FAILURES}, "region": "us-east-2"}, LOST),
    ],
)
def test_a_destination_is_of_the_function_by_name_arn_or_reference_and_of_its_region(config, said):
    target = resource(TARGET, {}, refers={"arn": [f"{FUNCTION}.arn", FUNCTION]})
    function = resource(FUNCTION, {"function_name": "orders", "arn": "arn:orders"})
    assert told("DSQL070", target, function, resource(CONFIG, **config)) == said


@pytest.mark.parametrize("order", [1, -1])
def test_a_second_configuration_of_a_function_hides_neither_a_destination_nor_an_open_question(order):
    target = resource(TARGET, {}, refers={"arn": [f"{FUNCTION}.arn", FUNCTION]})
    function = resource(FUNCTION, {"function_name": "orders"})
    kept = resource(CONFIG, {"function_name": "orders", **FAILURES})
    none = resource(f"{CONFIG}_more", {"function_name": "orders"})
    hidden = resource(f"{CONFIG}_more", {"function_name": "orders"}, after_unknown={"destination_config": True})
    assert told("DSQL070", target, function, *[kept, none][::order]) == []
    asked = [(f"?{FUNCTION}", "where its failures go: unknown until apply")]
    assert told("DSQL070", target, function, *[kept, hidden][::order]) == asked


def test_a_dead_letter_queue_of_the_function_keeps_its_failures_too():
    target = resource(TARGET, {}, refers={"arn": [f"{FUNCTION}.arn", FUNCTION]})
    own = resource(FUNCTION, {"dead_letter_config": [{"target_arn": "arn:aws:sqs"}]})
    assert told("DSQL070", target, own) == []


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "correct horse", True),
        ("DB_PASSWORD", "", False),
        ("DB_PASSWORD", None, False),
        ("DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a", False),
        ("DB_PASSWORD", "{{resolve:secretsmanager:a}}", False),
        ("DB_PASSWORD_NAME", "payments/password", False),
        ("TOKEN_SECONDS", "900", False),
        ("TABLE", "AKIAIOSFODNN7EXAMPLE", True),
        ("DATABASE", "postgres://admin:horse@host/postgres", True),
        ("DATABASE", "postgres://host/postgres", False),
    ],
)
def test_a_secret_is_told_by_the_name_of_its_variable_or_by_its_form(name, value, secret):
    variables = {"A_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:b", name: value}
    said = told("DSQL071", resource(FUNCTION, {"environment": [{"variables": variables}]}))
    assert said == ([(FUNCTION, f"the variable {name} holds what looks like a secret")] if secret else [])


def test_a_variable_that_only_the_apply_fills_hides_no_secret_after_it():
    unknown = {"environment": [{"variables": {"ENDPOINT": True}}]}
    after = {"environment": [{"variables": {"DB_PASSWORD": "correct horse"}}]}
    several = {"environment": [{"variables": {"ENDPOINT": None, "DB_PASSWORD": "correct horse"}}]}
    for values in (after, several):
        said = told("DSQL071", resource(FUNCTION, values, after_unknown=unknown))
        assert said == [(FUNCTION, "the variable DB_PASSWORD holds what looks like a secret")]


@pytest.mark.parametrize(("runtime", "old"), [(None, False), ("python3.13", False), ("python3.9", True)])
def test_a_function_of_an_image_has_no_runtime_to_be_old(runtime, old):
    said = told("DSQL072", resource(FUNCTION, {"runtime": runtime}))
    assert said == ([(FUNCTION, f'its runtime "{runtime}" is deprecated')] if old else [])


@pytest.mark.parametrize(("reserved", "off"), [(-1, False), (None, False), (1, False), (0, True)])
def test_only_a_concurrency_of_none_switches_a_function_off(reserved, off):
    said = told("DSQL073", resource(FUNCTION, {"reserved_concurrent_executions": reserved}))
    assert said == ([(FUNCTION, "`reserved_concurrent_executions` is 0")] if off else [])


def sides(name, *timeouts, regions=("us-east-1", "us-east-2", "us-west-2")):
    values = [{"handler": f"{name}.handler", "timeout": timeout} for timeout in timeouts]
    return [
        resource(f"aws_lambda_function.{name}_{number}", after, region=region)
        for number, (after, region) in enumerate(zip(values, regions, strict=False))
    ]


def test_two_functions_of_one_handler_are_compared_in_two_regions():
    message = "`timeout` is 3, on the other side 29"
    assert told("DSQL074", *sides("one", 29, 3)) == [("aws_lambda_function.one_1", message)]
    assert told("DSQL074", *sides("one", 29, 29)) == []
    assert told("DSQL074", *sides("one", 29, 3, regions=["us-east-1"] * 2)) == []


@pytest.mark.parametrize("apart", [sides("alone", 60), sides("three", 60, 3, 9)])
def test_functions_that_are_no_two_sides_are_not_compared_and_hide_none(apart):
    assert [address for address, _ in told("DSQL074", *apart, *sides("one", 29, 3))] == ["aws_lambda_function.one_1"]


NEAR, FAR = "aws_dsql_cluster.near", "aws_dsql_cluster.far"


@pytest.mark.parametrize(
    ("region", "used", "told_of"),
    [
        ("us-east-1", [NEAR], None),
        ("us-east-1", [NEAR, FAR], None),
        ("us-east-1", [FAR], (FAR, "us-east-2")),
        ("us-west-2", [FAR, NEAR], (FAR, "us-east-2")),
        ("us-east-1", [], None),
        (None, [FAR], None),
    ],
)
def test_a_function_uses_the_cluster_of_its_region(region, used, told_of):
    clusters = resource(NEAR, {}), resource(FAR, {}, region="us-east-2")
    environment = [{"variables": {"references": used}}] if used else []
    function = resource(FUNCTION, {}, region=region, refers={"environment": environment})
    message = told_of and f"is in {region} and connects to {told_of[0]} in {told_of[1]}"
    assert told("DSQL075", *clusters, function) == ([(FUNCTION, message)] if message else [])


def migrations(*regions, handlers=("migrate.handler",) * 3):
    for number, (region, handler) in enumerate(zip(regions, handlers, strict=False)):
        function = f"aws_lambda_function.migrate_{number}"
        yield resource(function, {"handler": handler}, region=region)
        refers = {"function_name": [f"{function}.function_name", function]}
        yield resource(f"aws_lambda_invocation.{'abc'[number]}", {}, region=region, refers=refers)


def test_each_migration_after_the_first_is_told_which_one_it_repeats():
    first = "invokes what aws_lambda_invocation.a invokes in us-east-1"
    found = told("DSQL076", *migrations("us-east-1", "us-east-2", "us-west-2"))
    assert found == [("aws_lambda_invocation.b", first), ("aws_lambda_invocation.c", first)]
    assert told("DSQL076", *migrations("us-east-1", "us-east-1")) == []
    assert told("DSQL076", *migrations("us-east-1", "us-east-2", handlers=["a.handler", "b.handler"])) == []


PEERINGS = [
    resource(f"aws_dsql_cluster_peering.{own}", {}, refers={"identifier": [f"{own_address}"], "clusters": [other]})
    for own, own_address, other in (("near", NEAR, FAR), ("far", FAR, NEAR))
]


@pytest.mark.parametrize(
    ("waits_for", "missing"),
    [
        ([], ["near", "far"]),
        (["aws_dsql_cluster_peering.near"], ["far"]),
        (["aws_dsql_cluster_peering.near", "aws_dsql_cluster_peering.far"], []),
    ],
)
def test_what_connects_waits_for_each_step_that_links(waits_for, missing):
    given = [resource(NEAR, {}), resource(FAR, {}, region="us-east-2"), *PEERINGS]
    forgotten = resource("aws_lambda_invocation.gone", {}, configured=False)  # as a plan that somebody cut short
    apart = (
        resource("module.a.aws_dsql_cluster.one"),
        resource("module.a.terraform_data.link", refers={"input": ["aws_dsql_cluster.one"]}),
    )
    other = [resource("terraform_data.other", {}), *apart]
    invocation = resource(INVOCATION, {}, depends_on=waits_for)
    assert told("DSQL077", *given, *other, forgotten, invocation) == [
        (INVOCATION, f"does not depend on aws_dsql_cluster_peering.{one}") for one in missing
    ]


def test_a_step_of_another_module_hides_none_of_its_own():
    apart = resource("module.a.terraform_data.link", {})
    step = resource("null_resource.link", {}, refers={"triggers": [NEAR, FAR]})
    clusters = resource(NEAR, {}), resource(FAR, {}, region="us-east-2")
    assert told("DSQL077", *clusters, apart, step, resource(INVOCATION, {})) == [
        (INVOCATION, "does not depend on null_resource.link")
    ]


@pytest.mark.parametrize(("kept", "said"), [(1, []), (0, ["for ever"]), (None, ["for ever"])])
def test_a_day_of_logs_is_an_end(kept, said):
    group = "aws_cloudwatch_log_group.one"
    messages = [f"`retention_in_days` is not set: events are kept {one}" for one in said]
    assert [message for _, message in told("DSQL078", resource(group, {"retention_in_days": kept}))] == messages


@pytest.mark.parametrize(
    ("settings", "name", "region", "said"),
    [
        ([], "/aws/lambda/orders", "us-east-1", None),
        ([{"log_group": None}], "/aws/lambda/orders", "us-east-1", None),
        ([{"log_group": "/orders"}], "/orders", "us-east-1", None),
        ([{"log_group": "/orders"}], "/aws/lambda/orders", "us-east-1", "/orders"),
        ([], "/aws/lambda/orders", "us-east-2", "/aws/lambda/orders"),
    ],
)
def test_a_function_logs_to_the_group_of_its_settings_or_of_its_name(settings, name, region, said):
    function = resource(FUNCTION, {"function_name": "orders", "logging_config": settings})
    group = resource("aws_cloudwatch_log_group.one", {"name": name}, region=region)
    assert told("DSQL079", function, group) == (
        [(FUNCTION, f"logs to {said}, which is not in the plan")] if said else []
    )


def test_the_group_of_a_function_that_is_not_configured_is_open():
    hidden = resource(FUNCTION, {}, configured=False, after_unknown={"logging_config": True})
    assert told("DSQL079", hidden) == [(f"?{FUNCTION}", "its log group: unknown until apply")]
