"""Customers are reminded of invoices that are overdue, level by level, each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.reminding import remind
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.dunning.commands import RemindOf, remind_invoices
from dingdan.trade.dunning.events import InvoiceReminded
from dingdan.trade.dunning.models import Reminder
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.dunning.rules import NothingToRemind, OpenInvoice, age_of, by_age, open_parts
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.dunning import owing


@pytest.fixture(autouse=True)
def _at_noon(shop: Shop) -> Iterator[None]:
    with clock.moved_by(book.NOON - clock.now()):
        owing.open_shop(shop)
        yield


@contextmanager
def days_later(count: int) -> Iterator[None]:
    with clock.moved_by(book.NOON - clock.now() + timedelta(days=count)):
        yield


def _remind(shop: Shop, invoice_id: UUID) -> InvoiceReminded:
    return remind_invoices.one(shop.call(), RemindOf(invoice_id=invoice_id))


def test_it_works(shop: Shop) -> None:
    order, invoice = owing.invoiced(shop, 2)
    assert invoice.due_on == invoice.issued_on + timedelta(days=30)
    with days_later(37):
        told = _remind(shop, invoice.id)
        assert (told.level, told.open, told.fee, told.order_id) == (1, 500, 0, order.order_id)
        drain(shop.tenant_id)
        letter = letter_of(Notice.objects.get(kind="payment_reminder"))
    assert letter is not None
    assert invoice.number in letter.subject
    assert letter.button is not None
    assert "/pay/" in letter.button.url
    assert "£5.00" in letter.text


def test_the_clock_reminds_each_level_once_and_proposes_the_last(shop: Shop) -> None:
    _order, invoice = owing.invoiced(shop)
    given = []
    for day in range(30, 90):
        with days_later(day):
            given += [day] * remind(shop.tenant_id)
            assert remind(shop.tenant_id) == 0
    assert given == [37, 51]
    assert list(Reminder.objects.order_by("level").values_list("level", flat=True)) == [1, 2]
    with days_later(90):
        assert _remind(shop, invoice.id).level == 3


def test_whoever_is_very_late_is_not_written_to_every_day(shop: Shop) -> None:
    owing.invoiced(shop)
    given = []
    for day in range(80, 100):
        with days_later(day):
            given += [day] * remind(shop.tenant_id)
    assert given == [80, 94]


def test_nobody_is_written_to_at_night(shop: Shop) -> None:
    owing.invoiced(shop)
    with clock.moved_by(book.NOON - clock.now() + timedelta(days=40, hours=-6)):
        assert remind(shop.tenant_id) == 0


def test_a_fee_is_added_to_the_order(shop: Shop) -> None:
    order, invoice = owing.invoiced(shop)
    for day in (37, 51, 65):
        with days_later(day):
            _remind(shop, invoice.id)
            drain(shop.tenant_id)
    drain(shop.tenant_id)
    assert receivable_of("order", [order.order_id])[order.order_id].due == 750
    assert kit.breaches() == []


@pytest.mark.parametrize("day", [0, 30, 36])
def test_what_is_not_late_enough_is_refused(shop: Shop, day: int) -> None:
    _order, invoice = owing.invoiced(shop)
    with days_later(day), pytest.raises(NothingToRemind):
        _remind(shop, invoice.id)
    assert not Reminder.objects.exists()


def test_what_is_paid_or_not_there_is_refused(shop: Shop) -> None:
    order, invoice = owing.invoiced(shop)
    kit.pay(shop, order, method="bank_transfer")
    with days_later(40):
        with pytest.raises(NothingToRemind):
            _remind(shop, invoice.id)
        with pytest.raises(NotFound):
            _remind(shop, new_id())
        assert on_account() == []
    assert not Reminder.objects.exists()


def test_a_part_that_is_paid_is_not_asked_for_again(shop: Shop) -> None:
    order, invoice = owing.invoiced(shop, 2)
    kit.pay(shop, order, 200, method="bank_transfer")
    with days_later(37):
        assert _remind(shop, invoice.id).open == 300


# ── without a database ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_oldest_invoice_is_paid_first() -> None:
    a, b, c = new_id(), new_id(), new_id()
    assert open_parts([(a, 100), (b, 200), (c, 300)], 450) == {b: 150, c: 300}
    assert open_parts([(a, 100)], 0) == {}
    assert open_parts([(a, 100)], -5) == {}


@pytest.mark.parametrize(
    ("days", "age"), [(-3, ""), (0, ""), (1, "1–30"), (30, "1–30"), (31, "31–60"), (60, "31–60"), (61, "61–90"), (91, "> 90")]
)
def test_ages(days: int, age: str) -> None:
    assert age_of(days) == age


def test_what_is_open_by_age() -> None:
    on = book.NOON.date()
    found = [_open(on - timedelta(days=late), amount) for late, amount in ((-5, 10), (3, 20), (40, 30), (45, 5))]
    assert by_age(found, on) == {"GBP": {"": 10, "1–30": 20, "31–60": 35}}


def _open(due_on: object, amount: int) -> OpenInvoice:
    return OpenInvoice(
        id=new_id(), number="I1", order_id=new_id(), order_number="1", customer_id=None, issued_on=due_on, due_on=due_on,  # type: ignore[arg-type]
        currency="GBP", total=amount, open=amount,
    )  # fmt: skip
