"""CI runs what a laptop runs, and no action that could change under it."""

import re

import pytest
import yaml

from .markdown import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
PIPELINES = (REPOSITORY / "docs" / "ci.md").read_text()
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


@pytest.fixture(params=WORKFLOWS, ids=lambda file: file.name)
def workflow(request):
    return request.param.read_text()


def test_every_action_is_pinned_by_commit_with_its_version_beside_it(workflow):
    used = [line.strip().removeprefix("- ") for line in workflow.splitlines() if "uses:" in line]
    assert used
    assert not [line for line in used if not PINNED.fullmatch(line)]


def test_the_pipeline_that_consumers_copy_pins_its_actions_too():
    used = [line.strip().removeprefix("- ") for line in PIPELINES.splitlines() if "uses:" in line]
    foreign = [line for line in used if "your-organization/" not in line]
    assert len(foreign) > 5
    assert not [line for line in foreign if not PINNED.fullmatch(line)]


def test_the_same_action_has_the_same_commit_everywhere():
    texts = "".join([*(file.read_text() for file in WORKFLOWS), PIPELINES])
    used = set(re.findall(r"uses: (\S+)@(\w+)", texts))
    assert len(used) == len({action for action, _ in used})


def test_every_step_is_a_target_or_the_script_of_ci(workflow):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    for job in yaml.safe_load(workflow)["jobs"].values():
        runs = [step["run"] for step in job["steps"] if "run" in step]
        assert runs == ["${{ matrix.step }}"]
        for step in job["strategy"]["matrix"]["step"]:
            assert step == ".ci/run" or step.removeprefix("make ") in targets


def test_a_workflow_may_only_read_the_repository(workflow):
    document = yaml.safe_load(workflow)
    assert document["permissions"] == {"contents": "read"}
    assert "secrets." not in workflow


def test_hooks_before_a_commit_fetch_nothing():
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
    assert [found["repo"] for found in hooks["repos"]] == ["local"]
