"""A change is taken back in full, as long as nothing stands upon it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory.models import Demand
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import outlook_of_undo, preview_undo
from dingdan.trade.changes.queries.undoing import ChangedSince
from dingdan.trade.changes.rules import (
    AddLine,
    AddNote,
    AddSurcharge,
    Cancel,
    GiveDiscount,
    HoldLine,
    HoldOrder,
    RemoveLine,
    ReplaceLine,
    ResumeLine,
    ResumeOrder,
    SetAddress,
    SetContact,
    SetPrice,
    SetQuantity,
    SetShipping,
    Wish,
    WorldMoved,
)
from dingdan.trade.fulfillment.commands import PickShipment, cancel_shipment, pick_shipment
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import OrderNote
from dingdan.trade.orders.rules import OutOfStock
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes import changing
from tests.trade.changes.changing import change, line_id, undo


def _refused(shop: Shop, change_id: object, fingerprint: str = "") -> Refusal:
    (told,) = undo_changes.many([(shop.call(), UndoChange(change_id=change_id, fingerprint=fingerprint))])  # type: ignore[arg-type]
    assert isinstance(told, Refusal)
    return told


def test_it_works(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=5))
    undone = undo(shop, changed)
    assert (undone.difference, undone.due, undone.refund_due, undone.what) == (-500, 0, 0, ("set_quantity",))
    assert (changing.row(order).total, kit.levels(tea), changing.kept(order)) == (750, (10, 3), [("TEA", 3, 750)])
    row = Change.objects.get(id=changed.change_id)
    assert (row.state, row.undone_at is not None) == ("undone", True)


def test_customers_take_back_what_they_changed_and_only_in_their_time(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    by_shop = change(shop, order, SetQuantity(line_id=line_id(order), quantity=2))
    ann = Actor("customer", str(order.order_id), frozenset({"changes.change_orders", "changes.undo_changes"}))
    asked = ChangeOrder(order_id=order.order_id, changes=(SetQuantity(line_id=line_id(order), quantity=1),))
    own = change_orders.one(replace(shop.call(), actor=ann), asked)

    def undone(change_id: UUID) -> str:
        (told,) = undo_changes.many([(replace(shop.call(), actor=ann), UndoChange(change_id=change_id))])
        foreseen = [one.code for one in outlook_of_undo(change_id, by_customer=True).refused]
        assert not isinstance(told, Refusal) or told.code in foreseen
        return told.code if isinstance(told, Refusal) else type(told).__name__

    assert undone(by_shop.change_id) == "changed_by_the_shop"
    pick_shipment.one(shop.call(), PickShipment(kit.plan(shop, order).shipments[0].shipment_id))
    assert undone(own.change_id) == "too_late_for_customers"
    cancel_shipment(shop.call(), shipment_id=Shipment.objects.get().id)
    assert (undo(shop, own).difference, changing.row(order).total) == (250, 500)
    assert kit.breaches() == []


EVERY: dict[str, Callable[[OrderPlaced], Wish]] = {
    "more": lambda order: SetQuantity(line_id=line_id(order), quantity=5),
    "less": lambda order: SetQuantity(line_id=line_id(order), quantity=1),
    "removed": lambda order: RemoveLine(line_id=line_id(order)),
    "added": lambda order: AddLine(sku="MUG", quantity=2, unit_price=Decimal(99)),
    "replaced": lambda order: ReplaceLine(line_id=line_id(order), sku="MUG", unit_price=Decimal(99)),
    "price": lambda order: SetPrice(line_id=line_id(order), unit_price=Decimal(99)),
    "discount": lambda order: GiveDiscount(percent=Decimal("7.7")),
    "surcharge": lambda order: AddSurcharge(name="x", amount=7),
    "shipping": lambda order: SetShipping(method="courier", price=777),
    "address": lambda order: SetAddress(bill_to=kit.BUYER),
    "contact": lambda order: SetContact(phone="+442079460001"),
    "note": lambda order: AddNote(text="x"),
    "hold": lambda order: HoldOrder(reason="x"),
    "line held": lambda order: HoldLine(line_id=line_id(order)),
    "canceled": lambda order: Cancel(),
}

TOGETHER = {
    "fewer at another price": ("less", "price"),
    "more at another price": ("more", "price"),
    "fewer with a discount": ("less", "discount"),
    "another article and the shipping": ("replaced", "shipping"),
}
"""Changes of the same line that are done, and undone, together."""


@pytest.mark.parametrize("name", [*EVERY, *TOGETHER])
def test_everything_is_as_it_was(shop: Shop, name: str) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1), price="33.3", shipping_price=200)
    kit.pay(shop, order)
    head = (
        "state",
        "hold_reason",
        "goods",
        "discount",
        "shipping",
        "tax",
        "total",
        "ship_to_id",
        "bill_to_id",
        "shipping_method",
    )

    def everything() -> object:
        row = changing.row(order)
        demands = Demand.objects.filter(document_id=order.order_id, quantity__gt=0).order_by("line_id")
        open_ = [(one.line_id, one.quantity - one.canceled, one.pegged) for one in demands if one.quantity > one.canceled]
        owed = sold.owed(order)
        held = [line.held for line in changing.lines(order) if line.quantity > line.canceled]
        notes = OrderNote.objects.filter(order_id=order.order_id).count()
        levels = (kit.levels(tea), kit.levels(mug))
        return [getattr(row, one) for one in head], open_, owed.amount, owed.due, changing.kept(order), held, notes, levels

    before = everything()
    changed = change(shop, order, *(EVERY[one](order) for one in TOGETHER.get(name, (name,))))
    assert everything() != before
    assert kit.breaches() == []
    undo(shop, changed)
    assert everything() == before


UPON: dict[str, tuple[Callable[[OrderPlaced], Wish], Callable[[OrderPlaced], Wish]]] = {
    "the same line": (
        lambda order: SetPrice(line_id=line_id(order), unit_price=Decimal(200)),
        lambda order: GiveDiscount(percent=Decimal(5)),
    ),
    "a line that was held": (lambda order: HoldLine(line_id=line_id(order)), lambda order: ResumeLine(line_id=line_id(order))),
    "the state": (lambda order: HoldOrder(reason="x"), lambda _order: ResumeOrder()),
    "where the order goes": (lambda _order: SetContact(phone="+442079460001"), lambda _order: SetAddress(ship_to=kit.BUYER)),
    "where and how": (lambda _order: SetContact(phone="+442079460001"), lambda _order: SetShipping(method="courier", price=7)),
    "taxes of a place": (lambda _order: SetAddress(ship_to=kit.BUYER), lambda _order: AddSurcharge(name="x", amount=1)),
    "the whole order": (lambda order: RemoveLine(line_id=line_id(order)), lambda _order: Cancel()),
    "the last article": (
        lambda _order: AddLine(sku="MUG", unit_price=Decimal(99)),
        lambda order: Cancel(lines=tuple(Part(line.line_id, line.quantity) for line in order.lines)),
    ),
}


@pytest.mark.parametrize("name", UPON)
def test_what_stands_upon_it_is_undone_first(shop: Shop, name: str) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    first, second = (change(shop, order, wish(order)) for wish in UPON[name])
    before = changing.standing(order), kit.levels(tea), kit.levels(mug)
    assert isinstance(_refused(shop, first.change_id), ChangedSince)
    assert (changing.standing(order), kit.levels(tea), kit.levels(mug)) == before
    undo(shop, second)
    undo(shop, first)
    assert (changing.row(order).total, changing.row(order).state) == (1000, "placed")


APART: dict[str, tuple[Callable[[OrderPlaced], Wish], Callable[[OrderPlaced], Wish]]] = {
    "lines of their own": (
        lambda order: SetPrice(line_id=line_id(order), unit_price=Decimal(200)),
        lambda order: SetQuantity(line_id=line_id(order, 1), quantity=3),
    ),
    "new lines": (lambda _order: AddLine(sku="MUG", unit_price=Decimal(99)), lambda _order: AddSurcharge(name="x", amount=1)),
    "more of a line and its price": (
        lambda order: SetQuantity(line_id=line_id(order), quantity=5),
        lambda order: SetPrice(line_id=line_id(order), unit_price=Decimal(200)),
    ),
    "notes": (lambda _order: AddNote(text="x"), lambda _order: AddNote(text="y")),
    "the head and a line": (lambda _order: AddNote(text="x"), lambda order: RemoveLine(line_id=line_id(order))),
    "held and changed": (lambda _order: HoldOrder(reason="x"), lambda order: SetQuantity(line_id=line_id(order), quantity=1)),
}


@pytest.mark.parametrize("name", APART)
def test_what_stands_apart_may_stay(shop: Shop, name: str) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)

    def alike() -> object:
        """An order as it is, without ids."""
        row = changing.row(order)
        notes = list(OrderNote.objects.filter(order_id=order.order_id).values_list("text", flat=True))
        return row.state, row.total, changing.kept(order), notes, sold.owed(order).amount, kit.levels(tea), kit.levels(mug)

    first, second = APART[name]
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    change(shop, order, second(order))
    expected = alike()
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    undone = change(shop, order, first(order))
    stays = change(shop, order, second(order))
    undo(shop, undone)
    assert alike() == expected
    undo(shop, stays)
    assert (changing.row(order).total, kit.levels(tea), kit.levels(mug)) == (1000, (10, 3), (10, 1))


def test_an_order_that_is_canceled_since_is_not_undone(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    changed = change(shop, order, RemoveLine(line_id=line_id(order)))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert "the order is over" in str(_refused(shop, changed.change_id))
    assert (kit.levels(tea), kit.breaches()) == ((10, 0), [])


def test_an_order_is_not_emptied_by_undoing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, AddLine(sku="MUG", unit_price=Decimal(99)))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line_id(order), 3),)))
    assert "nothing would be left" in str(_refused(shop, changed.change_id))
    assert (changing.row(order).total, kit.breaches()) == (99, [])


def test_a_change_is_undone_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, AddSurcharge(name="x", amount=1))
    undo(shop, changed)
    assert isinstance(_refused(shop, changed.change_id), NotInThisState)


def test_what_has_left_is_not_undone(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(200)))
    kit.pay(shop, order, changed.owed)
    kit.ship(shop, order)
    assert [one.code for one in preview_undo(changed.change_id).refusals] == ["changed_since"]
    refused = _refused(shop, changed.change_id)
    assert "has left since" in str(refused)
    assert (changing.row(order).total, kit.breaches()) == (600, [])


def test_what_was_canceled_since_is_not_undone(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=5))
    added = changing.lines(order)[-1]
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(added.id, 1),)))
    assert isinstance(_refused(shop, changed.change_id), ChangedSince)


def test_what_was_credited_is_not_undone(shop: Shop) -> None:
    sold.service(shop, "FIT")
    order = kit.place(shop, ("FIT", 2))
    kit.pay(shop, order)
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    issue_credit_notes.one(shop.call(), IssueCreditNote(order_id=order.order_id))
    assert "credit note" in str(_refused(shop, changed.change_id))
    again = change(shop, order, SetQuantity(line_id=line_id(order), quantity=2))  # by a line of its own
    assert [line.effect for line in Change.objects.get(id=again.change_id).lines.all()] == ["added"]
    assert kit.breaches() == []


def test_goods_that_are_sold_meanwhile_are_missed(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 3)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    kit.place(shop, ("TEA", 1))
    assert [one.code for one in preview_undo(changed.change_id).refusals] == ["out_of_stock"]
    assert isinstance(_refused(shop, changed.change_id), OutOfStock)
    assert (kit.levels(tea), kit.breaches()) == ((3, 2), [])


def test_an_old_preview_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    changed = change(shop, order, AddSurcharge(name="x", amount=1))
    shown = preview_undo(changed.change_id)
    kit.pay(shop, order)
    assert isinstance(_refused(shop, changed.change_id, shown.fingerprint), WorldMoved)


def test_there_is_no_such_change(shop: Shop) -> None:
    assert isinstance(_refused(shop, new_id()), NotFound)
