"""What one person or key may do in a day, all together: counted under a lock, and told when it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, grant_goodwill, request_refund
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.steps.refusals import RefundAboveCaptured
from dingdan.masterdata.staff.commands import save_role
from dingdan.masterdata.staff.models import LimitUse, Role
from dingdan.masterdata.staff.rules import (
    LimitDraft,
    LimitNotUsable,
    MayNotGrant,
    OverDailyLimit,
    OverLimit,
    RoleDraft,
    ceilings_of,
)
from tests import kit
from tests.conftest import Shop

PERMISSIONS = ("payments.*", "staff.*")
REFUND = "payments.request_refund"


def limit(amount: int, per: str = "day", *, currency: str = "GBP", what: str = "refund") -> dict[str, Any]:
    return {"what": what, "currency": currency, "amount": amount, "per": per}


def clerk(*limits: dict[str, Any], id_: str = "5") -> Actor:
    """Somebody who may give back so much."""
    return Actor("staff", id_, frozenset(PERMISSIONS), ceilings_of([(PERMISSIONS, limits)]))


def paid(shop: Shop, total: int = 10_000) -> PaymentRecorded:
    """A payment from which can be given back."""
    kit.stock(shop, "TEA", 9)
    return kit.pay(shop, kit.place(shop, ("TEA", 1), price=total))


def refund(shop: Shop, payment: PaymentRecorded, amount: int, by: Actor) -> None:
    """Give so much of it back."""
    wanted = MoneyReturned(payment_id=payment.payment_id, document=_of(payment), money=Money(amount, "GBP"))
    request_refund(replace(shop.call(), actor=by), refund=wanted)


def _of(payment: PaymentRecorded) -> Document:
    (part,) = payment.applied
    return Document(part.document_kind, part.document_id)


def used() -> list[tuple[str, str, int]]:
    """What is counted: by whom, of what, how much."""
    return sorted(LimitUse.objects.values_list("actor", "what", "amount"))


def given_back() -> int:
    """What was promised to be given back."""
    return sum(Attempt.objects.filter(kind="refund").values_list("amount", flat=True))


@pytest.mark.parametrize(
    ("grants", "once", "in_a_day"),
    [
        ([[]], None, None),
        ([[limit(100, "act")]], 100, None),
        ([[limit(500)]], 500, 500),
        ([[limit(100, "act"), limit(500)]], 100, 500),
        ([[limit(900, "act"), limit(500)]], 500, 500),
        ([[limit(100, "act"), limit(500, currency="EUR")]], 0, 0),
        ([[limit(100)], [limit(300)]], 300, 300),
        ([[limit(100)], []], None, None),
    ],
    ids=["none", "act", "day", "both", "day-is-less", "another-currency", "two-roles", "one-without"],
)
def test_what_roles_bound(grants: Any, once: int | None, in_a_day: int | None) -> None:
    actor = Actor("staff", "5", frozenset({"*"}), ceilings_of([(PERMISSIONS, limits) for limits in grants]))
    assert actor.most("refund", REFUND, "GBP") == once
    assert actor.most("refund", REFUND, "GBP", "day") == in_a_day


def test_it_works(shop: Shop) -> None:
    payment, by = paid(shop), clerk(limit(100, "act"), limit(250))
    save_role(shop.call(), role=RoleDraft(name="lead", permissions=PERMISSIONS))
    for amount in (100, 90):
        refund(shop, payment, amount, by)
    assert used() == [("5", "refund", 190)]
    with pytest.raises(OverDailyLimit) as refused:
        refund(shop, payment, 61, by)
    told = "0.61 GBP is more than is left of what this account may do in a day here: today 0.60 GBP of 2.50 GBP."
    assert refused.value.detail == told
    assert "lead" in refused.value.advice
    with pytest.raises(OverLimit):
        refund(shop, payment, 101, by)
    assert (used(), given_back()) == ([("5", "refund", 190)], 190)
    refund(shop, payment, 60, by)
    assert used() == [("5", "refund", 250)]


def test_everybody_and_everything_has_a_count_of_its_own(shop: Shop) -> None:
    payment = paid(shop)
    refund(shop, payment, 250, clerk(limit(250)))
    refund(shop, payment, 250, clerk(limit(250), id_="6"))
    refund(shop, payment, 250, Actor("staff", "7", frozenset(PERMISSIONS)))
    with pytest.raises(OverDailyLimit):
        refund(shop, payment, 1, clerk(limit(250), id_="6"))
    assert used() == [("5", "refund", 250), ("6", "refund", 250)]


def test_tomorrow_is_another_day(shop: Shop) -> None:
    payment, by = paid(shop), clerk(limit(250))
    refund(shop, payment, 250, by)
    with clock.moved_by(timedelta(days=1)):
        refund(shop, payment, 250, by)
    with pytest.raises(OverDailyLimit):
        refund(shop, payment, 1, by)
    assert [amount for _who, _what, amount in used()] == [250, 250]


def test_a_repeat_counts_once(shop: Shop) -> None:
    payment, by = paid(shop), clerk(limit(250))
    call = replace(shop.call(), actor=by)
    wanted = MoneyReturned(payment_id=payment.payment_id, document=_of(payment), money=Money(200, "GBP"))
    assert request_refund(call, refund=wanted) == request_refund(call, refund=wanted)
    assert (used(), given_back()) == ([("5", "refund", 200)], 200)


def test_what_is_refused_for_another_reason_is_not_counted(shop: Shop) -> None:
    payment, by = paid(shop, 100), clerk(limit(1000))
    with pytest.raises(RefundAboveCaptured):
        refund(shop, payment, 500, by)
    assert used() == []


def test_two_at_once_never_pass_it_together(shop: Shop) -> None:
    payments, by = [paid(shop), *(kit.pay(shop, kit.place(shop, ("TEA", 1), price=10_000)) for _ in range(5))], clerk(limit(250))
    outcomes = kit.in_threads(lambda number: refund(shop, payments[number], 100, by), len(payments))
    assert kit.kinds(outcomes) == ["NoneType"] * 2 + ["OverDailyLimit"] * 4
    assert (used(), given_back()) == ([("5", "refund", 200)], 200)


@pytest.mark.parametrize("limits", [(250,), (300,)], ids=["same", "more"])
def test_nobody_gives_more_of_a_day_than_they_have(shop: Shop, limits: tuple[int]) -> None:
    by, wanted = clerk(limit(250)), LimitDraft(what="refund", currency="GBP", amount=limits[0], per="day")
    role = RoleDraft(name="junior", permissions=(REFUND,), limits=(wanted,))
    if limits[0] <= 250:
        save_role(replace(shop.call(), actor=by), role=role)
        assert Role.objects.get(name="junior").limits == [limit(250)]
        return
    with pytest.raises(MayNotGrant):
        save_role(replace(shop.call(), actor=by), role=role)
    once = LimitDraft(what="refund", currency="GBP", amount=10)
    with pytest.raises(MayNotGrant):
        save_role(replace(shop.call(), actor=by), role=RoleDraft(name="junior", permissions=(REFUND,), limits=(once,)))
    assert not Role.objects.filter(name="junior").exists()


def test_other_periods_are_refused(shop: Shop) -> None:
    wrong = LimitDraft(what="refund", currency="GBP", amount=1, per="year")
    with pytest.raises(LimitNotUsable):
        save_role(shop.call(), role=RoleDraft(name="junior", permissions=(REFUND,), limits=(wrong,)))


def test_what_is_given_as_a_favor_is_counted_too(shop: Shop) -> None:
    by = clerk(limit(300, what="credit"), limit(50))
    for _twice in range(2):
        grant_goodwill(replace(shop.call(), actor=by), customer_id=new_id(), money=Money(150, "GBP"))
    with pytest.raises(OverDailyLimit):
        grant_goodwill(replace(shop.call(), actor=by), customer_id=new_id(), money=Money(1, "GBP"))
    assert used() == [("5", "credit", 300)]
