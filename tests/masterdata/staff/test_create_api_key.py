from dataclasses import replace
from datetime import timedelta

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.text import TextMissing
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.queries import actor_for_token, all_keys
from dingdan.masterdata.staff.rules import (
    ApiKeyDraft,
    ExpiryNotUsable,
    MayNotGrant,
    PermissionNotUsable,
    TokenNotUsable,
)
from tests.masterdata.shop import NOON, Shop, counted
from tests.masterdata.staff.drafts import KEY, fresh_key


def test_it_works(shop: Shop) -> None:
    text, draft = fresh_key(expires_at=NOON + timedelta(days=30))
    created = create_api_key(shop.call(), key=draft)

    with counted() as sent:
        bearer = actor_for_token(text, at=NOON)

    assert bearer is not None
    assert len(sent) == 1
    assert (bearer.tenant_id, bearer.api_key_id, bearer.last_used_at) == (shop.id, created.api_key_id, None)
    assert bearer.actor == Actor("api_key", str(created.api_key_id), frozenset({"orders.*", "catalog.save_products"}))
    assert (bearer.actor.may("orders.place_order"), bearer.actor.may("payments.refund")) == (True, False)
    assert [key.name for key in all_keys()] == ["Till"]


def test_the_token_is_kept_nowhere(shop: Shop) -> None:
    text, draft = fresh_key()
    create_api_key(shop.call(), key=draft)
    secret = text.removeprefix(f"dd_{draft.prefix}_")
    assert len(secret) == 43
    assert secret not in str(list(ApiKey.objects.values()))
    assert secret not in str(list(JournalEntry.objects.values()))
    assert draft.digest not in str(list(JournalEntry.objects.values()))


def test_a_token_is_known_outside_any_shop(shop: Shop) -> None:
    text, draft = fresh_key()
    create_api_key(shop.call(), key=draft)
    other = Tenant.objects.create(slug=f"shop-{new_id().hex}", name="Other", currency="GBP")
    with tenant_scope(other.id):
        bearer = actor_for_token(text, at=NOON)
    assert bearer is not None
    assert bearer.tenant_id == shop.id


def test_wrong_and_expired_tokens_are_nobodys(shop: Shop) -> None:
    text, draft = fresh_key(expires_at=NOON + timedelta(hours=1))
    create_api_key(shop.call(), key=draft)
    assert actor_for_token(text[:-1] + ("a" if text[-1] != "a" else "b"), at=NOON) is None
    assert actor_for_token("", at=NOON) is None
    assert actor_for_token("dd_\ud800", at=NOON) is None
    assert actor_for_token(new_token().text, at=NOON) is None
    assert actor_for_token(text, at=NOON + timedelta(hours=1)) is None
    assert actor_for_token(text, at=NOON + timedelta(minutes=59)) is not None


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(KEY, name=" "), TextMissing, "name"),
        (replace(KEY, scopes=("orders",)), PermissionNotUsable, "scopes"),
        (replace(KEY, prefix="A"), TokenNotUsable, "prefix"),
        (replace(KEY, digest="secret"), TokenNotUsable, "prefix"),
        (replace(KEY, expires_at=NOON), ExpiryNotUsable, "expires_at"),
    ],
)
def test_it_refuses(shop: Shop, draft: ApiKeyDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(ApiKey), pytest.raises(refusal) as refused:
        create_api_key(shop.call(), key=draft)
    assert refused.value.field == field


def test_nobody_gives_a_key_more_than_they_may_do(shop: Shop) -> None:
    clerk = Actor("staff", "7", frozenset({"staff.create_api_key", "orders.place_order"}))
    with shop.nothing_changes(ApiKey), pytest.raises(MayNotGrant) as refused:
        create_api_key(shop.call(actor=clerk), key=KEY)
    assert refused.value.facts == {"permission": "catalog.save_products"}
    assert create_api_key(shop.call(actor=clerk), key=replace(KEY, scopes=("orders.place_order",))).scopes == (
        "orders.place_order",
    )
