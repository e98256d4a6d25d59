"""The deployable stack: providers, the module call, and where the state is kept."""

import json
from pathlib import Path

import pytest
from cdktf import Testing as Synthesis

from infra.deployment import Deployment

REPOSITORY = Path(__file__).parents[2]


def synthesized(state=None, directory=REPOSITORY / "cdktf.out" / "stacks" / "transactions"):
    stack = Deployment(Synthesis.app(), "transactions", repository=REPOSITORY, directory=directory, state=state)
    return json.loads(Synthesis.synth(stack))


def test_no_path_of_this_machine_is_in_the_stack():
    assert str(REPOSITORY) not in json.dumps(synthesized())


def test_the_local_state_lies_outside_of_the_folder_that_is_written_anew():
    assert synthesized()["terraform"]["backend"] == {
        "local": {"path": "../../../terraform.tfstate", "workspace_dir": "../../../terraform.tfstate.d"}
    }


def test_s3_takes_the_state_with_its_own_locking():
    state = {"bucket": "states", "key": "orders.tfstate", "region": "eu-west-1", "kms_key_id": "alias/states"}
    assert synthesized(state)["terraform"]["backend"] == {"s3": {**state, "encrypt": True, "use_lockfile": True}}


def test_an_incomplete_s3_state_is_refused_with_what_is_missing():
    with pytest.raises(ValueError, match=r"`state` in cdktf\.json lacks key, region; it needs bucket, key and region"):
        synthesized({"bucket": "states"})


def test_the_regions_are_named_once_in_the_providers():
    configuration = synthesized()
    assert configuration["provider"]["aws"] == [
        {"alias": role, "region": f"${{var.{role}_region}}"} for role in ("primary", "secondary", "witness")
    ]
    assert configuration["module"]["application"]["providers"] == {
        f"aws.{role}": f"aws.{role}" for role in ("primary", "secondary", "witness")
    }
    assert not [name for name in configuration["module"]["application"] if name.endswith("_region")]


def test_every_input_has_a_default_that_works():
    required = [name for name, body in synthesized()["variable"].items() if "default" not in body]
    assert required == []


def test_the_stack_calls_the_module_that_others_consume():
    assert synthesized()["module"]["application"]["source"] == "../../../modules/application"
