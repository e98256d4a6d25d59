"""What a block depends on, and where a reference leads: through variables, outputs, `each` and `depends_on`."""

import pytest

from policy.configuration import Configuration, constant, each, joined, kind_of, without_indexes
from policy.shape import Node

A, B, C = "aws_sqs_queue.a", "aws_sqs_queue.b", "aws_sqs_queue.c"


def refers(*named):
    return {"references": list(named)}


def block(address, *named, **more):
    return {"address": address, "expressions": {"argument": refers(*named)}, **more}


def configured(*resources, **calls):
    return Configuration(Node({"root_module": {"resources": list(resources), "module_calls": calls}}, "configuration"))


def call(*resources, inputs=None, outputs=None, calls=None, **more):
    outputs = {name: {"expression": refers(*named)} for name, named in (outputs or {}).items()}
    module = {"resources": list(resources), "outputs": outputs, "module_calls": calls or {}}
    return {"expressions": inputs or {}, "module": module, **more}


def led(configuration, address):
    return configuration.targets(configuration.blocks[address], "argument")


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["var.given.arn", "var.given"], {A, B}),
        (["var.other"], set()),
        ([f"{C}.arn", C], {f"module.child.{C}"}),
        (["each.value.arn", "each.value"], {f"module.child.{C}"}),
        (["each.key"], {f"module.child.{C}"}),
        (["data.aws_sqs_queue.a.arn", "data.aws_sqs_queue.a"], {"module.child.data.aws_sqs_queue.a"}),
        (["path.module"], set()),
    ],
)
def test_a_reference_in_a_module_leads_up_through_its_variable(named, found):
    inside = [
        block("aws_sns_topic.one", *named, for_each_expression=refers(C)),
        block(C),
        block("data.aws_sqs_queue.a"),
    ]
    made = configured(block(A), block(B), child=call(*inside, inputs={"given": refers(A, B)}))
    assert led(made, "module.child.aws_sns_topic.one").blocks == found


def test_a_variable_of_the_root_leads_nowhere():
    assert led(configured(block(A, "var.queue")), A).blocks == frozenset()


def test_a_variable_that_is_each_value_of_its_call_leads_to_what_that_goes_over():
    inside = call(block(C, "var.given"), inputs={"given": refers("each.value")}, for_each_expression=refers(A))
    assert led(configured(block(A), block(B), child=inside), f"module.child.{C}").blocks == {A}


def test_only_the_output_that_is_named_is_followed():
    outputs = {"a": [A], "b": [f"{B}.arn", B]}
    made = configured(
        block("aws_sns_topic.one", "module.child.b", "module.child"), child=call(block(A), block(B), outputs=outputs)
    )
    assert led(made, "aws_sns_topic.one").blocks == {f"module.child.{B}"}


def test_a_local_value_hides_what_it_leads_to_wherever_it_stands():
    inside = call(block(C, "var.given", "local.more"), inputs={"given": refers("local.queue", A)})
    made = configured(block(A, "local.queue", B), block(B), child=inside)
    assert (led(made, A).blocks, led(made, A).hidden, led(made, B).hidden) == ({B}, True, False)
    assert (led(made, f"module.child.{C}").blocks, led(made, f"module.child.{C}").hidden) == ({A}, True)


def test_a_circle_of_outputs_and_variables_ends():
    inside = call(inputs={"given": refers("module.child.out")}, outputs={"out": ["var.given"]})
    assert led(configured(block(A, "module.child.out"), child=inside), A).blocks == frozenset()


def test_a_nested_block_and_a_list_are_looked_through_but_no_text():
    nested = [{"inner": [refers(B)]}, {"inner": {"constant_value": {"references": ["aws_sqs_queue.c"]}}}]
    made = configured({"address": A, "expressions": {"argument": nested}}, block(B), block(C))
    assert led(made, A).blocks == {B}


@pytest.mark.parametrize(
    ("of_a", "found"),
    [
        (block(A, B), {B}),
        (block(A, depends_on=[B]), {B}),
        (block(A, depends_on=[f"{B}[0]"]), {B}),
        (block(A, count_expression=refers(B)), {B}),
        (block(A, for_each_expression=refers(B)), {B}),
        (block(A, depends_on=["module.child"]), {f"module.child.{C}"}),
        (block(A, depends_on=["module.child", B]), {f"module.child.{C}", B}),
        (block(A, depends_on=["module.child[0]"]), {f"module.child.{C}"}),
        (block(A), set()),
    ],
)
def test_a_block_depends_on_what_it_names_and_what_it_waits_for(of_a, found):
    others = {"child": call(block(C)), "children": call(block(C))}
    made = configured(of_a, block(B), **others)
    assert made.dependencies(made.blocks[A]).blocks == found


def test_a_block_depends_on_what_the_calls_around_it_wait_for():
    inner = {"inner": call(block(C), depends_on=[A])}
    made = configured(block(B), child=call(block(A), calls=inner, depends_on=[B]))
    address = f"module.child.module.inner.{C}"
    assert made.dependencies(made.blocks[address]).blocks == {f"module.child.{A}", B}
    assert made.dependencies(made.blocks[f"module.child.{A}"]).blocks == {B}


def test_what_waits_for_a_call_in_a_module_waits_for_that_modules_own():
    made = configured(
        block(B),
        child=call(block(A, depends_on=["module.inner"]), calls={"inner": call(block(C))}),
        inner=call(block(C)),
    )
    assert made.dependencies(made.blocks[f"module.child.{A}"]).blocks == {f"module.child.module.inner.{C}"}


def test_what_is_reached_through_others_is_reached_and_nothing_twice():
    made = configured(block(A, B), block(B, C), block(C, A), block("aws_sns_topic.one"))
    assert made.reach(A) == {A, B, C}
    assert made.reach("aws_sns_topic.one") == frozenset()
    assert made.reach("aws_sns_topic.none") == frozenset()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"constant_value": "a"}, "a"),
        ({"constant_value": 5}, 5),
        ({"constant_value": "${var.a}"}, None),
        ({"constant_value": "a", "references": ["var.a"]}, None),
        ({"constant_value": "a", "references": []}, "a"),
        ({"references": ["var.a"]}, None),
        (None, None),
    ],
)
def test_an_expression_is_a_constant_only_without_a_reference(expression, value):
    assert constant(Node(expression, "expression")) == value


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ('module.a["x.y"].aws_sqs_queue.b[0]', "module.a.aws_sqs_queue.b"),
        ('aws_sqs_queue.b["a]b"]', "aws_sqs_queue.b"),
        (r'aws_sqs_queue.b["a\"]b"]', "aws_sqs_queue.b"),
        ("aws_sqs_queue.b", "aws_sqs_queue.b"),
    ],
)
def test_an_address_without_its_keys_is_that_of_its_block(address, plain):
    assert without_indexes(address) == plain


def test_addresses_are_joined_and_taken_apart():
    assert (joined("", A), joined("module.child", A)) == (A, f"module.child.{A}")
    assert (kind_of(A), kind_of(f"module.child.{A}"), kind_of("alone")) == ("aws_sqs_queue", "aws_sqs_queue", "")


def test_a_block_tells_its_provider_its_arguments_and_what_each_goes_over():
    made = configured(block(A, provider_config_key="aws.east", for_each_expression=refers("var.all")), block(B))
    one, other = made.blocks[A], made.blocks[B]
    assert (one.provider, other.provider, one.sets("argument"), one.sets("policy")) == ("aws.east", "", True, False)
    assert (each(one), each(one.node), each(other)) == (("var.all",), ("var.all",), ())
