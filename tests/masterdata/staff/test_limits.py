"""What roles and keys bound: worked out without a database, written down, and never lifted by those whom it bounds."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.kernel.journal import Actor, Ceiling
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key, save_role
from dingdan.masterdata.staff.models import ApiKey, Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import actor_for_token, actor_for_user, ceilings_for
from dingdan.masterdata.staff.rules import ApiKeyDraft, LimitDraft, LimitNotUsable, MayNotGrant, RoleDraft, ceilings_of
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import member

ALL = (Role, Membership, MembershipRole, ApiKey)
REFUND = "aftersales.refund_order"


def limit(amount: int, currency: str = "GBP", what: str = "refund") -> dict[str, Any]:
    return {"what": what, "currency": currency, "amount": amount}


@pytest.mark.parametrize(
    ("grants", "most"),
    [
        ([(["aftersales.*"], [])], None),
        ([(["aftersales.*"], [limit(100)])], 100),
        ([(["aftersales.*"], [limit(100, "EUR")])], 0),
        ([(["aftersales.*"], [limit(100, what="credit")])], None),
        ([(["aftersales.*"], [limit(100)]), (["aftersales.refund_order"], [limit(300)])], 300),
        ([(["aftersales.*"], [limit(100)]), (["orders.*"], [])], 100),
        ([(["aftersales.*"], [limit(100)]), (["*"], [])], None),
    ],
    ids=["none", "one", "another currency", "another thing", "the larger", "one that gives nothing of it", "one without end"],
)
def test_the_largest_bound_of_those_that_give_a_thing(grants: Any, most: int | None) -> None:
    actor = Actor("staff", "5", frozenset({"*"}), ceilings_of(grants))
    assert actor.most("refund", REFUND, "GBP") == most


def test_it_works(shop: Shop) -> None:
    draft = RoleDraft(
        name="junior", permissions=("aftersales.*",), limits=(LimitDraft(what="refund", currency="GBP", amount=100),)
    )
    saved = save_role(shop.call(), role=draft)
    member(shop, 5, saved.role_id)
    actor = actor_for_user(5)
    assert actor is not None
    assert Ceiling("refund", REFUND, "GBP", 100) in actor.ceilings
    assert ceilings_for("staff", "5") == actor.ceilings
    assert (actor.most("refund", REFUND, "GBP"), actor.most("refund", REFUND, "EUR")) == (100, 0)


@pytest.mark.parametrize(
    "limits",
    [
        (LimitDraft(what="beer", currency="GBP", amount=1),),
        (LimitDraft(what="refund", currency="XYZ", amount=1),),
        (LimitDraft(what="refund", currency="GBP", amount=-1),),
        (LimitDraft(what="refund", currency="GBP", amount=10**16),),
        (LimitDraft(what="refund", currency="GBP", amount=1), LimitDraft(what="refund", currency="GBP", amount=2)),
    ],
    ids=["what", "currency", "below zero", "too large", "twice"],
)
def test_it_refuses(shop: Shop, limits: tuple[LimitDraft, ...]) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(LimitNotUsable):
        save_role(shop.call(), role=RoleDraft(name="junior", permissions=("aftersales.*",), limits=limits))


def key(limits: tuple[LimitDraft, ...], scope: str = REFUND) -> ApiKeyDraft:
    return ApiKeyDraft(name="till", prefix=secrets.token_hex(6), digest=secrets.token_hex(32), scopes=(scope,), limits=limits)


def test_nobody_gives_more_than_they_may_do_at_once(shop: Shop) -> None:
    bounded = ceilings_of([(["aftersales.*", "staff.*", "orders.*"], [limit(100)])])
    junior = Actor("staff", "5", frozenset({"aftersales.*", "staff.*", "orders.*"}), bounded)
    more = (LimitDraft(what="refund", currency="GBP", amount=101),)
    for limits in ((), more, (LimitDraft(what="refund", currency="EUR", amount=1),)):
        with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
            create_api_key(shop.call(actor=junior), key=key(limits))
        with shop.nothing_changes(*ALL), pytest.raises(MayNotGrant):
            save_role(shop.call(actor=junior), role=RoleDraft(name="a", permissions=(REFUND,), limits=limits))
    create_api_key(shop.call(actor=junior), key=key((LimitDraft(what="refund", currency="GBP", amount=100),)))
    create_api_key(shop.call(actor=junior), key=key((), "orders.hold_order"))


def test_a_key_is_bound_by_its_own_limits(shop: Shop) -> None:
    token = new_token()
    bound = (LimitDraft(what="refund", currency="GBP", amount=100),)
    draft = ApiKeyDraft(name="till", prefix=token.prefix, digest=token.digest, scopes=("aftersales.*",), limits=bound)
    made = create_api_key(shop.call(), key=draft)
    bearer = actor_for_token(token.text, at=clock.now())
    assert bearer is not None
    assert bearer.actor.most("refund", REFUND, "GBP") == 100
    assert ceilings_for("api_key", str(made.api_key_id)) == bearer.actor.ceilings
