"""Roles, members and keys to try things on."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from dingdan.kernel.journal import Actor
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key, save_membership, save_role
from dingdan.masterdata.staff.rules import ApiKeyDraft, RoleDraft
from tests.masterdata.shop import Shop

CLERK: Final = Actor("staff", "7", frozenset({"staff.*", "orders.*"}))
_TOKEN: Final = new_token()
KEY: Final = ApiKeyDraft(name="Till", prefix=_TOKEN.prefix, digest=_TOKEN.digest, scopes=("orders.*", "catalog.save_products"))


def role(shop: Shop, name: str, *permissions: str) -> UUID:
    """The id of a role with these permissions, written down in the shop."""
    return save_role(shop.call(), role=RoleDraft(name=name, permissions=permissions)).role_id


def member(shop: Shop, user_id: int, *role_ids: UUID) -> UUID:
    """The id of the membership of an account with these roles."""
    return save_membership(shop.call(), user_id=user_id, role_ids=role_ids).membership_id


def fresh_key(**changes: Any) -> tuple[str, ApiKeyDraft]:
    """The text of a new token, and the draft of a key for it."""
    token = new_token()
    return token.text, replace(KEY, prefix=token.prefix, digest=token.digest, **changes)


def key(shop: Shop) -> UUID:
    """The id of a new key."""
    return create_api_key(shop.call(), key=fresh_key()[1]).api_key_id
