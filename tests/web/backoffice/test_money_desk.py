"""The payments desk: every number is that of the list behind it, and whoever may not look at a list is not told its number."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CodCollected, MoneyReturned, Opening, collect_cod, open_dispute, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.queries import ending_holds, held_until
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.closing.models import Bill, Payout
from dingdan.trade.closing.queries import days_not_closed, with_carriers
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies
from dingdan.trade.reconciliation.models import StatementLine
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.trade.closing import till
from tests.trade.closing.biller import CODE
from tests.trade.dunning import owing
from tests.trade.reconciliation.desk import draft, statement
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

HERE = "money/"
_PILE = re.compile(r'<li[^>]*><a href="([^"]*)"><b>([^<]*)</b><span>([^<]*)</span>(.*?)</a></li>')


def piles(page: str) -> dict[str, tuple[str, str, list[str]]]:
    """Every number with the address of its list and its notes, by its label."""
    notes, few = re.compile(r"<small>([^<]*)</small>"), re.compile(r"\d+ seconds?\b")
    return {
        unescape(label): (text, unescape(url), [few.sub("seconds", unescape(one)) for one in notes.findall(rest)])
        for url, text, label, rest in _PILE.findall(page)
    }


def payment(gateway: str, state: str, amount: int, *, days: int = 0, **more: Any) -> Payment:
    """A payment that was asked for so many days ago."""
    at = clock.now() - timedelta(days=days)
    return Payment.objects.create(gateway=gateway, currency="GBP", requested=amount, state=state, requested_at=at, **more)


def attempt(of: Payment, kind: str, state: str, amount: int, *, hours: int) -> Attempt:
    """Something that was asked of its gateway so many hours ago."""
    at = clock.now() - timedelta(hours=hours)
    return Attempt.objects.create(
        payment=of, gateway=of.gateway, kind=kind, state=state, amount=amount, key=str(new_id()), requested_at=at
    )


def open_shop(shop: Shop) -> None:
    """A shop that sells tea in every way."""
    owing.open_shop(shop)
    for code in ("cash", "cash_on_delivery"):
        offer(shop, code)


def busy(shop: Shop) -> None:
    """A shop whose money waits in every way that there is."""
    open_shop(shop)
    _at_firms(shop)
    _back(shop)
    _on_delivery(shop)
    statement(shop, draft(1500, "in"), draft(-400, "out"), draft(700, "ZZ-7"))
    StatementLine.objects.filter(amount=700).update(
        proposals=[{"parts": [{"kind": "order", "number": "7"}], "score": 80, "signs": []}]
    )
    for kind in ("no_such_payment", "refund_returned"):
        said = DiscrepancyFound(kind=kind, source="sandbox", reference=kind, currency="GBP", amount=500)
        report_discrepancies.one(shop.call(), said)
    with clock.moved_by(timedelta(days=-40)):
        owing.invoiced(shop)


def _at_firms(shop: Shop) -> None:
    attempt(payment(CODE, "requested", 900), "authorize", "unknown", 900, hours=49)
    payment(CODE, "authorized", 800, days=5, authorizes=True, authorized=800)
    payment(CODE, "authorized", 100, days=1, authorizes=True, authorized=100)
    account = save_merchant_account(shop.call(), account=MerchantAccountDraft(gateway=CODE, merchant="m", name="Till"))
    about: dict[str, Any] = {"account_id": account.merchant_account_id, "gateway": CODE}
    for reference, days, amount in (("po-1", 2, 4000), ("po-2", 9, 5000)):
        at = clock.now() - timedelta(days=days)
        Payout.objects.create(reference=reference, currency="EUR", amount=amount, at=at, **about)
    Bill.objects.create(moved_on=date(2026, 1, 5), **about)


def _back(shop: Shop) -> None:
    paid = kit.place(shop, ("TEA", 2))
    told = kit.pay(shop, paid, paid.total)
    document = Document("order", paid.order_id)
    request_refund(shop.call(), refund=MoneyReturned(payment_id=told.payment_id, document=document, money=Money(120, "GBP")))
    taken = payment(CODE, "captured", 600, captured=600)
    due = clock.now() + timedelta(hours=30)
    dispute = Opening(gateway=CODE, reference="dp-1", payment_id=taken.id, money=Money(600, "GBP"), answer_due_at=due)
    open_dispute.one(shop.call(), dispute)


def _on_delivery(shop: Shop) -> None:
    kit.ship(shop, kit.place(shop, ("TEA", 1), payment_method="cash_on_delivery"))
    kit.place(shop, ("TEA", 1), payment_method="cash_on_delivery")  # has not left
    order = kit.place(shop, ("TEA", 3), payment_method="cash_on_delivery")
    kit.deliver(shop, order)
    collect_cod.one(shop.call(), CodCollected(document=Document("order", order.order_id), money=Money(order.total, "GBP")))


def test_it_works(desk: Desk) -> None:
    busy(desk.shop)
    desk.show()
    page = desk.get(HERE)
    late = on_account()[0].late(day_of(clock.now(), desk.shop.tenant.time_zone))
    found = {label: (text, *notes) for label, (text, _url, notes) in piles(page).items()}
    assert found == {
        "Bank lines with a proposal": ("1", "£7.00 came", "the oldest of 5 Jan 2026"),
        "Bank lines without one": ("2", "£15.00 came", "£4.00 went", "the oldest of 5 Jan 2026"),
        "Exceptions": ("2", "£10.00", "the oldest for seconds"),
        "Money that belongs to nobody yet": ("1", "£6.00"),
        "Payments of unknown outcome": ("1", "£9.00", "the oldest for 2 days"),
        "Holds that end soon": ("1", "£8.00"),
        "Payouts expected": ("1", "€40.00"),
        "Payouts overdue": ("1", "€50.00", "the oldest for 9 days"),
        "Bills that are missing": ("1",),
        "Refunds to be paid by hand": ("1", "£1.20", "the oldest for seconds"),
        "Refunds under way": ("0",),
        "Refunds that were sent back": ("1", "£5.00", "the oldest for seconds"),
        "Open disputes": ("1", "£6.00", found["Open disputes"][2]),
        "Overdue invoices": ("1", "£2.50", f"the oldest for {late} days"),
        "To be collected on delivery": ("1", "£2.50"),
        "Collected, not passed on": ("1", "£7.50"),
        "Days not closed, GBP": ("0", "no day was ever closed"),
    }
    assert found["Open disputes"][2].startswith("evidence until")
    assert 'data-kinds="payment dispute' in page  # it is drawn anew when something happens to one of them
    said = text_of(page)
    unknown = "Nobody knows yet whether this money moved Waits for What Method Amount 2 days"
    for told in ("hours left", "Royal Mail £2.50 1 order £7.50 1 payment", unknown):
        assert told in said, told


def test_every_number_is_that_of_its_list(desk: Desk) -> None:
    busy(desk.shop)
    desk.show()
    page = desk.get(HERE)
    urls = {label: (text, url) for label, (text, url, _notes) in piles(page).items()}
    urls |= {url: ("1", unescape(url)) for url in re.findall(r'href="([^"]*carrier=[^"]*)"', page)}
    counted = {}
    for label, (text, url) in urls.items():
        answer = desk.browser.get(url)
        assert answer.status_code == 200, label
        listed = (getattr(answer, "context_data", None) or {}).get("cl")
        if listed is not None:
            counted[label] = (str(listed.result_count), text)
    assert {label: both for label, both in counted.items() if both[0] != both[1]} == {}
    assert len(counted) == 14
    assert "ZZ-7" in desk.read("reconciliation/statementline/?shown=proposed")
    assert "ZZ-7" not in desk.read("reconciliation/statementline/?shown=unmatched")


def test_nobody_is_told_what_they_may_not_look_at(desk: Desk) -> None:
    sales = sit_down(desk.shop, as_user=lambda shop: member(shop, "sales"))
    told = set(piles(sales.get(HERE)))
    assert {"Overdue invoices", "Open disputes"} <= told
    assert told.isdisjoint({"Exceptions", "Payouts overdue", "Bank lines without one", "Days not closed, GBP"})


@pytest.mark.parametrize("role", ["warehouse", "catalog"])
def test_whoever_does_not_look_after_money_is_refused(shop: Shop, role: str) -> None:
    sit_down(shop, as_user=lambda where: member(where, role)).get(HERE, status=403)


def test_a_quiet_shop_is_told_so(desk: Desk) -> None:
    assert "Nothing waits" in desk.read(HERE)


def test_a_hold_ends_when_its_firm_lets_go(shop: Shop) -> None:
    soon = payment(CODE, "authorized", 100, days=5, authorizes=True, authorized=100)
    payment("paypal", "authorized", 100, days=20, authorizes=True, authorized=100)
    late = payment("paypal", "authorized", 100, days=27, authorizes=True, authorized=100)
    assert {one.id for one in ending_holds(clock.now())} == {soon.id, late.id}
    assert held_until(late) - late.requested_at == timedelta(days=29)


def test_days_are_counted_from_the_last_that_was_closed(shop: Shop) -> None:
    zone = shop.tenant.time_zone
    assert [(one.days, one.has_closed) for one in days_not_closed(clock.now(), zone)] == [(0, False)]
    till.Till(shop.tenant_id).close(till.MONDAY)
    noon = datetime.combine(till.MONDAY + timedelta(days=4), time(12), UTC)
    (found,) = days_not_closed(noon, zone)
    assert (found.days, found.first) == (3, till.TUESDAY)


def test_money_is_with_the_carrier_of_the_last_parcel(shop: Shop) -> None:
    open_shop(shop)
    _on_delivery(shop)
    (found,) = with_carriers()
    assert (found.carrier, found.currency, found.parcels, found.to_collect) == ("Royal Mail", "GBP", 1, 250)
    assert (found.payments, found.collected) == (1, 750)
