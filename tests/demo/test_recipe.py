import os
import sys
from types import SimpleNamespace

import pytest

from demo.recipe import CommandLine
from demo.tour import NotSeenError

SIDE = SimpleNamespace(region="us-east-1", functions={"transactions": "small-transactions-primary"})
# Stands for `aws`: tells its version, or writes what it was called with into the response file.
AWS = f"""#!{sys.executable}
import json, os, pathlib, sys
if sys.argv[1] == "--version":
    print(f"aws-cli/{{os.environ['VERSION']}}.1 Python/3.11")
elif sys.argv[1] == "dsql":
    sys.stderr.write("An error occurred (AccessDenied)")
    sys.exit(254)
else:
    pathlib.Path(sys.argv[-1]).write_text(json.dumps({{"called": sys.argv[1:]}}))
"""


def command_line(tmp_path, monkeypatch, version: str) -> CommandLine:
    program = tmp_path / "aws"
    program.write_text(AWS)
    program.chmod(0o755)
    path = f"{tmp_path}:{os.defpath}"
    monkeypatch.setenv("PATH", path)
    return CommandLine({"PATH": path, "VERSION": version})


@pytest.mark.parametrize(("version", "has_option"), [("1.44", False), ("2.27", True)])
def test_the_payload_option_of_version_2_is_given_to_version_2_only(tmp_path, monkeypatch, version, has_option):
    called = command_line(tmp_path, monkeypatch, version).invoke(SIDE, {"operation": "read"})["called"]
    function = ["--region", "us-east-1", "--function-name", "small-transactions-primary"]
    assert called[:8] == ["lambda", "invoke", *function, "--payload", '{"operation":"read"}']
    assert called[8:-1] == (["--cli-binary-format", "raw-in-base64-out"] if has_option else [])


def test_a_failed_command_is_told_with_what_it_printed(tmp_path, monkeypatch):
    with pytest.raises(NotSeenError, match=r"`aws dsql get-cluster` exits 254: An error occurred \(AccessDenied\)"):
        command_line(tmp_path, monkeypatch, "1.44")("dsql", "get-cluster")
