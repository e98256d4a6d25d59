"""Keys and clusters: where each rule begins and ends, on plans of a few resources."""

import pytest

from .small import resource, told

CLUSTER, OTHER, KEY = "aws_dsql_cluster.one", "aws_dsql_cluster.two", "aws_kms_key.one"
ARN, OWNED = "arn:aws:kms:us-east-1:123456789012:key/1", "AWS_OWNED_KMS_KEY"
NAMES = {"kms_encryption_key": [f"{KEY}.arn", KEY]}
HIDDEN = {"kms_encryption_key": ["local.key"]}
ROTATES = "`enable_key_rotation` is not set, must be true"


@pytest.mark.parametrize(
    ("tags", "all_tags", "message"),
    [
        ({"Name": "orders"}, {"Name": "orders"}, None),
        ({}, {"Name": "orders"}, None),
        ({"Name": "orders"}, {}, None),
        ({"team": "a", "cost": "b"}, {"team": "a"}, "no tag `Name` among cost, team"),
        ({"Name": ""}, {"Name": ""}, "no tag `Name` among Name"),
        (None, None, "no tag `Name` among no tags"),
    ],
)
def test_a_cluster_without_a_name_is_told_with_the_tags_that_it_has(tags, all_tags, message):
    said = told("DSQL004", resource(CLUSTER, {"tags": tags, "tags_all": all_tags}))
    assert said == ([(CLUSTER, message)] if message else [])


def test_tags_that_only_the_apply_tells_may_have_the_name():
    unknown = resource(CLUSTER, {"tags_all": {}}, after_unknown={"tags": True})
    assert told("DSQL004", unknown) == [(f"?{CLUSTER}", "tags: unknown until apply")]


def test_a_key_is_a_clusters_that_it_names_or_that_a_local_value_may_hide():
    other, far = resource("aws_kms_key.other", {}), resource("module.a.aws_kms_key.one", {})
    keys = resource(KEY, {}), other, far
    assert told("DSQL032", resource(CLUSTER, {}, refers=NAMES), *keys) == [(KEY, ROTATES)]
    assert told("DSQL032", resource(CLUSTER, {}, refers=HIDDEN), *keys) == [
        (KEY, ROTATES),
        ("aws_kms_key.other", ROTATES),
    ]
    assert told("DSQL032", resource(CLUSTER, {}), *keys) == []


def test_neither_a_cluster_nor_a_key_that_the_plan_does_not_configure_has_a_tie():
    assert told("DSQL032", resource(CLUSTER, {}, configured=False), resource(KEY, {})) == []
    assert told("DSQL032", resource(CLUSTER, {}, refers=NAMES), resource(KEY, {}, configured=False)) == []
    assert told("DSQL030", resource(CLUSTER, {}, configured=False)) == []
    assert told("DSQL035", resource(CLUSTER, {}, configured=False), resource(KEY, {}, region="us-east-2")) == []


def test_a_key_of_two_clusters_is_told_once():
    two = resource(CLUSTER, {}, refers=NAMES), resource(OTHER, {}, refers=NAMES)
    assert told("DSQL032", *two, resource(KEY, {})) == [(KEY, ROTATES)]
    assert told("DSQL033", *two, resource(KEY, {"is_enabled": False})) == [(KEY, "`is_enabled` is false, must be true")]


def gone(address, **before):
    return resource(address, None, actions=["delete"], before=before, configured=False)


DELETED = [(KEY, f"would be deleted while {CLUSTER} uses it")]
ASKED = [(f"?{KEY}", f"whether {CLUSTER} uses it: unknown until apply")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (ARN, ARN, DELETED),
        (ARN, OWNED, DELETED),
        (OWNED, ARN, DELETED),
        (OWNED, OWNED, []),
        (None, None, []),
    ],
)
@pytest.mark.parametrize("more", [(), (gone("aws_kms_key.without", arn=None),)], ids=["alone", "beside-another"])
def test_a_key_that_a_cluster_uses_before_or_after_is_not_deleted(before, after, said, more):
    values = {"kms_encryption_key": after}
    cluster = resource(CLUSTER, values, actions=["update"], before={"kms_encryption_key": before})
    assert told("DSQL031", cluster, *more, gone(KEY, arn=ARN)) == said


@pytest.mark.parametrize(
    ("actions", "arn", "said"),
    [(["update"], None, ASKED), (["update"], ARN, []), (["create"], None, []), (["delete", "create"], None, [])],
)
def test_a_key_without_a_known_arn_is_open_for_a_cluster_that_exists(actions, arn, said):
    unknown = {"kms_encryption_key": True}
    cluster = resource(CLUSTER, {}, actions=actions, before={"kms_encryption_key": OWNED}, after_unknown=unknown)
    assert told("DSQL031", cluster, gone(KEY, arn=arn)) == said


def pair(*keys):
    """Two clusters that should be linked, each with its key; one that is unknown is made by this apply."""
    for address, region, key in zip((CLUSTER, OTHER), ("us-east-1", "us-east-2"), keys, strict=True):
        unknown = {"kms_encryption_key": True} if key == "made" else {}
        after = {"multi_region_properties": [{}]} | ({} if unknown else {"kms_encryption_key": key})
        yield resource(address, after, region=region, after_unknown=unknown)


@pytest.mark.parametrize(
    ("keys", "plain"),
    [
        (("made", OWNED), OTHER),
        ((None, "made"), CLUSTER),
        ((OWNED, ARN), CLUSTER),
        ((OWNED, None), None),
        (("made", ARN), None),
    ],
)
def test_the_side_on_awss_own_key_is_told_where_the_other_is_not(keys, plain):
    message = "is encrypted by AWS's own key, the other side by one of yours"
    assert told("DSQL034", *pair(*keys)) == ([(plain, message)] if plain else [])


def test_the_first_of_several_on_awss_own_key_is_told():
    third = resource("aws_dsql_cluster.three", {"multi_region_properties": [{}], "kms_encryption_key": ARN})
    assert [address for address, _ in told("DSQL034", *pair(OWNED, None), third)] == [CLUSTER]


def test_a_pair_that_is_encrypted_alike_hides_none_after_it():
    alike = [
        resource(f"module.a.{name}", {"multi_region_properties": [{}]}, region=region)
        for name, region in ((CLUSTER, "us-east-1"), (OTHER, "us-east-2"))
    ]
    assert [address for address, _ in told("DSQL034", *alike, *pair(OWNED, ARN))] == [CLUSTER]


THERE = "us-east-2"


@pytest.mark.parametrize(
    ("given", "region", "message"),
    [
        (ARN, "us-east-1", None),
        (ARN, THERE, f"is in {THERE}, its key in us-east-1"),
        (ARN, None, None),
        (OWNED, THERE, None),
        ("arn:aws:kms", THERE, None),
        ("arn:aws:kms:us-east-1", THERE, f"is in {THERE}, its key in us-east-1"),
        (None, THERE, None),
    ],
)
def test_the_region_of_a_key_is_told_by_its_arn(given, region, message):
    said = told("DSQL035", resource(CLUSTER, {"kms_encryption_key": given}, region=region))
    assert said == ([(CLUSTER, message)] if message else [])


@pytest.mark.parametrize(
    ("region", "key", "broken"),
    [(THERE, "us-east-1", True), (THERE, THERE, False), (None, "us-east-1", False), (THERE, None, False)],
)
def test_the_region_of_a_key_is_told_by_its_provider(region, key, broken):
    said = told("DSQL035", resource(CLUSTER, {}, region=region, refers=NAMES), resource(KEY, {}, region=key))
    assert said == ([(CLUSTER, f"is in {region}, its key {KEY} in {key}")] if broken else [])


USERS = [
    ("aws_cloudwatch_event_archive.one", "kms_key_identifier"),
    ("aws_cloudwatch_event_bus.one", "kms_key_identifier"),
    ("aws_cloudwatch_log_group.one", "kms_key_id"),
    ("aws_lambda_function.one", "kms_key_arn"),
    ("aws_sns_topic.one", "kms_master_key_id"),
    ("aws_sqs_queue.one", "kms_master_key_id"),
]


@pytest.mark.parametrize(("user", "argument"), USERS, ids=[user for user, _ in USERS])
@pytest.mark.parametrize("key", [KEY, "aws_kms_replica_key.one"])
def test_each_user_of_a_key_is_told_under_which_it_goes(user, argument, key):
    stays = resource(user, {argument: ARN}, actions=["no-op"], before={argument: ARN})
    message = f"would be deleted while {user} uses it"
    assert told("DSQL036", stays, gone(key, arn=ARN)) == [(key, message)]
    assert told("DSQL036", stays, gone(key, arn="arn:other")) == []


QUEUE = "aws_sqs_queue.one"


@pytest.mark.parametrize(
    ("named", "uses"),
    [(ARN, True), ("1", True), ("alias/a", True), ("arn:alias", True), ("alias/b", False), ("None", False)],
)
def test_a_key_goes_by_its_arn_its_id_and_the_name_and_arn_of_its_aliases(named, uses):
    aliases = (
        gone("aws_kms_alias.one", target_key_id="1", name="alias/a", arn="arn:alias"),
        gone("aws_kms_alias.two", target_key_id="2", name="alias/b"),
        gone("aws_kms_alias.three", target_key_id="1"),
        gone("aws_iam_role.none", target_key_id="1", name="alias/b"),
    )
    queue = resource(QUEUE, {"kms_master_key_id": named}, actions=["no-op"], before={})
    said = told("DSQL036", queue, *aliases, gone(KEY, arn=ARN, key_id="1"))
    assert said == ([(KEY, f"would be deleted while {QUEUE} uses it")] if uses else [])


def test_an_alias_of_no_key_and_a_key_without_an_id_are_not_each_others():
    queue = resource(QUEUE, {"kms_master_key_id": "alias/a"}, actions=["no-op"], before={})
    assert told("DSQL036", queue, gone("aws_kms_alias.one", name="alias/a"), gone(KEY, arn=ARN)) == []


def variables(**given):
    return {"environment": [{"variables": given}]}


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        (variables(A="1", KEY=ARN), variables(), True),
        (variables(), variables(KEY=ARN), True),
        (variables(A="1"), variables(A="1"), False),
        ({"environment": []}, {"environment": None}, False),
        ({"environment": [{"variables": None}]}, {"environment": [{}]}, False),
        (variables(A=1), variables(A=None), False),
    ],
)
def test_what_a_function_encrypted_with_is_told_by_its_environment(before, after, broken):
    function = "aws_lambda_function.one"
    said = told("DSQL037", resource(function, after, actions=["update"], before=before), gone(KEY, arn=ARN))
    assert said == ([(KEY, f"would be deleted, and {function} has encrypted with it")] if broken else [])


@pytest.mark.parametrize(
    ("unknown", "broken"), [({"environment": True}, False), ({"environment": [{"variables": {"A": True}}]}, True)]
)
def test_variables_that_only_the_apply_tells_hide_none_beside_them(unknown, broken):
    after = variables(A=None, KEY=ARN) if broken else {}
    function = resource("aws_lambda_function.one", after, actions=["create"], after_unknown=unknown)
    assert len(told("DSQL037", function, gone(KEY, arn=ARN))) == broken


def test_only_a_function_encrypts_with_its_environment():
    other = resource("aws_instance.one", variables(KEY=ARN), actions=["update"], before=variables(KEY=ARN))
    assert told("DSQL037", other, gone(KEY, arn=ARN)) == []


@pytest.mark.parametrize(
    ("before", "after", "actions", "broken"),
    [
        (ARN, None, ["update"], True),
        (ARN, ARN, ["update"], False),
        (None, None, ["update"], False),
        (ARN, None, ["delete", "create"], False),
    ],
)
def test_what_leaves_a_key_that_goes_leaves_what_it_stored(before, after, actions, broken):
    queue = resource(QUEUE, {"kms_master_key_id": after}, actions=actions, before={"kms_master_key_id": before})
    said = told("DSQL038", queue, gone(KEY, arn=ARN))
    assert said == ([(KEY, f"would be deleted with what {QUEUE} has stored under it")] if broken else [])
