"""The clients' identity: an IAM user who may do everything, whose signatures are checked.

MiniStack takes the key "test", any account number and its own configured key for the account's root, without looking
at the signature. Here no key is root's: whoever does not know the administrator's secret is refused.
"""

from __future__ import annotations

import json

from ministack.core import iam_evaluator
from ministack.core.responses import request_scope
from ministack.services import iam, sts

from localcloud.patches import Context
from localcloud.settings import ACCOUNT

NEEDS = {
    "core.iam_evaluator": ("is_root_access_key",),
    "services.iam": ("_access_keys", "_create_user", "_now", "_user_inline_policies", "_users"),
    "services.sts": ("is_root_access_key",),
}
USER = "administrator"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def install(context: Context) -> None:
    """Create the user with the cloud's key, and take root's rights from all keys."""
    settings = context.settings
    with request_scope(ACCOUNT, "us-east-1"):
        iam._create_user({"UserName": [USER]})
        iam._user_inline_policies[USER] = {"everything": json.dumps(_EVERYTHING)}
        iam._access_keys[settings.access_key] = {
            "UserName": USER,
            "AccessKeyId": settings.access_key,
            "SecretAccessKey": settings.secret_key,
            "Status": "Active",
            "CreateDate": iam._now(),
        }
    iam_evaluator.is_root_access_key = _is_root
    sts.is_root_access_key = _is_root


def _is_root(access_key: str) -> bool:
    """Only no key at all counts as root: MiniStack asks so for its own calls, and refuses clients without a key."""
    return not access_key
