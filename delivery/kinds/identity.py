"""Roles and their policies, keys and their aliases."""

from __future__ import annotations

from delivery.kinds.kind import Client, Existing, Kind, Values, newest, pages


def _role(client: Client, values: Values) -> Existing | None:
    role = client("iam").get_role(RoleName=values["name"])["Role"]
    return Existing(values["name"], role["CreateDate"])


def _role_policy(client: Client, values: Values) -> Existing | None:
    iam, role = client("iam"), values["role"]
    iam.get_role_policy(RoleName=role, PolicyName=values["name"])
    return Existing(f"{role}:{values['name']}", iam.get_role(RoleName=role)["Role"]["CreateDate"])


def _key(client: Client, values: Values) -> Existing | None:
    """A key has no name: its description is what this project gives to no second one of a Region."""
    kms = client("kms")
    found = []
    for listed in pages(kms, "list_keys", "Keys"):
        key = kms.describe_key(KeyId=listed["KeyId"])["KeyMetadata"]
        if key.get("Description") == values["description"] and not key["KeyState"].startswith("Pending"):
            found.append(Existing(key["KeyId"], key.get("CreationDate")))
    return newest(found)


def _alias(client: Client, values: Values) -> Existing | None:
    for alias in pages(client("kms"), "list_aliases", "Aliases"):
        if alias["AliasName"] == values["name"]:
            return Existing(values["name"], alias.get("CreationDate"))
    return None


KINDS = {
    "aws_iam_role": Kind(_role, ("name",)),
    "aws_iam_role_policy": Kind(_role_policy, ("name", "role"), along=True),
    "aws_kms_alias": Kind(_alias, ("name",)),
    "aws_kms_key": Kind(_key, ("description",)),
    "aws_kms_replica_key": Kind(_key, ("description",)),
}
