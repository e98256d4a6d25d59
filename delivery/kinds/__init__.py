"""Every resource type that the modules make: how its object is looked up, and what `terraform import` calls it.

Import ids: the section Import of each page of https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs.
"""

from __future__ import annotations

from delivery.kinds import api, database, events, functions, identity, resilience, watching

KINDS = {
    **api.KINDS,
    **database.KINDS,
    **events.KINDS,
    **functions.KINDS,
    **identity.KINDS,
    **resilience.KINDS,
    **watching.KINDS,
}
WITHOUT_IMPORT = {
    "aws_acm_certificate_validation": "waits for a certificate; nothing of its own exists on AWS",
    "aws_lambda_invocation": "calls the migration, which does what is missing",
    "terraform_data": "lives in the state alone; the link step does what is missing",
}
"""Types that are made again without a harm, and why."""
