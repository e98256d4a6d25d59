"""Mistakes about keys."""

from .clusters import PRIMARY, SECONDARY
from .edited import mistake

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


@mistake("the key argument left away", "DSQL030", also=("DSQL034",))
def _(plan):
    plan.unset(PRIMARY, "kms_encryption_key")


@mistake("encryption switched off while the key is in use", "DSQL031")
def _(plan):
    plan.set(PRIMARY, kms_encryption_key=KEY)
    plan.exists("aws_dsql_cluster")
    plan.set("aws_kms_key.primary[0]", arn=KEY)
    plan.act("aws_kms_key.primary[0]", "delete")


@mistake("a key that never rotates", "DSQL032")
def _(plan):
    plan.set("aws_kms_key.secondary[0]", enable_key_rotation=False)


@mistake("a key switched off", "DSQL033")
def _(plan):
    plan.set("aws_kms_key.primary[0]", is_enabled=False)


@mistake("a key for one side only", "DSQL034")
def _(plan):
    plan.set(SECONDARY, kms_encryption_key="AWS_OWNED_KMS_KEY")


@mistake("one key for both Regions", "DSQL035")
def _(plan):
    plan.set(SECONDARY, kms_encryption_key=KEY)
