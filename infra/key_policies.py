"""The output `key_policies`: what a KMS key of the caller must allow, by the input that takes its ARN."""

from infra.hcl import Value
from infra.output import Output
from infra.placement import SIDES

_LOCALS = {
    "backup": "backup_key_policies",
    "encryption": "cluster_key_policies",
    "field_encryption": "field_key_policies",
    "service_encryption": "service_key_policies",
}
_ABOUT = (
    "For the sides `primary` and `secondary`, by the name of the input that takes `key_arns`: key policy for a KMS key "
    "of yours. Keys that are made here have the same."
)


def _by_input(*inputs: str) -> dict[str, Value]:
    return {side: {name: f"${{local.{_LOCALS[name]}.{side}}}" for name in inputs} for side in SIDES}


APPLICATION = Output(_ABOUT, _by_input(*_LOCALS))
DATABASE = Output(f"{_ABOUT} Null without `account_id` where no key is made.", _by_input("backup", "encryption"))
