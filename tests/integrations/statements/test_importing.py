"""A file comes in: what is certain is booked, what is likely is proposed, and a second time nothing happens."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from dingdan.integrations.statements.importing import Imported, import_file
from dingdan.integrations.statements.reading import Asked
from dingdan.integrations.statements.samples import write_camt053
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.rules import LineDraft, creditor_reference
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import ACCOUNT, draft, due, exceptions, line, match, order, statement


def _import(shop: Shop, *lines: LineDraft, **more: Any) -> Imported:
    file = io.BytesIO(b"".join(write_camt053(ACCOUNT, "GBP", lines, **more)))
    return import_file(file, Asked(), call=shop.call())


def _counts(told: Imported) -> tuple[int, ...]:
    return told.lines, told.known, told.matched, told.partly, told.refunds, told.reversed, told.proposed, told.open


def _line(amount: int) -> UUID:
    return StatementLine.objects.get(amount=amount).id


def test_it_works(shop: Shop) -> None:
    sure, short, over, likely = order(shop, 1000), order(shop, 2000), order(shop, 3000), order(shop, 4000)
    lines = (
        draft(1000, creditor_reference(sure.number), name="Eve"),
        draft(1900, f"order {short.number}"),
        draft(3300, creditor_reference(over.number)),
        draft(4000, "many thanks", account=""),
        draft(77, "who knows", name="Nobody", account=""),
    )
    told = _import(shop, *lines)
    assert _counts(told) == (5, 0, 3, 1, 0, 0, 1, 1)
    assert [due(one)[0] for one in (sure, short, over, likely)] == [0, 100, 0, 4000]
    assert exceptions() == [("underpaid", 1900, None), ("overpaid", 3300, 3000)]
    assert StatementLine.objects.get(amount=4000).proposals[0]["parts"][0]["number"] == likely.number
    assert _counts(_import(shop, *lines)) == (0, 5, 0, 0, 0, 0, 1, 1)
    assert _counts(_import(shop, *lines[:2], number="2"))[:3] == (0, 2, 0)
    assert kit.breaches() == []


def test_who_pays_twice_is_matched_once(shop: Shop) -> None:
    placed = order(shop, 1000)
    told = _import(shop, draft(1000, placed.number, bank_reference="B1"), draft(1000, placed.number, bank_reference="B2"))
    assert (told.matched, due(placed)) == (1, (0, "paid"))


def test_an_account_that_paid_before_is_known(shop: Shop) -> None:
    from dingdan.masterdata.customers.commands import save_customer
    from dingdan.masterdata.customers.rules import CustomerDraft

    customer = save_customer(shop.call(), customer=CustomerDraft(number="C1")).customer_id
    first, second = order(shop, 1000, customer_id=customer), order(shop, 2000, customer_id=customer)
    (one,) = statement(shop, draft(1000, account="DE55"))
    match(shop, one, first)
    assert _import(shop, draft(2000, "", name="", account="DE55")).matched == 1
    assert due(second) == (0, "paid")


def test_refunds_and_what_is_taken_back(shop: Shop) -> None:
    refunded, taken = order(shop, 1000), order(shop, 2000)
    _import(shop, draft(1000, refunded.number), draft(2000, taken.number, end_to_end="E7"))
    money = Money(300, "GBP")
    request_refund(shop.call(), refund=MoneyReturned(document=Document("order", refunded.order_id), money=money))
    told = _import(shop, draft(-300, f"refund {refunded.number}"), number="2")
    assert (told.refunds, line(_line(-300))) == (1, ("matched", 300))
    statement(shop, draft(-2000, end_to_end="E7", is_reversal=True))
    told = _import(shop, draft(1, "x"), number="3")
    assert told.reversed == 0  # only lines of the file are looked at
    from dingdan.integrations.statements.importing import match_open

    match_open(shop.actor, again := Imported())
    assert (again.reversed, due(taken), line(_line(2000))) == (1, (2000, "unpaid"), ("reversed", 0))
    assert kit.breaches() == []
