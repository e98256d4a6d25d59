"""The deployed dashboard as it looks after a drill."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from demo.scene import Scene
from ops.aws import Aws
from ops.dashboard import Span, picture


def draw(scene: Scene, file: Path, began: dt.datetime) -> None:
    """Deploy `monitoring` on the stack that was drilled, and draw its dashboard of the time of the load.

    Only now, because each alarm would be evaluated at each metric that the load writes.

    Args:
        scene: where the stack is deployed.
        file: the SVG file to write.
        began: when the load began.

    Raises:
        TerraformError: `monitoring` cannot be applied.
    """
    span = Span(began, dt.datetime.now(dt.UTC))
    scene.stack.apply(scene.stack.terraform.plan(variables={"monitoring": "{}"}))
    outputs = scene.stack.terraform.output()
    source = (
        f"Source: a drill on the embedded cloud, which has no metrics of DSQL, EventBridge and SQS, "
        f"from {span.start:%Y-%m-%d %H:%M} to {span.end:%H:%M} UTC."
    )
    region = scene.deployment.primary.region
    drawn = picture(Aws(scene.environment), outputs["monitoring"]["dashboard_name"], region, span, source)
    file.write_text(drawn, encoding="utf-8")
