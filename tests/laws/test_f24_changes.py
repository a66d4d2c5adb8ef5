"""F24, the changes: random changes of random orders in currencies of 0, 2 and 3 decimals; whatever is changed, it adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.masterdata.pricing.rules import PricedLine, Tax, TaxPart
from dingdan.trade.aftersales.rules import Line, canceled_share
from dingdan.trade.changes.rules import (
    AddSurcharge,
    Case,
    GiveDiscount,
    Plan,
    RemoveLine,
    SetPrice,
    SetQuantity,
    Sold,
    Wish,
    lines_after,
    plan_of,
    sums,
    work_in,
)
from dingdan.trade.orders.rules import Book, ChannelTerms, Person, PlaceOrder, totals
from tests.laws.size import sized
from tests.laws.test_f24_prices import _order

ORDERS = sized(1_000, 20_000, 500_000)


def _sold(random: Random, priced: PricedLine, position: int) -> Sold:
    """A line as it stands in the middle of its life: some units canceled before."""
    canceled = random.choice([0, 0, 0, random.randrange(priced.quantity)])
    line = Line(
        id=new_id(), kind="service", variant_id=None, name="Line", quantity=priced.quantity, canceled=canceled,
        discount=priced.discount, tax=priced.tax, total=priced.total, tax_included=priced.tax_included,
    )  # fmt: skip
    parts = tuple(TaxPart(one.name, one.rate) for one in priced.taxes)
    return Sold(
        line=line, sku="", unit_price=priced.unit_price, tax=Tax(parts, priced.rounding), seller_id=None, variant=None,
        position=position,
    )  # fmt: skip


def _case(random: Random) -> Case:
    order = _order(random)
    channel = ChannelTerms(
        id=new_id(), code="web", currency=order.currency, prices_include_tax=order.prices_include_tax, handling_hours=24,
        ship_by_hour=None, time_zone="UTC", language="en", open=True,
    )  # fmt: skip
    standard = Tax((TaxPart("VAT", random.choice([Decimal("0.2"), Decimal("0.07")])),))
    book = Book(channels={channel.id: channel}, variants={}, offers={}, taxes={("", ""): {"standard": standard}}, shipping={})
    wanted = PlaceOrder(channel_id=channel.id, currency=order.currency, lines=(), ship_to=Person())
    return Case(
        order_id=new_id(), state="placed", currency=order.currency, gross=order.prices_include_tax, channel=channel,
        wanted=wanted, same_bill_to=True, sold=tuple(_sold(random, line, n) for n, line in enumerate(order.lines, 1)), book=book,
    )  # fmt: skip


def _wishes(random: Random, case: Case) -> Iterator[Wish]:
    for sold in case.sold:
        line_id, kept = sold.line.id, sold.line.kept
        chosen = random.randrange(7)
        if chosen == 0 and kept > 1:
            yield SetQuantity(line_id=line_id, quantity=random.randrange(1, kept))
        elif chosen == 1:
            yield SetQuantity(line_id=line_id, quantity=kept + random.randrange(1, 9))
        elif chosen == 2:
            yield SetPrice(line_id=line_id, unit_price=sold.unit_price + (Decimal(random.randrange(10**6)) / 10**4))
        elif chosen == 3 and len(case.sold) > 1:
            yield RemoveLine(line_id=line_id)
        elif chosen == 4:
            yield GiveDiscount(percent=Decimal(random.randrange(1, 1000)) / 10, line_id=line_id)
    yield AddSurcharge(name="Fee", amount=random.randrange(1, 10**6))
    if random.random() < 0.5:
        yield GiveDiscount(amount=random.randrange(1, 99))


def _check(case: Case, plan: Plan) -> None:
    told, after = sums(case, lines_after(case, plan)), lines_after(case, plan)
    said = told.after
    assert said == totals(after)
    added = 0 if case.gross else said.tax
    assert said.goods - said.discount + said.shipping + added == said.total == told.owed_after == sum(line.owed for line in after)
    assert sum(told.amounts.values()) == told.difference
    before = {line.id: line for line in case.lines}
    for line_id, units in plan.canceled.items():
        assert told.amounts.get(line_id, 0) == -canceled_share(before[line_id], units).total
    for one in plan.added:
        priced = one.line.priced
        net = priced.goods - priced.discount
        assert priced.total == priced.tax_base + priced.tax == (net if case.gross else net + priced.tax)
        assert min(priced.goods, priced.discount, priced.tax_base, priced.tax, priced.total) >= 0
        assert sum(part.amount for part in priced.taxes) == priced.tax


def _opposite(case: Case, plan: Plan) -> int:
    """What is owed once everything is taken back."""
    added: set[UUID] = {one.line.id for one in plan.added}
    back = [line for line in lines_after(case, plan) if line.id not in added]
    restored = {**dict.fromkeys(plan.canceled, 0)}
    assert all(line.canceled >= 0 for line in back)
    return sum(
        next(line for line in case.lines if line.id == one.id).owed if one.id in restored or one.id in plan.restored else one.owed
        for one in back
    )


def test_random_changes_add_up(chance: Random, figure: Callable[[str], None]) -> None:
    changed = 0
    for number in range(ORDERS):
        case = _case(chance)
        work, refused = work_in(case, list(_wishes(chance, case)), may=lambda _name: True)
        plan, wrong = plan_of(work)
        try:
            assert all(
                one.code in ("discount_too_large", "nothing_is_left", "quantity_out_of_range") for one in (*refused, *wrong)
            )
            if not wrong:
                _check(case, plan)
                assert _opposite(case, plan) == sum(line.owed for line in case.lines)
                changed += 1
        except AssertionError as broken:
            raise AssertionError(f"order {number}: {case.currency}, {plan}") from broken
    figure(f"F24 {changed} of {ORDERS} random orders changed in currencies of 0, 2 and 3 decimals: 0 differences")
    assert changed > ORDERS // 2
