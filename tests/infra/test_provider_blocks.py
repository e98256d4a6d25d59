"""What the exporter knows of the provider's nested blocks is what the provider says."""

import io
import json
import os
import subprocess
from pathlib import Path

from delivery import offline
from infra import provider_blocks

REPOSITORY = Path(__file__).parents[2]


def test_blocks_are_kept_as_a_tree_of_names():
    inner = {"block": {"block_types": {"on_failure": {"block": {"attributes": {"destination": {}}}}}}}
    schema = {
        "provider_schemas": {
            provider_blocks.PROVIDER: {
                "resource_schemas": {
                    "aws_kept": {"block": {"block_types": {"timeouts": {"block": {}}, "destination_config": inner}}},
                    "aws_without": {"block": {"attributes": {"name": {}}}},
                    "aws_not_used": {"block": {"block_types": {"timeouts": {"block": {}}}}},
                },
                "data_source_schemas": {"aws_region": {"block": {}}},
            }
        }
    }
    types = {"resource": {"aws_kept", "aws_without"}, "data": {"aws_region"}}
    assert provider_blocks.reduce(schema, types) == {
        "resource": {"aws_kept": {"destination_config": {"on_failure": {}}, "timeouts": {}}},
        "data": {},
    }


def test_the_committed_blocks_are_those_of_the_provider(tmp_path, monkeypatch):
    """Of the oldest version that the modules take."""
    root = offline.copy(REPOSITORY, Path("examples/minimal"), tmp_path / "repository")
    oldest = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}}
    (root / "oldest_override.tf.json").write_text(json.dumps({"terraform": oldest}))
    terraform = offline.terraform(root, os.environ, tmp_path / "terraform")
    terraform.init()
    shown = subprocess.run(
        [terraform.binary, "providers", "schema", "-json"],
        cwd=root,
        env=dict(terraform.environment),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    monkeypatch.setattr("sys.stdin", io.StringIO(shown))
    monkeypatch.setattr(provider_blocks, "__file__", str(tmp_path / "provider_blocks.py"))
    provider_blocks.main()
    written = json.loads((tmp_path / "provider_blocks.json").read_text())
    committed = json.loads((REPOSITORY / "infra" / "provider_blocks.json").read_text())
    assert written == committed, "run: make provider-blocks"
