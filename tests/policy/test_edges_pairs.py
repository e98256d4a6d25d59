"""The two clusters of a pair and what links them: where each rule begins and ends, on plans of a few resources."""

import pytest

from policy.pair import pairs
from policy.plan import Plan

from .small import document, resource, told

ONE, TWO, THREE, FOUR = (f"aws_dsql_cluster.{number}" for number in ("one", "two", "three", "four"))
FIRST, SECOND = "aws_dsql_cluster_peering.one", "aws_dsql_cluster_peering.two"
LINK, MORE = "terraform_data.link", "null_resource.link"


def cluster(address, witness="us-west-2", region="us-east-1", **more):
    after = {"multi_region_properties": [{"witness_region": witness}]} if witness else {}
    return resource(address, after, region=region, **more)


def two(one="us-west-2", other="us-west-2", regions=("us-east-1", "us-east-2")):
    return cluster(ONE, one, regions[0]), cluster(TWO, other, regions[1])


def peering(address, own, *others, witness="us-west-2", **more):
    return resource(address, {"witness_region": witness}, refers={"identifier": [own], "clusters": [*others]}, **more)


def link(*clusters, address=LINK):
    return resource(address, {}, refers={"input": [*clusters]})


OTHERS = (cluster(THREE), cluster(FOUR), link(THREE, FOUR, address=MORE))
BOTH = (peering(FIRST, ONE, TWO), peering(SECOND, TWO, ONE, region="us-east-2"))


def found(*resources, **more):
    """Which clusters are one database, and whether something links them."""
    plan = Plan(document(*resources, **more))
    return [([cluster.address for cluster in pair.clusters], pair.linked) for pair in pairs(plan)]


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ((*two(), *BOTH), [([ONE, TWO], True)]),
        ((*two(), link(ONE, TWO)), [([ONE, TWO], True)]),
        ((*two(), link(ONE)), [([ONE, TWO], False)]),
        ((*two(), resource(LINK, {})), [([ONE, TWO], False)]),
        ((cluster(ONE, None), cluster(TWO, None)), []),
        ((*two(), cluster(THREE), link(ONE, TWO)), [([ONE, TWO], True), ([THREE], False)]),
        ((*two(), cluster(THREE), link(ONE, TWO), link(THREE, TWO, address=MORE)), [([ONE, THREE, TWO], True)]),
        ((*two(), link(ONE, TWO), *OTHERS), [([ONE, TWO], True), ([FOUR, THREE], True)]),
        ((*two(), resource("aws_sqs_queue.one", {}, refers={"policy": [ONE, TWO]})), [([ONE, TWO], False)]),
    ],
)  # fmt: skip
def test_what_is_linked_is_one_database_and_what_is_not_waits_for_it(resources, expected):
    assert found(*resources) == expected


def test_two_calls_of_one_module_are_two_databases_where_each_holds_both_sides():
    def calls(name):
        return cluster(f'module.a["{name}"].{ONE}'), cluster(f'module.a["{name}"].{TWO}', region="us-east-2")

    step = link(ONE, TWO, address=f'module.a["x"].{LINK}')
    assert found(*calls("x"), *calls("y"), step) == [
        ([f'module.a["{name}"].{ONE}', f'module.a["{name}"].{TWO}'], True) for name in "xy"
    ]


def test_one_module_for_each_side_is_one_database():
    sides = cluster(f"module.a.{ONE}"), cluster(f"module.b.{ONE}", region="us-east-2")
    assert found(*sides) == [([f"module.a.{ONE}", f"module.b.{ONE}"], False)]


def test_two_instances_of_one_block_can_be_linked_by_one_step():
    sides = [cluster(f'{ONE}["{name}"]', region=region) for name, region in (("a", "us-east-1"), ("b", "us-east-2"))]
    assert found(*sides, link(ONE)) == [([one["address"] for one in sides], True)]


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (two(), []),
        (two("us-east-1", "us-east-1"), [
            (ONE, 'the witness "us-east-1" is its own Region'),
            (TWO, 'the witness "us-east-1" is the Region of the other cluster'),
        ]),
        (two(None, None), []),
        (two(regions=("us-east-1", None)), [
            (f"?{ONE}", "the witness or a cluster's Region: unknown until apply"),
            (f"?{TWO}", "the witness or a cluster's Region: unknown until apply"),
        ]),
        (two(None, "us-west-2", regions=("us-east-1", None)), [
            (f"?{TWO}", "the witness or a cluster's Region: unknown until apply"),
        ]),
    ],
)  # fmt: skip
def test_a_witness_is_compared_with_the_regions_that_are_known(sides, said):
    assert told("DSQL010", *sides, link(ONE, TWO)) == said


@pytest.mark.parametrize(
    ("regions", "witness", "unlike", "new"),
    [
        (("us-east-1", "us-east-2"), "us-west-2", None, None),
        (("us-east-1", "eu-west-1"), "us-west-2", "eu-west-1, us-east-1, us-west-2", None),
        (("us-east-1", "eu-west-1"), "mars-1", "eu-west-1, mars-1, us-east-1", None),
        (("us-east-1", "us-east-2"), "mars-1", None, "the Region set of mars-1, which is newer than this rule"),
        (("mars-1", "mars-2"), "mars-2", None, "the Region set of mars-1, mars-2, which is newer than this rule"),
        (("us-east-1", None), "us-west-2", None, "a Region"),
    ],
)
def test_regions_are_of_one_set_as_far_as_they_are_known(regions, witness, unlike, new):
    broken = [(ONE, f"{unlike} are not of one Region set")] if unlike else []
    said = broken or ([(f"?{ONE}", f"{new}: unknown until apply")] if new else [])
    assert told("DSQL011", *two(witness, witness, regions), link(ONE, TWO)) == said


MISSING = "is linked, but has no `multi_region_properties` with a `witness_region`"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("us-west-2", "us-west-2", []),
        ("us-west-2", "us-west-1", [(ONE, "the witnesses of the pair differ: us-west-1, us-west-2")]),
        (None, None, [(ONE, MISSING), (TWO, MISSING)]),
        ("us-west-2", None, [(TWO, MISSING)]),
    ],
)
def test_linked_clusters_name_one_witness(one, other, said):
    assert told("DSQL012", *two(one, other), link(ONE, TWO)) == said


def test_what_is_not_linked_names_any_witness_and_hides_none_after_it():
    assert told("DSQL012", *two("us-west-2", "us-west-1")) == []
    alone = cluster(THREE, "us-west-1")
    sides = two(None, None)
    assert told("DSQL012", alone, *sides, link(ONE, TWO)) == [(ONE, MISSING), (TWO, MISSING)]


def test_the_first_of_two_pairs_hides_nothing_of_the_second():
    there = [cluster(f"module.a.{one}", None, region) for one, region in ((ONE, "us-east-1"), (TWO, "us-east-2"))]
    links = link(ONE, TWO), link(ONE, TWO, address=f"module.a.{LINK}")
    assert told("DSQL012", *two(), *there, *links) == [(f"module.a.{one}", MISSING) for one in (ONE, TWO)]


def test_a_peering_names_the_witness_of_its_cluster():
    wrong = peering(FIRST, ONE, TWO, witness="us-west-1")
    message = 'its witness is "us-west-1", that of its cluster "us-west-2"'
    assert told("DSQL012", *two(), wrong, BOTH[1]) == [(FIRST, message)]
    assert told("DSQL012", *two("us-west-1", "us-west-1"), wrong, peering(SECOND, TWO, ONE, witness="us-west-1")) == []
    assert told("DSQL012", *two(None, None), *BOTH) == [(ONE, MISSING), (TWO, MISSING)]


def test_a_peering_is_not_compared_with_the_cluster_of_another_call():
    for_each = [
        made
        for name, witness in (("x", "us-west-2"), ("y", "us-west-1"))
        for made in (
            cluster(f'module.a["{name}"].{ONE}', witness),
            cluster(f'module.a["{name}"].{TWO}', witness, "us-east-2"),
            peering(f'module.a["{name}"].{FIRST}', ONE, TWO, witness=witness),
            peering(f'module.a["{name}"].{SECOND}', TWO, ONE, witness=witness),
        )
    ]
    assert told("DSQL012", *for_each) == []


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        (("us-east-1", "us-east-2"), []),
        (("us-east-1", "us-east-1"), [(TWO, f"is in us-east-1, as {ONE} is")]),
        (("us-east-1", None), [(f"?{ONE}", "its Region: unknown until apply")]),
        ((None, "us-east-1"), [(f"?{ONE}", "its Region: unknown until apply")]),
    ],
)
def test_the_second_of_two_clusters_in_one_region_is_told(regions, said):
    assert told("DSQL013", *two(regions=regions)) == said


UNLINKED = "has a witness, and nothing in the plan links it with another cluster"
LOCAL = "what a peering reaches through a local value, which no plan shows: unknown until apply"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), [(ONE, UNLINKED), (TWO, UNLINKED)]),
        ((link(ONE, TWO),), []),
        (BOTH, []),
        ((peering(FIRST, ONE, TWO),), []),
        ((peering(FIRST, ONE, "var.other"),), [(TWO, UNLINKED)]),
        ((peering(FIRST, "local.one", TWO),), [(f"?{ONE}", LOCAL)]),
        ((peering(FIRST, "var.one", "local.two"),), [(f"?{ONE}", LOCAL), (f"?{TWO}", LOCAL)]),
    ],
)
def test_a_cluster_with_a_witness_is_linked_by_its_peering_or_by_a_step(more, said):
    assert told("DSQL014", *two(), *more) == said


def test_a_cluster_without_a_witness_needs_no_link_and_hides_none_after_it():
    assert told("DSQL014", cluster(ONE, None), cluster(TWO)) == [(TWO, UNLINKED)]
    unconfigured = resource(ONE, {"multi_region_properties": [{}]}, configured=False)
    assert told("DSQL014", unconfigured) == [(ONE, UNLINKED)]


@pytest.mark.parametrize(
    ("given", "alone"),
    [
        (BOTH, {}),
        (BOTH[:1], {FIRST: TWO}),
        ((peering(FIRST, ONE, ONE),), {FIRST: ONE}),
        ((BOTH[0], peering(SECOND, TWO, THREE)), {FIRST: TWO, SECOND: THREE}),
        ((BOTH[0], peering(SECOND, THREE, ONE)), {FIRST: TWO, SECOND: ONE}),
        ((peering(FIRST, ONE, THREE, TWO),), {FIRST: f"{THREE}, {TWO}"}),
    ],
)
def test_a_peering_is_mirrored_by_one_the_other_way(given, alone):
    assert told("DSQL015", *two(), cluster(THREE), *given) == [
        (address, f"links to {other}, which has no peering that links back") for address, other in alone.items()
    ]


@pytest.mark.parametrize("half", [peering(FIRST, ONE, "var.other"), peering(FIRST, "var.own", TWO)])
def test_a_peering_whose_other_side_is_not_seen_is_open(half):
    open_question = "its other side, which is not in this plan or goes through a local value: unknown until apply"
    assert told("DSQL015", *two(), half) == [(f"?{FIRST}", open_question)]


def test_one_block_with_an_instance_for_each_side_is_its_own_mirror():
    sides = [cluster(f'{ONE}["{name}"]', region=region) for name, region in (("a", "us-east-1"), ("b", "us-east-2"))]
    blocks = [peering(f'{FIRST}["{name}"]', ONE, ONE) for name in "ab"]
    assert told("DSQL015", *sides, *blocks) == []
    elsewhere = [peering(f'{FIRST}["{name}"]', ONE, TWO) for name in "ab"]
    assert told("DSQL015", *sides, cluster(TWO), *elsewhere) == [
        (f'{FIRST}["a"]', f"links to {TWO}, which has no peering that links back")
    ]


def test_a_peering_and_a_cluster_that_wait_for_the_other_are_told():
    waiting = peering(SECOND, TWO, ONE, depends_on=[FIRST])
    assert told("DSQL016", *two(), BOTH[0], waiting) == [(SECOND, f"depends on {FIRST}")]
    assert told("DSQL016", *two(), *BOTH) == []
    sides = cluster(ONE), cluster(TWO, region="us-east-2", depends_on=[ONE])
    assert told("DSQL017", *sides) == [(TWO, f"depends on {ONE}")]
    assert told("DSQL017", *two()) == []


def test_what_the_plan_does_not_configure_waits_for_nothing_and_hides_none():
    forgotten = resource("aws_dsql_cluster_peering.gone", {}, configured=False)
    waiting = peering(SECOND, TWO, ONE, depends_on=[FIRST])
    assert told("DSQL016", *two(), forgotten, BOTH[0], waiting) == [(SECOND, f"depends on {FIRST}")]
    gone = resource(THREE, {"multi_region_properties": [{}]}, configured=False)
    sides = cluster(ONE), cluster(TWO, region="us-east-2", depends_on=[ONE])
    assert told("DSQL017", gone, *sides) == [(TWO, f"depends on {ONE}")]
    steps = resource("null_resource.gone", {}, configured=False), link(ONE, TWO)
    assert found(*two(), forgotten, *steps) == [([ONE, TWO], True)]


@pytest.mark.parametrize(
    ("actions", "after", "message"),
    [
        (["update"], {"timeouts": {}, "b": 2, "c": 3}, "would be updated in place: b, timeouts"),
        (["update"], {"c": 3}, "would be updated in place: an argument"),
        (["no-op"], {"c": 3}, None),
        (["create"], {"b": 2}, None),
    ],
)
def test_a_peering_that_is_updated_is_told_with_what_changes(actions, after, message):
    said = told("DSQL018", resource(FIRST, after, actions=actions, before={"b": 1, "c": 3}))
    assert said == ([(FIRST, message)] if message else [])


@pytest.mark.parametrize(
    ("cluster_actions", "peering_actions", "broken"),
    [
        (["no-op"], ["create"], True),
        (["update"], ["create"], True),
        (["create"], ["create"], False),
        (["delete", "create"], ["create"], False),
        (["no-op"], ["no-op"], False),
    ],
)
def test_a_peering_is_created_with_its_cluster_alone(cluster_actions, peering_actions, broken):
    own = cluster(ONE, actions=cluster_actions, before={})
    far = cluster(f"module.a.{ONE}", actions=["no-op"], before={})
    created = peering(FIRST, ONE, TWO, actions=peering_actions, before={})
    said = [(FIRST, f"would be created on {ONE}, which exists already")] if broken else []
    assert told("DSQL019", own, far, created) == said


def test_the_first_of_several_old_clusters_is_named():
    old = [cluster(f"{ONE}[{number}]", actions=["no-op"], before={}) for number in (0, 1)]
    assert told("DSQL019", *old, peering(FIRST, ONE, TWO)) == [
        (FIRST, f"would be created on {ONE}[0], which exists already")
    ]
