import json
import os
from pathlib import Path

import pytest

from delivery.errors import RefusedError
from delivery.events import Counts
from delivery.parallelism import refuse_serial
from delivery.terraform import Terraform, TerraformError, resources
from delivery.toolchain import find_terraform

ROOT = {
    "variable": {"text": {"default": "one", "type": "string"}, "fail": {"default": False, "type": "bool"}},
    "resource": {
        "terraform_data": {
            "first": {"input": "${var.text}"},
            "second": {
                "input": "${terraform_data.first.id}",
                "provisioner": [{"local-exec": {"command": '${var.fail ? "echo because; exit 3" : "true"}'}}],
            },
        }
    },
    "output": {"text": {"value": "${terraform_data.first.output}"}},
}


@pytest.fixture
def terraform(tmp_path) -> Terraform:
    directory = tmp_path / "root"
    directory.mkdir()
    (directory / "main.tf.json").write_text(json.dumps(ROOT))
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull}
    made = Terraform(directory, environment, find_terraform(os.environ).path, tmp_path / "logs")
    made.init()
    return made


def test_a_plan_counts_and_an_apply_does_it(terraform):
    plan = terraform.plan()
    assert (plan.changes, plan.counts) == (True, Counts(added=2))
    assert [change["address"] for change in plan.document["resource_changes"]] == [
        "terraform_data.first",
        "terraform_data.second",
    ]
    assert plan.summary() == ["create terraform_data.first", "create terraform_data.second", "create output text"]
    seen: list[str] = []
    assert terraform.apply(plan, on_progress=lambda p: seen.append(f"{p.state} {p.address}")) == Counts(added=2)
    assert "complete terraform_data.second" in seen
    assert terraform.output() == {"text": "one"}
    assert terraform.addresses() == ["terraform_data.first", "terraform_data.second"]


def test_a_second_plan_has_no_changes_and_a_destroy_empties_the_state(terraform):
    terraform.apply()
    assert terraform.plan().changes is False
    assert terraform.plan(variables={"text": "two"}).counts == Counts(changed=1)
    assert terraform.plan(destroy=True).counts == Counts(destroyed=2)
    assert terraform.destroy() == Counts(destroyed=2)
    assert terraform.addresses() == []


def test_a_target_limits_the_apply(terraform):
    assert terraform.apply(targets=["terraform_data.first"]) == Counts(added=1)


def test_an_error_carries_terraforms_own_words_and_the_log(terraform):
    with pytest.raises(TerraformError) as raised:
        terraform.apply(variables={"fail": "true"})
    told = str(raised.value)
    assert told.startswith("terraform apply failed: terraform_data.second: local-exec provisioner error")
    assert "exit status 3. Output: because" in told
    assert (terraform.logs / "apply-default.log").name in told
    assert raised.value.diagnostics[0].address == "terraform_data.second"


def test_an_invalid_configuration_is_told_by_plan_and_by_init(terraform):
    (terraform.directory / "more.tf.json").write_text('{"output": {"x": {"value": "${var.absent}"}}}')
    with pytest.raises(TerraformError, match="Reference to undeclared input variable"):
        terraform.plan()
    (terraform.directory / "more.tf.json").write_text("{")
    with pytest.raises(TerraformError, match=r"^terraform init failed: Error: .*problems"):
        terraform.init()


def test_logs_and_plans_of_workspaces_do_not_mix(terraform, tmp_path):
    other = Terraform(terraform.directory, {**terraform.environment, "TF_WORKSPACE": "b"}, terraform.binary, tmp_path)
    other.init()
    assert other.workspace == "b"
    assert other.plan().file != terraform.plan().file
    other.apply()
    assert terraform.addresses() == []


@pytest.mark.parametrize("value", ["-parallelism=1", "-no-color -parallelism=0", "--parallelism=1", "-parallelism 1"])
def test_one_operation_at_a_time_is_refused_with_the_reason(value):
    with pytest.raises(RefusedError, match=r"TF_CLI_ARGS_apply sets -parallelism=\d: the two linked clusters .* use 2"):
        Terraform(Path(), {"TF_CLI_ARGS_apply": value}, Path("terraform"), Path())


def test_two_and_more_operations_are_fine():
    refuse_serial({"TF_CLI_ARGS": "-parallelism=2", "TF_CLI_ARGS_plan": "-parallelism=10", "OTHER": "-parallelism=1"})


def test_resources_of_nested_modules_are_found():
    leaf = {"resources": [{"mode": "managed", "address": "module.a.module.b.x.y"}, {"mode": "data", "address": "d"}]}
    module = {"resources": [{"mode": "managed", "address": "x.y"}], "child_modules": [{"child_modules": [leaf]}]}
    assert [found["address"] for found in resources(module)] == ["x.y", "module.a.module.b.x.y"]
