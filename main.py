"""Composition root: reads the configuration, builds the deployable stack, synthesizes it.

`cdktf.json` may hold, in `context`, `state`: settings of Terraform's S3 backend. Without it the state is a local file.
"""

import json
import os
from pathlib import Path

from infra.deployment import Deployment, app

REPOSITORY = Path(__file__).resolve().parent
STACK = "transactions"


def main() -> None:
    """Write the stack to `<output folder>/stacks/transactions`; `CDKTF_OUTDIR` moves the output folder."""
    configuration = json.loads((REPOSITORY / "cdktf.json").read_text())
    output = Path(os.environ.get("CDKTF_OUTDIR") or REPOSITORY / configuration["output"]).resolve()
    root = app(output)
    Deployment(
        root,
        STACK,
        repository=REPOSITORY,
        directory=output / "stacks" / STACK,
        state=configuration.get("context", {}).get("state"),
    )
    root.synth()


if __name__ == "__main__":
    main()
