"""Money that came in by a statement pays documents, and what none takes stays nobody's."""

from typing import Any

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, ReferenceUsed
from dingdan.trade.reconciliation.commands import IgnoreLine, MatchLine, ignore_lines, match_lines
from dingdan.trade.reconciliation.commands.matching import GoesTheOtherWay, NothingLeft
from dingdan.trade.reconciliation.models import LineMatch
from dingdan.trade.reconciliation.queries import open_lines
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, due, exceptions, line, match, order, statement, towards, unapplied


def test_it_works(shop: Shop) -> None:
    first, second = order(shop, 1000), order(shop, 700)
    lines = statement(shop, draft(1000, bank_reference="B1"), draft(700, bank_reference="B2"))
    wishes = [MatchLine(line_id=id_, towards=(towards(one),)) for id_, one in zip(lines, (first, second), strict=True)]
    told: list[Any] = match_lines.many([(shop.call(), wish) for wish in wishes])
    assert [(one.state, one.unapplied, one.applied[0].payment_status) for one in told] == [
        ("matched", 0, "paid"),
        ("matched", 0, "paid"),
    ]
    assert (due(first), due(second), line(lines[0])) == ((0, "paid"), (0, "paid"), ("matched", 1000))
    assert list(Payment.objects.order_by("gateway_reference").values_list("gateway", "gateway_reference")) == [
        ("bank_transfer", "B1"),
        ("bank_transfer", "B2"),
    ]
    assert (exceptions(), kit.breaches()) == ([], [])


def test_several_orders_in_one_line(shop: Shop) -> None:
    first, second = order(shop, 1000), order(shop, 700)
    (one,) = statement(shop, draft(1700))
    match(shop, one, first, second)
    assert (due(first), due(second), line(one)) == ((0, "paid"), (0, "paid"), ("matched", 1700))
    assert list(LineMatch.objects.order_by("amount").values_list("amount", flat=True)) == [700, 1000]


def test_too_little_is_said(shop: Shop) -> None:
    placed = order(shop, 1000)
    (one,) = statement(shop, draft(900))
    match(shop, one, placed)
    assert (due(placed), line(one)) == ((100, "partly_paid"), ("matched", 900))
    assert (exceptions(), kit.breaches()) == ([("underpaid", 900, None)], [])


def test_too_much_stays_nobodys_and_goes_on_to_another_order(shop: Shop) -> None:
    placed = order(shop, 1000)
    (one,) = statement(shop, draft(1300))
    match(shop, one, placed)
    assert (due(placed), line(one), unapplied()) == ((0, "paid"), ("partly_matched", 1000), 300)
    assert exceptions() == [("overpaid", 1300, 1000)]
    other = order(shop, 500)
    match(shop, one, other)
    assert (due(other), line(one), unapplied()) == ((200, "partly_paid"), ("matched", 1300), 0)
    assert (open_lines().count(), kit.breaches()) == (0, [])


def test_money_may_be_kept_as_nobodys(shop: Shop) -> None:
    (one,) = statement(shop, draft(1300))
    match(shop, one)
    assert (line(one), unapplied(), open_lines().count()) == (("partly_matched", 0), 1300, 1)
    assert (exceptions(), kit.breaches()) == ([], [])


def test_what_is_matched_or_ignored_is_refused(shop: Shop) -> None:
    placed = order(shop)
    one, other = statement(shop, draft(1000), draft(1001))
    match(shop, one, placed)
    ignore_lines.one(shop.call(), IgnoreLine(line_id=other, reason="Not ours"))
    for id_ in (one, other):
        with pytest.raises(NotInThisState):
            match(shop, id_, placed)
    assert (due(placed), Payment.objects.count()) == ((0, "paid"), 1)


def test_the_same_line_twice_in_a_batch_is_refused_once(shop: Shop) -> None:
    placed = order(shop)
    (one,) = statement(shop, draft(1000))
    told = match_lines.many([(shop.call(), MatchLine(line_id=one, towards=(towards(placed),))) for _ in range(2)])
    assert (told[0].__class__.__name__, told[1].__class__) == ("LineMatched", NothingLeft)
    assert Payment.objects.count() == 1


def test_money_that_went_out_is_refused(shop: Shop) -> None:
    placed = order(shop)
    (one,) = statement(shop, draft(-1000))
    with pytest.raises(GoesTheOtherWay):
        match(shop, one, placed)
    assert (line(one), Payment.objects.count()) == (("open", 0), 0)


def test_another_currency_is_refused(shop: Shop) -> None:
    placed = order(shop)
    (one,) = statement(shop, draft(1000, currency="EUR"))
    with pytest.raises(ForeignCurrency):
        match(shop, one, placed)
    assert (line(one), Payment.objects.count()) == (("open", 0), 0)


def test_what_was_recorded_by_hand_is_refused(shop: Shop) -> None:
    from dingdan.kernel.money import Money
    from dingdan.ledgers.payments.commands import MoneyReceived, record_payments

    placed = order(shop)
    record_payments.one(
        shop.call(), MoneyReceived(method="bank_transfer", money=Money(1000, "GBP"), reference="B1", towards=(towards(placed),))
    )
    (one,) = statement(shop, draft(1000, bank_reference="B1"))
    with pytest.raises(ReferenceUsed):
        match(shop, one, order(shop))
    assert (line(one), Payment.objects.count()) == (("open", 0), 1)


def test_a_reference_that_a_bank_gave_twice_names_the_first(shop: Shop) -> None:
    same = [draft(amount, bank_reference="B1") for amount in (100, 200, 300)]
    first, second, third = statement(shop, *same)
    told: list[Any] = match_lines.many([(shop.call(), MatchLine(line_id=id_)) for id_ in (first, second)])
    match(shop, third)
    assert ([one.unapplied for one in told], unapplied()) == ([100, 200], 600)
    assert Payment.objects.get(gateway_reference="B1").captured == 100


def test_an_unknown_line_or_order_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(1000))
    with pytest.raises(NotFound):
        match_lines.one(shop.call(), MatchLine(line_id=new_id()))
    placed = order(shop)
    with pytest.raises(NotFound):
        match(shop, one, type(placed)(**{name: getattr(placed, name) for name in placed.__slots__} | {"order_id": new_id()}))
    assert (line(one), Payment.objects.count()) == (("open", 0), 0)
