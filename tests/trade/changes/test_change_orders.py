"""An order is changed after it was placed, and goods and money follow the difference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dingdan.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_node
from dingdan.ledgers.inventory.models import Demand, Peg
from dingdan.ledgers.inventory.queries import stock, tallies_of
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.pricing.commands import save_shipping_method, save_tax_rate
from dingdan.masterdata.pricing.rules import DiscountTooLarge, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.trade.aftersales.commands import give_allowance
from dingdan.trade.aftersales.rules import AlreadyShipped, Part, ShippingGoesLast
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.models import Change, ChangedLine
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.rules import (
    AddLine,
    AddNote,
    AddSurcharge,
    Cancel,
    GiveDiscount,
    HoldLine,
    HoldOrder,
    NothingChanges,
    RemoveLine,
    ReplaceLine,
    Reprice,
    ResumeLine,
    ResumeOrder,
    SetAddress,
    SetContact,
    SetPrice,
    SetQuantity,
    SetShipping,
    SourceFrom,
    WorldMoved,
)
from dingdan.trade.changes.rules.cases import AllowedBefore, HasLeft, LineIsGone
from dingdan.trade.changes.rules.heads import LabelIsOn
from dingdan.trade.changes.rules.kinds import MayNotChange, NotChangeable
from dingdan.trade.fulfillment.commands import PackShipment, PlanShipments, pack_shipment, plan_shipments
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.trade.orders.models import FormerContact, OrderNote
from dingdan.trade.orders.rules import OutOfStock, UnknownSku
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes import changing
from tests.trade.changes.changing import change, line_id, refusal, refused, seen


def test_it_works(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price=250)
    kit.pay(shop, order)
    shown = preview(order.order_id, [SetQuantity(line_id=line_id(order), quantity=5)])
    assert (shown.before.total, shown.after.total, shown.difference, shown.due, shown.refund_due) == (750, 1250, 500, 500, 0)
    assert [(line.sku, line.before, line.after, line.amount, line.is_new) for line in shown.lines] == [
        ("TEA", 3, 3, 0, False),
        ("TEA", 0, 2, 500, True),
    ]
    assert [(share.sku, share.quantity) for share in shown.stock] == [("TEA", 2)]
    told = change(shop, order, SetQuantity(line_id=line_id(order), quantity=5), fingerprint=shown.fingerprint)
    assert (told.what, told.difference, told.owed, told.due, told.total) == (("set_quantity",), 500, 1250, 500, 1250)
    assert [(line.before, line.after, line.amount) for line in told.lines] == [(0, 2, 500)]
    assert kit.levels(tea) == (10, 5)
    assert changing.row(order).total == 1250
    owed = receivable_of("order", [order.order_id])[order.order_id]
    assert (owed.amount, owed.due, owed.payment_status) == (1250, 500, "partly_paid")
    written = Change.objects.get(id=told.change_id)
    assert (written.state, written.kinds, written.total_before, written.total_after) == ("applied", ["set_quantity"], 750, 1250)
    assert [(one.effect, one.units, one.kept) for one in ChangedLine.objects.filter(change=written)] == [("added", 2, 2)]
    assert kit.breaches() == []


def test_a_preview_writes_nothing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    order = kit.place(shop, *[("TEA", 1)] * 20)
    wishes = [SetQuantity(line_id=line.line_id, quantity=2) for line in order.lines]
    preview(order.order_id, wishes)  # what the registers say is kept from now on
    before = JournalEntry.objects.count()
    with sold.statements() as statements:
        preview(order.order_id, wishes)
    assert [sql for sql in statements if not sql.lstrip().upper().startswith("SELECT")] == []
    assert len(statements) <= 20
    assert JournalEntry.objects.count() == before


def test_fewer_units_are_canceled(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price="33.5")
    kit.pay(shop, order)
    told = seen(shop, order, SetQuantity(line_id=line_id(order), quantity=2))
    assert (told.difference, told.refund_due, kit.levels(tea)) == (-34, 34, (10, 2))
    assert changing.standing(order) == ("placed", 67, [(3, 1)])


def test_canceled_units_are_taken_back_before_new_ones_are_added(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price="33.5")
    seen(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    told = seen(shop, order, SetQuantity(line_id=line_id(order), quantity=4))
    assert changing.standing(order) == ("placed", 101 + 34, [(3, 0), (1, 0)])
    assert (told.difference, kit.levels(tea)) == (101 + 34 - 34, (10, 4))


def test_a_removed_line_lets_its_goods_go(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    mug = kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("TEA", 3), ("MUG", 2))
    told = seen(shop, order, RemoveLine(line_id=line_id(order, 1)))
    assert (told.difference, told.state, kit.levels(mug)) == (-500, "placed", (5, 0))
    assert refusal(shop, order, RemoveLine(line_id=line_id(order, 1))).code == "line_is_gone"


def test_who_removes_everything_cancels_the_order_with_its_shipping(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), shipping_price=495)
    kit.pay(shop, order)
    told = seen(shop, order, RemoveLine(line_id=line_id(order)))
    assert (told.state, told.difference, told.refund_due, kit.levels(tea)) == ("canceled", -1245, 1245, (10, 0))
    assert changing.row(order).state == "canceled"


def test_an_added_article_has_the_price_of_today(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    mug = kit.stock(shop, "MUG", 5)
    kit.price(shop, "MUG", 400)
    order = kit.place(shop, ("TEA", 3))
    told = seen(shop, order, AddLine(sku="MUG", quantity=2, discount=50))
    assert (told.difference, kit.levels(mug)) == (750, (5, 2))
    assert changing.kept(order) == [("MUG", 2, 750), ("TEA", 3, 750)]


def test_another_article_takes_the_place_of_a_line(shop: Shop) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("TEA", 3))
    told = seen(shop, order, ReplaceLine(line_id=line_id(order), sku="MUG", unit_price=Decimal(300)))
    assert (told.difference, told.state, kit.levels(tea), kit.levels(mug)) == (150, "placed", (10, 0), (5, 3))
    old, new = changing.lines(order)
    assert (old.canceled, new.replaces_id, new.sku, new.quantity) == (3, old.id, "MUG", 3)


def test_a_new_price_keeps_the_goods_where_they_are(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 2, shortage="backorder")
    order = kit.place(shop, ("TEA", 3), payment_method="on_account")
    later = kit.place(shop, ("TEA", 1), payment_method="on_account")
    plan_shipments.one(shop.call(), PlanShipments(order.order_id))
    before = list(Peg.objects.order_by("id").values_list("id", "demand_id", "quantity"))
    told = seen(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(200)))
    assert (told.difference, kit.levels(tea)) == (-150, (2, 2))
    assert list(Peg.objects.order_by("id").values_list("id", "demand_id", "quantity")) == before
    _old, new = changing.lines(order)
    demand = Demand.objects.get(document_id=order.order_id)
    assert (demand.line_id, demand.quantity, demand.canceled, demand.pegged) == (new.id, 3, 0, 2)
    assert [line.order_line_id for line in ShipmentLine.objects.filter(shipment__order_id=order.order_id)] == [new.id]
    assert tallies_of([order.order_id])[order.order_id].demanded == 3
    kit.receive(shop, "TEA", 1)  # whoever waited first still waits first
    assert [one.pegged for one in Demand.objects.filter(document_id__in=[order.order_id, later.order_id]).order_by("id")] == [
        3,
        0,
    ]


def test_a_new_price_for_what_has_not_left(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 2, shortage="backorder")
    order = kit.place(shop, ("TEA", 5))
    kit.pay(shop, order)
    kit.ship(shop, order)
    kit.receive(shop, "TEA", 1)
    told = seen(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(100)))
    assert (told.difference, told.refund_due, told.backordered) == (-450, 450, 2)
    assert changing.kept(order) == [("TEA", 2, 500), ("TEA", 3, 300)]
    assert kit.levels(tea) == (1, 1)


def test_discounts_of_lines_and_of_all(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1), price=333)
    first = seen(shop, order, GiveDiscount(amount=100, line_id=line_id(order)))
    assert first.difference == -100
    second = seen(shop, order, GiveDiscount(percent=Decimal(10)))
    assert (second.difference, changing.kept(order)) == (-123, [("MUG", 1, 300), ("TEA", 3, 809)])
    third = seen(shop, order, GiveDiscount(amount=9))
    assert (third.difference, changing.row(order).discount) == (-9, 232)


def test_a_discount_never_makes_a_price_negative(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    assert refused(order, GiveDiscount(amount=751)) == [("discount_too_large", "changes.0.amount")]
    assert isinstance(refusal(shop, order, GiveDiscount(amount=751, line_id=line_id(order))), DiscountTooLarge)
    seen(shop, order, GiveDiscount(amount=700))
    new = changing.lines(order)[-1]
    assert isinstance(refusal(shop, order, SetPrice(line_id=new.id, unit_price=Decimal(200))), DiscountTooLarge)


def test_a_surcharge(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    told = seen(shop, order, AddSurcharge(name="Gift wrap", amount=150))
    assert (told.difference, changing.lines(order)[-1].kind, changing.lines(order)[-1].name) == (150, "fee", "Gift wrap")


def test_prices_of_today(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    for sku in ("TEA", "MUG"):
        kit.price(shop, sku, 250)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    kit.price(shop, "TEA", 300)
    told = seen(shop, order, Reprice())
    assert (told.difference, changing.kept(order)) == (150, [("MUG", 1, 250), ("TEA", 3, 900)])
    assert isinstance(refusal(shop, order, Reprice()), NothingChanges)


def test_parts_and_all_are_canceled(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), shipping_price=100)
    told = seen(shop, order, Cancel(lines=(Part(line_id(order), 1),), reason="stock"))
    assert (told.difference, told.state, kit.levels(tea)) == (-250, "placed", (10, 2))
    whole = seen(shop, order, Cancel())
    assert (whole.difference, whole.state, kit.levels(tea)) == (-600, "canceled", (10, 0))
    shipping = order.lines[1].line_id
    other = kit.place(shop, ("TEA", 3), shipping_price=100)
    assert shipping != other.lines[1].line_id
    assert isinstance(refusal(shop, other, Cancel(lines=(Part(other.lines[1].line_id, 1),))), ShippingGoesLast)


def test_another_address_and_whom_it_was_for_stays_known(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    before = changing.row(order).ship_to_id
    seen(shop, order, SetAddress(ship_to=replace(kit.BUYER, name="Bea Lee")))
    now = changing.row(order)
    assert (now.ship_to.name, now.bill_to_id) == ("Bea Lee", now.ship_to_id)
    assert list(FormerContact.objects.filter(order_id=order.order_id).values_list("contact_id", flat=True)) == [before]
    seen(shop, order, SetContact(email="bea@example.com"))
    assert (changing.row(order).ship_to.email, changing.row(order).ship_to.name) == ("bea@example.com", "Bea Lee")


def test_a_packed_shipment_keeps_its_address(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    pack_shipment.one(shop.call(), PackShipment(kit.plan(shop, order).shipments[0].shipment_id))
    assert isinstance(refusal(shop, order, SetAddress(ship_to=kit.BUYER)), LabelIsOn)


def test_notes_and_holds(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    told = seen(shop, order, HoldOrder(reason="address unclear"), AddNote(text="Called twice."))
    assert (told.state, changing.row(order).hold_reason) == ("on_hold", "address unclear")
    assert OrderNote.objects.get(order_id=order.order_id).text == "Called twice."
    seen(shop, order, SetQuantity(line_id=line_id(order), quantity=2))  # a held order can be put right
    assert seen(shop, order, ResumeOrder()).state == "placed"


def test_a_held_line_leaves_its_shipment(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    kit.pay(shop, order)
    kit.plan(shop, order)
    seen(shop, order, HoldLine(line_id=line_id(order)))
    shipment = Shipment.objects.get(order_id=order.order_id)
    assert [line.quantity for line in shipment.lines.order_by("id")] == [0, 1]
    assert isinstance(plan_shipments.many([(shop.call(), PlanShipments(order.order_id))])[0], Refusal)
    assert refusal(shop, order, HoldLine(line_id=line_id(order))).code == "nothing_to_resume"
    seen(shop, order, ResumeLine(line_id=line_id(order)))
    assert len(kit.plan(shop, order).shipments) == 1


def test_several_changes_are_done_together_or_not_at_all(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 1))
    wishes = (
        SetQuantity(line_id=line_id(order), quantity=4),
        SetPrice(line_id=line_id(order), unit_price=Decimal(200)),
        GiveDiscount(amount=10, line_id=line_id(order)),
        RemoveLine(line_id=line_id(order, 1)),
    )
    told = seen(shop, order, *wishes)
    assert (told.difference, changing.kept(order)) == (800 - 10 - 1000, [("TEA", 1, 200), ("TEA", 3, 590)])
    assert refused(order, AddLine(sku="NONE"), GiveDiscount(amount=99999), AddNote(text="x")) == [
        ("unknown_sku", "changes.0.sku"),
        ("discount_too_large", "changes.1.amount"),
    ]
    refusal(shop, order, AddNote(text="x"), AddLine(sku="NONE"))
    assert not OrderNote.objects.filter(order_id=order.order_id).exists()


def test_kits_take_their_components_with_them(shop: Shop) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    sold.kit_of(shop, "SET", TEA=2, MUG=1)
    order = kit.place(shop, ("SET", 2), price=900)
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 4), (10, 2))
    seen(shop, order, SetQuantity(line_id=line_id(order), quantity=3))
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 6), (10, 3))
    seen(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(800)))
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 6), (10, 3))
    seen(shop, order, SetQuantity(line_id=changing.lines(order)[2].id, quantity=1))
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 4), (10, 2))


@pytest.mark.parametrize(("currency", "price", "off"), [("JPY", "333", 1), ("GBP", "333.333333", 1), ("KWD", "1000.5", 7)])
def test_taxes_are_exact_whatever_the_currency(shop: Shop, currency: str, price: str, off: int) -> None:
    kit.stock(shop, "TEA", 50)
    order = changing.taxed(shop, ("TEA", 7), ("TEA", 3), price=price, currency=currency, gross=currency == "JPY")
    seen(shop, order, GiveDiscount(amount=off))
    new = changing.lines(order)[-1]
    seen(shop, order, SetQuantity(line_id=new.id, quantity=1), AddSurcharge(name="Wrap", amount=11))
    seen(shop, order, GiveDiscount(percent=Decimal("3.3")))
    for line in changing.lines(order):
        added = 0 if changing.row(order).prices_include_tax else line.tax
        assert line.total == line.goods - line.discount + added == line.tax_base + line.tax


# ── what stands in the way ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_old_preview_is_refused_and_says_what_moved(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.price(shop, "TEA", 250)
    order = kit.place(shop, ("TEA", 3))
    wish = AddLine(sku="TEA", quantity=1)
    shown = preview(order.order_id, [wish])
    kit.price(shop, "TEA", 260)
    moved = refusal(shop, order, wish, fingerprint=shown.fingerprint)
    assert isinstance(moved, WorldMoved)
    assert (str(moved.facts["moved"]), str(moved.facts["difference"])) == ("prices or taxes", "2.60 GBP")
    kit.price(shop, "TEA", 250)  # what is as it was stands in nobody's way
    assert change(shop, order, wish, fingerprint=shown.fingerprint).difference == 250


def test_money_that_came_meanwhile_is_noticed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    shown = preview(order.order_id, [SetQuantity(line_id=line_id(order), quantity=1)])
    kit.pay(shop, order)
    moved = refusal(shop, order, SetQuantity(line_id=line_id(order), quantity=1), fingerprint=shown.fingerprint)
    assert moved.facts["moved"] == "the order or its money"


def test_an_order_that_ships_at_the_same_moment(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    wish = SetQuantity(line_id=line_id(order), quantity=1)
    shown = preview(order.order_id, [wish])
    kit.ship(shop, order)
    moved = refusal(shop, order, wish, fingerprint=shown.fingerprint)
    assert "shipments" in str(moved.facts["moved"])
    assert isinstance(refusal(shop, order, wish), AlreadyShipped)


def test_stock_that_went_meanwhile(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    wish = SetQuantity(line_id=line_id(order), quantity=5)
    shown = preview(order.order_id, [wish])
    kit.place(shop, ("TEA", 1))
    assert refusal(shop, order, wish, fingerprint=shown.fingerprint).facts["moved"] == "stock"
    assert isinstance(refusal(shop, order, wish), OutOfStock)


def test_what_has_left_stays(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    kit.ship(shop, order)
    assert isinstance(refusal(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(1))), HasLeft)
    assert isinstance(refusal(shop, order, RemoveLine(line_id=line_id(order))), HasLeft)
    assert refusal(shop, order, GiveDiscount(amount=1)).code == "nothing_is_left"
    told = seen(shop, order, SetQuantity(line_id=line_id(order), quantity=4))  # more can still be added
    assert told.difference == 250


def test_a_line_that_was_replaced_is_gone(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    change(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(1)))
    assert isinstance(refusal(shop, order, SetQuantity(line_id=line_id(order), quantity=1)), LineIsGone)


def test_prices_stay_where_an_allowance_was_given(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    give_allowance(shop.call(), order_id=order.order_id, amount=50)
    assert isinstance(refusal(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(1))), AllowedBefore)
    told = seen(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    assert told.owed == 200


def test_a_canceled_order_takes_notes_only(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    change(shop, order, Cancel())
    assert isinstance(refusal(shop, order, AddSurcharge(name="x", amount=1)), NotChangeable)
    seen(shop, order, AddNote(text="Sorry."))


def test_articles_that_are_not_sold(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    assert isinstance(refusal(shop, order, AddLine(sku="NONE")), UnknownSku)
    assert refusal(shop, order, AddLine(sku="TEA")).code == "not_priced"


def test_an_unknown_shipping_method(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), shipping_price=100)
    assert refusal(shop, order, SetShipping(method="drone")).code == "does_not_go_there"
    told = seen(shop, order, SetShipping(method="courier", price=250))
    assert (told.difference, changing.row(order).shipping, changing.row(order).shipping_method) == (150, 250, "courier")


def test_lines_and_orders_that_are_not_there(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    assert isinstance(refusal(shop, order, RemoveLine(line_id=new_id())), NotFound)
    assert isinstance(refusal(shop, order), Invalid)
    (told,) = change_orders.many([(shop.call(), ChangeOrder(order_id=new_id(), changes=(AddNote(text="x"),)))])
    assert isinstance(told, NotFound)


def test_each_kind_asks_for_its_permission(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    wish = ChangeOrder(order_id=order.order_id, changes=(GiveDiscount(amount=1),))
    some = replace(shop.call(), actor=Actor("staff", "1", frozenset({"changes.change_orders"})))
    assert isinstance(change_orders.many([(some, wish)])[0], MayNotChange)
    nobody = replace(shop.call(), actor=Actor("staff", "1", frozenset()))
    assert isinstance(change_orders.many([(nobody, wish)])[0], NotPermitted)
    named = (
        AddLine(sku="TEA", unit_price=Decimal(0)),
        AddLine(sku="TEA", discount=1),
        ReplaceLine(line_id=line_id(order), sku="TEA", unit_price=Decimal(1)),
        SetShipping(method="courier", price=0),
    )
    for priced in named:  # a price of one's own
        asked = ChangeOrder(order_id=order.order_id, changes=(priced,))
        assert isinstance(change_orders.many([(replace(some, key=str(new_id())), asked)])[0], MayNotChange)
    both = replace(shop.call(), actor=Actor("staff", "1", frozenset({"changes.change_orders", "orders.set_prices"})))
    assert change_orders.one(both, wish).difference == -1


def test_one_refused_order_takes_nothing_from_its_neighbors(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 9)
    orders = [kit.place(shop, ("TEA", 2)) for _ in range(3)]
    wishes = [
        ChangeOrder(order_id=order.order_id, changes=(SetQuantity(line_id=line_id(order), quantity=quantity),))
        for order, quantity in zip(orders, (4, 5, 3), strict=True)
    ]
    told = change_orders.many([(shop.call(), wish) for wish in wishes])
    assert kit.kinds(told) == ["OrderChanged", "OrderChanged", "OutOfStock"]
    assert isinstance(told[1], OutOfStock)
    assert (kit.levels(tea), kit.breaches()) == ((9, 9), [])


def test_the_same_order_twice_in_a_batch(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2))
    wish = ChangeOrder(order_id=order.order_id, changes=(SetQuantity(line_id=line_id(order), quantity=3),))
    shown = preview(order.order_id, wish.changes)
    told = change_orders.many([(shop.call(), replace(wish, fingerprint=shown.fingerprint)) for _ in range(2)])
    assert kit.kinds(told) == ["OrderChanged", "WorldMoved"]
    assert kit.breaches() == []


def test_two_changes_at_once(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 3)
    order = kit.place(shop, ("TEA", 2))
    wish = ChangeOrder(order_id=order.order_id, changes=(SetQuantity(line_id=line_id(order), quantity=3),))
    wish = replace(wish, fingerprint=preview(order.order_id, wish.changes).fingerprint)
    told = kit.in_threads(lambda _index: change_orders.one(shop.call(), wish), 4)
    assert kit.kinds(told) == ["OrderChanged", "WorldMoved", "WorldMoved", "WorldMoved"]
    assert (kit.levels(tea), kit.breaches()) == ((3, 3), [])


def test_a_repeat_has_the_same_answer(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2))
    wish = ChangeOrder(order_id=order.order_id, changes=(AddSurcharge(name="x", amount=1),))
    first = change_orders.one(shop.call("k"), wish)
    assert change_orders.one(shop.call("k"), wish) == first
    assert Change.objects.filter(order_id=order.order_id).count() == 1


def test_goods_leave_from_another_node(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 5)
    east = save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("TEA", 4),), node_id=east))
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    kit.plan(shop, order)
    shown = preview(order.order_id, [SourceFrom(node_id=east)])
    assert [(one.sku, one.node_id, one.quantity) for one in shown.stock] == [("TEA", east, 3)]
    told = seen(shop, order, SourceFrom(node_id=east))
    assert (told.difference, len(told.canceled_shipments), kit.levels(tea)) == (0, 1, (9, 3))
    assert [(line.node, line.reserved) for line in stock([tea])] == [("east", 3), ("main", 0)]
    assert kit.plan(shop, order).shipments[0].node_id == east
    back = changing.undo(shop, told)
    assert (len(back.canceled_shipments), [line.reserved for line in stock([tea])]) == (1, [0, 3])


def test_a_node_that_has_too_little(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    east = save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("TEA", 2),), node_id=east))
    order = kit.place(shop, ("TEA", 3))
    assert refusal(shop, order, SourceFrom(node_id=east)).code == "not_free_there"
    both = refused(order, SourceFrom(node_id=east), SetQuantity(line_id=line_id(order), quantity=2))
    assert both == [("let_go_elsewhere", "changes")]


IRELAND = replace(
    kit.BUYER,
    country="IE",
    address={"street_address": "1 Quay", "city": "Dublin", "postal_code": "D02 X285", "country_code": "IE"},
)


@pytest.mark.parametrize(("gross", "difference", "tax"), [(False, 15, 115), (True, 0, 93)])
def test_goods_that_go_elsewhere_are_taxed_there(shop: Shop, gross: bool, difference: int, tax: int) -> None:
    tea = kit.stock(shop, "TEA", 10)
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="IE", rate=Decimal("0.23"), name="VAT"))
    order = changing.taxed(shop, ("TEA", 2), price="250", currency="GBP", gross=gross)
    kit.pay(shop, order, 300)
    told = seen(shop, order, SetAddress(ship_to=IRELAND))
    assert (told.difference, changing.row(order).tax, changing.row(order).ship_to.country) == (difference, tax, "IE")
    assert kit.levels(tea) == (10, 2)
    back = changing.undo(shop, told)
    assert (back.difference, changing.row(order).ship_to.country) == (-difference, "GB")


def test_a_shipping_method_that_does_not_go_there(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    rates = (ShippingRateDraft(currency="GBP", price=300, countries=("GB",)),)
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="post", name="Post", rates=rates))
    rates = (ShippingRateDraft(currency="GBP", price=900),)
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="world", name="World", rates=rates))
    order = kit.place(shop, ("TEA", 2), shipping_method="post")
    before = changing.row(order).ship_to_id
    assert refusal(shop, order, SetAddress(ship_to=IRELAND)).code == "does_not_go_there"
    assert changing.row(order).ship_to_id == before
    told = seen(shop, order, SetShipping(method="world"), SetAddress(ship_to=IRELAND))
    assert (told.difference, changing.row(order).shipping, changing.row(order).shipping_name) == (600, 900, "World")


def test_a_part_paid_order_in_gross_prices(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = changing.taxed(shop, ("TEA", 3), price="333.5", currency="EUR", gross=True)
    kit.pay(shop, order, 600)
    told = seen(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal("199.9")))
    assert (order.total, told.owed, told.due, told.refund_due, changing.row(order).tax) == (1001, 600, 0, 0, 100)
    more = seen(shop, order, GiveDiscount(amount=1))
    assert (more.due, more.refund_due) == (0, 1)
