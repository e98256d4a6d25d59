"""The pipelines of docs/ci.md, the action and the hook: they parse, and their commands run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from delivery.toolchain import find_terraform
from policy.__main__ import main

from ..modules.planning import REPOSITORY
from .twin import part, twin

PAGE = (REPOSITORY / "docs" / "ci.md").read_text()
GITHUB, GITLAB, HOOKS = (
    yaml.load(block, Loader=yaml.BaseLoader) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
)
ACTION = yaml.safe_load((REPOSITORY / "policy" / "action.yml").read_text())
BREAK = twin("DSQL001", "break")
KEYWORDS = {"stages", "default", "variables", "include", "workflow"}


def scripts():
    """Every line that a runner's shell gets."""
    github = [step["run"] for job in GITHUB["jobs"].values() for step in job["steps"] if "run" in step]
    jobs = [job for name, job in GITLAB.items() if name not in KEYWORDS]
    gitlab = [
        line for job in jobs for part in ("before_script", "script", "after_script") for line in job.get(part, [])
    ]
    return [line for script in [*github, *gitlab] for line in script.splitlines()]


@pytest.fixture
def broken(twins, tmp_path):
    (tmp_path / "plan.json").write_text(json.dumps(part(twins, BREAK)))
    (tmp_path / "policy.toml").write_text("")
    return tmp_path


def test_github_plans_gates_applies_and_verifies_in_this_order():
    assert list(GITHUB["jobs"]) == ["plan", "apply"]
    assert GITHUB["jobs"]["apply"]["needs"] == "plan"
    used = [step.get("uses", "").partition("@")[0] for step in GITHUB["jobs"]["plan"]["steps"]]
    gate = used.index("your-organization/dsql-active-active/policy")
    upload = GITHUB["jobs"]["plan"]["steps"][gate + 1]
    assert (upload["uses"].partition("@")[0], upload["if"]) == ("github/codeql-action/upload-sarif", "always()")
    assert upload["with"]["sarif_file"] == GITHUB["jobs"]["plan"]["steps"][gate]["with"]["output"]


def test_gitlab_runs_each_job_in_a_stage_of_its_own():
    stages = [job["stage"] for name, job in GITLAB.items() if name not in KEYWORDS and not name.startswith(".")]
    assert stages == GITLAB["stages"] == ["plan", "policy", "apply", "verify"]


def test_both_apply_the_plan_that_was_checked():
    lines = scripts()
    assert [line for line in lines if "terraform apply" in line] == ["terraform apply -input=false plan.tfplan"] * 2
    assert [line for line in lines if "terraform plan" in line] == ["terraform plan -input=false -out=plan.tfplan"] * 2


def test_every_terraform_command_and_option_exists():
    program = find_terraform(os.environ).path
    for command, options in {m[1]: re.findall(r" -([a-z-]+)", m[2]) for m in _terraform()}.items():
        told = subprocess.run([program, command, "-help"], capture_output=True, text=True, check=False).stdout
        assert not [option for option in options if f"-{option}" not in told], command


def _terraform():
    return [found for line in scripts() if (found := re.search(r"terraform (\w+)(.*)", line))]


def test_the_verification_takes_its_options():
    line = next(line for line in scripts() if "ops verify" in line)
    options = re.search(r"python -m ops (.*)", line)[1].split()
    told = subprocess.run(
        [sys.executable, "-m", "ops", "verify", "--help"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert not [one for one in options if one.startswith("--") and one not in told.stdout]


@pytest.mark.parametrize("line", [line for line in scripts() if "python -m policy" in line])
def test_a_gate_of_gitlab_fails_on_a_broken_rule_and_writes_its_report(broken, line):
    (broken / ".dsql").symlink_to(REPOSITORY)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", line], cwd=broken, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    report = next(
        iter(set(GITLAB["policy"]["artifacts"]["paths"] + ["policy.xml"]) & {f.name for f in broken.iterdir()})
    )
    assert "DSQL001" in (broken / report).read_text()


def test_the_action_fails_on_a_broken_rule_and_writes_its_report(broken):
    (step,) = ACTION["runs"]["steps"]
    given = {name: str(value["default"]) for name, value in ACTION["inputs"].items()}
    environment = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    environment["PYTHONPATH"] = step["env"]["PYTHONPATH"].replace(
        "${{ github.action_path }}", str(REPOSITORY / "policy")
    )
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", step["run"]], cwd=broken, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "DSQL001" in (broken / given["output"]).read_text()


def test_the_pipeline_gives_the_action_inputs_that_it_has():
    steps = [step for job in GITHUB["jobs"].values() for step in job["steps"]]
    given = next(step["with"] for step in steps if step.get("uses", "").startswith("your-organization"))
    assert set(given) <= set(ACTION["inputs"])


def test_the_hook_runs_from_its_clone_on_the_files_that_are_given(broken):
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    (wanted,) = HOOKS["repos"][0]["hooks"]
    assert (hook["id"], hook["language"]) == (wanted["id"], "script")
    assert re.search(hook["files"], "roots/orders/plan.json")
    command = [REPOSITORY / hook["entry"], *wanted["args"], "plan.json"]
    done = subprocess.run(command, cwd=broken, capture_output=True, text=True, check=False)
    assert (done.returncode, "DSQL001" in done.stdout) == (1, True), done.stderr


def test_the_empty_file_of_exceptions_is_fine(broken):
    assert main([str(broken / "plan.json"), "--exceptions", str(broken / "policy.toml")]) == 1
