"""A claim is settled: by money, by goods, or by a part of the money for goods that are kept."""

from __future__ import annotations

from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import UnknownChoice
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import LineAmount, deny_claim, resolve_claim
from dingdan.trade.aftersales.models import Claim, ClaimLine
from dingdan.trade.aftersales.rules import RefundAboveWorth, ReturnAboveShipped
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from dingdan.trade.settlement.commands.crediting import AlreadyCredited
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_authorize_return import ask
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.settlement import books


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 3, price=1000)
    claim_id = sold.claim(shop, order, 2)
    told = resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    assert (told.refund, told.owed, told.refund_due, [line.refund for line in told.lines]) == (2000, 1000, 2000, [2000])
    claim = Claim.objects.get()
    assert (claim.state, claim.resolution, claim.resolved_at is not None) == ("resolved", "refund", True)
    assert ClaimLine.objects.values_list("quantity", "settled", "refund", "fee").get() == (2, 2, 2000, 0)
    assert kit.breaches() == []


def test_what_is_kept_gives_a_part_back_and_stays(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2, price=1000)
    claim_id, line_id = sold.claim(shop, order, 1), order.lines[0].line_id
    told = resolve_claim(shop.call(), claim_id=claim_id, resolution="keep", amounts=(LineAmount(line_id, 300),))
    assert (told.refund, told.owed) == (300, 1700)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 2)
    assert sold.come_back(shop, order, 1).refund == 1000  # the other one is worth what it was
    assert sold.owed(order).amount == 700
    assert kit.breaches() == []


def test_claims_returns_and_tax_add_up_to_the_line(shop: Shop) -> None:
    books.taxed(shop, gross=True)
    kit.stock(shop, "A", 10)
    order = bought(shop, 7, price="14.285")
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    first = sold.claim(shop, order, 2)
    given = resolve_claim(shop.call(), claim_id=first, resolution="refund").refund
    back = sold.come_back(shop, order, 4)
    last = sold.claim(shop, order, 1)
    given += back.refund + resolve_claim(shop.call(), claim_id=last, resolution="refund").refund
    assert (given, sold.owed(order).amount) == (order.total, 0)
    notes = [
        issue_credit_notes.one(shop.call(), intent)
        for intent in (IssueCreditNote(claim_id=first), IssueCreditNote(return_id=back.return_id), IssueCreditNote(claim_id=last))
    ]
    assert (sum(note.total for note in notes), sum(note.tax for note in notes)) == (
        order.total,
        sum(line.tax for line in sold.lines(order)),
    )
    assert [note.cause for note in notes] == ["claim", "return", "claim"]
    assert kit.breaches() == []


def test_a_claim_is_credited_once(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 1, price=1000)
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    claim_id = sold.claim(shop, order, 1)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    issue_credit_notes.one(shop.call(), IssueCreditNote(claim_id=claim_id))
    with sold.nothing_changes(shop), pytest.raises(AlreadyCredited):
        issue_credit_notes.one(shop.call(), IssueCreditNote(claim_id=claim_id))
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        issue_credit_notes.one(shop.call(), IssueCreditNote(claim_id=new_id()))


def test_a_replacement_gives_no_money_and_may_still_become_a_refund(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 1, price=1000)
    claim_id = sold.claim(shop, order, 1)
    told = resolve_claim(shop.call(), claim_id=claim_id, resolution="replacement")
    assert (told.refund, told.owed, Claim.objects.get().state) == (0, 1000, "replacing")
    assert resolve_claim(shop.call(), claim_id=claim_id, resolution="refund").refund == 1000
    assert Claim.objects.values_list("state", "resolution").get() == ("resolved", "refund")
    assert kit.breaches() == []


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"resolution": "prayer"}, UnknownChoice),
        ({"resolution": "keep"}, Invalid),
        ({"resolution": "refund", "amounts": (LineAmount(new_id(), 1),)}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, wish: dict[str, Any], refusal: type[Exception]) -> None:
    kit.stock(shop, "A", 10)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    with sold.nothing_changes(shop), pytest.raises(refusal):
        resolve_claim(shop.call(), claim_id=claim_id, **wish)


def test_more_than_is_left_and_amounts_that_say_nothing_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 1, price=1000)
    claim_id, line_id = sold.claim(shop, order, 1), order.lines[0].line_id
    with sold.nothing_changes(shop), pytest.raises(RefundAboveWorth):
        resolve_claim(shop.call(), claim_id=claim_id, resolution="keep", amounts=(LineAmount(line_id, 1001),))
    for amounts in ((LineAmount(line_id, -1),), (LineAmount(line_id, 1), LineAmount(line_id, 1))):
        with sold.nothing_changes(shop), pytest.raises(Invalid):
            resolve_claim(shop.call(), claim_id=claim_id, resolution="refund", amounts=amounts)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        resolve_claim(shop.call(), claim_id=claim_id, resolution="replacement", amounts=(LineAmount(line_id, 1),))


def test_what_was_answered_is_not_answered_again(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2)
    settled, denied = sold.claim(shop, order, 1), sold.claim(shop, order, 1)
    resolve_claim(shop.call(), claim_id=settled, resolution="refund")
    deny_claim(shop.call(), claim_id=denied, reason="No")
    for claim_id in (settled, denied):
        with sold.nothing_changes(shop), pytest.raises(NotInThisState):
            resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")


def test_eight_who_settle_at_once_settle_once(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 3, price=1000)
    claim_id = sold.claim(shop, order, 2)
    told = kit.in_threads(lambda _index: resolve_claim(shop.call(), claim_id=claim_id, resolution="refund"), 8)
    assert kit.kinds(told) == ["ClaimResolved"] + ["NotInThisState"] * 7
    assert (sold.owed(order).amount, queries.refundable(order.order_id)) == (1000, 2000)
    assert kit.breaches() == []
