"""An AWS CLI that knows two clusters and `dsql get-cluster|update-cluster`, `sts assume-role`; state in a JSON file.

Behaves as AWS documents it: PENDING_SETUP until both clusters name each other, then ACTIVE after `rounds` more looks.
"""

import json
import os
import sys
from pathlib import Path

state_file = Path(os.environ["FAKE_AWS_STATE"])
state = json.loads(state_file.read_text())
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("aws-cli/2.1.0 fake")
    sys.exit()
region = arguments[arguments.index("--region") + 1]
service, operation = [argument for argument in arguments if argument in ("dsql", "sts", *state["operations"])][:2]
state["calls"].append({"region": region, "operation": operation, "key": os.environ.get("AWS_ACCESS_KEY_ID")})
failure = state["failures"].get(operation)
cluster = state["clusters"].get(region)


def answer() -> str:
    if operation == "assume-role":
        return "ASIAFAKE\tsecret\ttoken"
    if operation == "update-cluster":
        properties = arguments[arguments.index("--multi-region-properties") + 1]
        cluster["peers"] = [properties.split("clusters=")[1]]
        return ""
    both = state["clusters"].values()
    if all(found["peers"] for found in both) and cluster["status"] == "PENDING_SETUP":
        if state["rounds"] > 0:
            state["rounds"] -= 1
        else:
            for found in both:
                found["status"] = "ACTIVE"
    return " ".join([cluster["status"], *([cluster["arn"], *cluster["peers"]] if cluster["peers"] else [])])


if failure:
    print(failure, file=sys.stderr)
    code = 254
else:
    print(answer())
    code = 0
state_file.write_text(json.dumps(state))
sys.exit(code)
