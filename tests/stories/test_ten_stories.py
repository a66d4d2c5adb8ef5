"""Ten stories about orders that do not stay as they were placed; each is printed as a page of `docs/stories`."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.automation.jobs import give_up
from dingdan.ledgers.payments.commands import (
    Told,
    Towards,
    apply_store_credit,
    record_authorization,
    record_capture,
    request_authorization,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import credit_of, receivable_of
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.pricing.commands import save_shipping_method
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft
from dingdan.trade.aftersales.commands import (
    ExchangeWanted,
    GradedPieces,
    LineAmount,
    ReturnWanted,
    authorize_return,
    exchange_return,
    grade_return,
    receive_return,
    resolve_claim,
    take_credit,
)
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import merge_orders
from dingdan.trade.changes.queries import preview, preview_merge
from dingdan.trade.changes.rules import AddNote, Cancel, GiveDiscount, ReplaceLine, SetAddress, SetShipping
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.ledgers.payments.desk import SilentGateway
from tests.stories.telling import PAGES, Story
from tests.trade.aftersales import favors, sold
from tests.trade.changes.changing import change, line_id

IRELAND = replace(
    kit.BUYER,
    country="IE",
    address={"street_address": "2 Quay Street", "city": "Galway", "postal_code": "H91 AF8W", "country_code": "IE"},
)


def due(order_id: UUID) -> int:
    """What is due on an order."""
    return receivable_of("order", [order_id])[order_id].due


def second_of(story: Story, order: OrderPlaced) -> Order:
    """The order that followed; from now on its money is told, too."""
    second = Order.objects.exclude(id=order.order_id).get()
    story.follows(second.id)
    return second


def test_a_wrong_size_is_exchanged_for_a_dearer_one(story: Story) -> None:
    story.begins(
        "wrong-size",
        "A wrong size is exchanged for a dearer one",
        about="""“The shirt is too small, could I have it in XL?” The XL costs five pounds more. The shop takes the M back, sends
        the XL as an order of its own, moves the twenty pounds over to it and asks for the five.""",
    )
    story.sells("SHIRT-M", 5, price=2000)
    story.sells("SHIRT-XL", 5, price=2500)
    order = story.orders_and_pays(("SHIRT-M", 1), price=2000)
    story.tells("Ann orders a shirt in M for £20.00 and pays.")
    story.ships(order.order_id)
    story.tells("It has left and is with her, and is invoiced.")

    story.later(days=2)
    units = (ReturnWanted(line_id=line_id(order), quantity=1, reason="wrong_size"),)
    rma = exchange_return(story.shop.call(), order_id=order.order_id, lines=units, wanted=(ExchangeWanted(sku="SHIRT-XL"),))
    story.tells("She asks for XL instead. No XL is reserved yet: it would wait for a parcel that may never come.")
    story.later(days=3)
    receive_return(story.shop.call(), return_id=rma.return_id)
    sold.graded(story.shop, rma.return_id, A=1)
    story.tells("The M is back and as new. The XL is ordered by itself and has the twenty pounds.")
    second = second_of(story, order)
    assert (due(order.order_id), due(second.id)) == (0, 500)
    story.tells("Five pounds are due on the second order, and nothing leaves before they are paid.")

    story.later(hours=2)
    story.pays(second.id, 500)
    story.tells("Ann pays the five pounds.")
    story.ships(second.id)
    story.tells("The XL has left and is with her.")
    story.ends("Ann has paid £25.00 for a shirt that costs £25.00; the M is in the shelf again.")


def test_half_an_order_is_canceled_after_the_other_half_has_left(story: Story) -> None:
    story.begins(
        "half-canceled",
        "Half an order is canceled after the other half has left",
        about="""Six cups were ordered and three were there. They have left; the customer does not want to wait for the rest.
        The shop cancels what has not left and gives its money back. What has left is invoiced and stays so.""",
    )
    kit.stock(story.shop, "CUP", 3, shortage="backorder")
    story.skus.append("CUP")
    order = story.orders_and_pays(("CUP", 6), price=333)
    story.tells("Ben orders six cups at £3.33 and pays. Three are there; three are owed.")
    story.ships(order.order_id)
    story.tells("Three cups have left and are invoiced: £9.99.")

    story.later(days=4)
    shown = preview(order.order_id, [Cancel()])
    assert (shown.difference, shown.refund_due) == (-999, 999)
    change(story.shop, order, Cancel(), fingerprint=shown.fingerprint)
    story.tells("“Never mind the rest.” The preview says what it means, £9.99 back, and is applied.")
    assert story.gives_back_what_was_promised() == 999
    story.tells("The money is handed back.")
    kit.receive(story.shop, "CUP", 3)
    story.tells("Three more cups arrive. Nobody waits for them any more: they can be sold.")
    story.ends("Ben has paid £9.99 for three cups. Nothing was credited, since what never left was never invoiced.")


def test_two_orders_are_merged_and_one_of_them_is_returned(story: Story) -> None:
    story.begins(
        "merged-and-returned",
        "Two orders are merged into one parcel, and one of them is returned",
        about="""“I ordered a mug after the tea. Could both come in one parcel?” Goods and money of the second order go over to
        the first; the second is empty then, and canceled. When the mug comes back, it is a line of the first order like any
        other.""",
    )
    story.sells("TEA", 10)
    story.sells("MUG", 5)
    first = kit.place(story.shop, ("TEA", 2), price=450, payment_method="bank_transfer")
    story.follows(first.order_id)
    story.tells("Jo orders two teas at £4.50, to be paid by bank transfer. They are reserved, and wait for the money.")
    story.later(hours=1)
    second = story.orders_and_pays(("MUG", 1), price=1200, payment_method="bank_transfer")
    story.tells("She orders a mug for £12.00. Its money comes first, and its parcel is planned.")

    shown = preview_merge(first.order_id, [second.order_id])
    assert shown.refusals == ()
    merge_orders(story.shop.call(), order_id=first.order_id, order_ids=(second.order_id,), fingerprint=shown.fingerprint)
    story.tells("The orders are merged: the parcel that was planned is canceled, and the money goes along with the mug.")
    story.later(days=1)
    story.pays(first.order_id, 900, method="bank_transfer")
    story.tells("The money for the tea has come, too.")
    story.ships(first.order_id)
    parcel = Shipment.objects.get(state="delivered")
    assert parcel.lines.count() == 2
    story.tells("One parcel has left and is with her; one invoice of £21.00 says all.")

    story.later(days=5)
    mug = OrderLine.objects.get(order_id=first.order_id, sku="MUG")
    wanted = (ReturnWanted(line_id=mug.id, quantity=1, reason="unwanted"),)
    rma = authorize_return(story.shop.call(), order_id=first.order_id, lines=wanted)
    story.tells("She does not like the mug. It may come back.")
    story.later(days=2)
    receive_return(story.shop.call(), return_id=rma.return_id)
    sold.graded(story.shop, rma.return_id, A=1)
    story.tells("It is back and as new. Its twelve pounds are promised, though they were paid for another order.")
    assert story.gives_back_what_was_promised() == 1200
    story.tells("They are given back.")
    story.ends("Jo has paid £9.00 for two teas. The second order says where its mug went.")


def test_address_and_shipping_are_changed_after_payment(story: Story) -> None:
    story.begins(
        "another-address",
        "Address and shipping method are changed after payment",
        about="""“I am moving to Galway, please send it there.” The post that was chosen does not go to Ireland; the courier does
        and costs six pounds more. One change set does both, and only the difference is asked for.""",
    )
    story.sells("TEA", 10)
    rates = (ShippingRateDraft(currency="GBP", price=300, countries=("GB",)),)
    save_shipping_method(story.shop.call(), method=ShippingMethodDraft(code="post", name="Post", rates=rates))
    rates = (ShippingRateDraft(currency="GBP", price=900),)
    save_shipping_method(story.shop.call(), method=ShippingMethodDraft(code="courier", name="Courier", rates=rates))
    order = story.orders_and_pays(("TEA", 2), price=250, shipping_method="post")
    story.tells("Cleo orders two teas at £2.50, by post for £3.00, and pays £8.00.")

    story.later(hours=3)
    alone = preview(order.order_id, [SetAddress(ship_to=IRELAND)])
    assert [one.code for one in alone.refusals] == ["does_not_go_there"]
    story.tells("The new address alone is refused, in the preview already: the post does not go there. Nothing has changed.")
    both = (SetShipping(method="courier"), SetAddress(ship_to=IRELAND))
    shown = preview(order.order_id, both)
    assert (shown.difference, shown.due) == (600, 600)
    change(story.shop, order, *both, fingerprint=shown.fingerprint)
    story.tells("Together with the courier it goes. £6.00 are due; the parcel waits for them.")
    assert not Shipment.objects.filter(state="shipped").exists()

    story.later(days=1)
    story.pays(order.order_id, 600)
    story.tells("Cleo pays the difference.")
    story.ships(order.order_id)
    story.tells("The parcel goes to Galway, and one invoice of £14.00 says all.")
    story.ends("Cleo has paid £14.00, in two parts, for what the order says now.")


def test_a_discount_is_given_after_payment(story: Story) -> None:
    story.begins(
        "discount-after-payment",
        "A discount is given after payment",
        about="""“I forgot to enter my code.” The shop gives the ten percent on the order as if it had been entered, and gives the
        difference back. The parcel that is planned leaves as it would have.""",
    )
    story.sells("LAMP", 4)
    story.sells("BULB", 20)
    order = story.orders_and_pays(("LAMP", 1), ("BULB", 3), price="1249.5")
    story.tells("Dan orders a lamp and three bulbs, each at £12.495, and pays £49.99.")

    story.later(hours=1)
    favor = GiveDiscount(percent=Decimal(10))
    shown = preview(order.order_id, [favor])
    change(story.shop, order, favor, fingerprint=shown.fingerprint)
    story.tells("Ten percent come off every line, each rounded by itself. The stock that was reserved stays reserved.")
    assert story.gives_back_what_was_promised() == -shown.difference
    story.tells("The difference is handed back.")
    story.ships(order.order_id)
    story.tells("All has left and is with him; the invoice says the price less the discount.")
    story.ends("Dan has paid what the order says now, to the penny.")


def test_a_damaged_cup_is_kept_for_part_of_the_money(story: Story) -> None:
    story.begins(
        "damaged-and-kept",
        "Damaged on arrival: the customer keeps it for part of the money",
        about="""“One of the two cups has a crack. I can live with it.” Sending it back would cost more than it is worth. The shop
        offers four pounds; the claim is settled by that, and no parcel travels.""",
    )
    story.sells("CUP", 5)
    order = story.orders_and_pays(("CUP", 2), price=1200)
    story.tells("Eve orders two cups at £12.00 and pays.")
    story.ships(order.order_id)
    story.tells("They are with her.")

    story.later(days=1)
    claim_id = sold.claim(story.shop, order, 1, "damaged")
    story.tells("She sends a picture of the crack: a claim is filed for one cup. No money moves before it is answered.")
    story.later(hours=5)
    amounts = (LineAmount(line_id(order), 400),)
    resolve_claim(story.shop.call(), claim_id=claim_id, resolution="keep", amounts=amounts)
    story.tells("She keeps it and gets £4.00. A credit note says so.")
    assert story.gives_back_what_was_promised() == 400
    story.tells("The four pounds are handed back.")
    story.ends("Two cups were sold for £20.00, and none came back.")


def test_an_exchange_in_advance_with_a_hold_on_the_money(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, "card", SilentGateway())
    story.begins(
        "exchange-in-advance",
        "An exchange in advance, with a hold on the money",
        about="""“My phone is broken, and I cannot be without one.” The new phone leaves at once. Until the broken one is back,
        the price of the new one is held on the customer's card. When nothing comes, what is held is taken.""",
    )
    story.sells("PHONE", 5, price=30_000)
    sold.rule(story.shop, sends_ahead=True)
    order = story.orders_and_pays(("PHONE", 1), price=30_000)
    story.tells("Fay orders a phone for £300.00 and pays.")
    story.ships(order.order_id)
    story.tells("It is with her.")

    story.later(days=6)
    units = (ReturnWanted(line_id=line_id(order), quantity=1, reason="damaged"),)
    wanted = (ExchangeWanted(sku="PHONE"),)
    exchange_return(story.shop.call(), order_id=order.order_id, lines=units, wanted=wanted, ahead_days=14)
    story.tells("It is broken. Another one is ordered for her at once and may leave on account; hers is to be back in 14 days.")
    second = second_of(story, order)
    towards = (Towards(document=Document("order", second.id)),)
    asked = request_authorization(story.shop.call(), gateway="card", currency="GBP", towards=towards)
    record_authorization.one(story.shop.call(), Told(attempt_id=asked.attempt_id))
    story.tells("The gateway holds £300.00 on her card. Nothing is posted: held is not paid.")
    story.ships(second.id)
    story.tells("The second phone is with her. What is held stays held as long as the first one may still come back.")

    story.later(days=15)
    assert give_up(story.shop.tenant_id) == 1
    story.tells("Nothing has come. The return lapses, she is told so by mail, and what is held is asked for.")
    capture = Attempt.objects.get(kind="capture")
    record_capture.one(story.shop.call(), Told(attempt_id=capture.id))
    story.tells("The gateway has taken it.")
    assert (due(order.order_id), due(second.id)) == (0, 0)
    story.ends("Fay has two phones and has paid for two. Should the first one come after all, it is a return like any other.")


def test_one_part_of_a_kit_comes_back(story: Story) -> None:
    story.begins(
        "part-of-a-kit",
        "One part of a kit comes back",
        about="""A tea set is sold as one thing: a pot and two cups for £10.00, less than the £10.50 that they cost one by one.
        One cup is not liked. The shop takes it back alone, for its share of what the set has cost.""",
    )
    story.sells("POT", 5, price=450)
    story.sells("CUP", 10, price=300)
    sold.kit_of(story.shop, "SET", POT=1, CUP=2)
    order = story.orders_and_pays(("SET", 1), price=1000)
    story.tells("Gil orders a tea set and pays £10.00. A pot and two cups are reserved.")
    story.ships(order.order_id)
    story.tells("They are with him; the invoice says one set.")

    story.later(days=2)
    units = (ReturnWanted(line_id=line_id(order), quantity=1, component="CUP"),)
    rma = authorize_return(story.shop.call(), order_id=order.order_id, lines=units)
    story.tells("One cup may come back. What the parts weigh is said once: 4.50 for the pot, 3.00 for each cup.")
    story.later(days=2)
    receive_return(story.shop.call(), return_id=rma.return_id)
    (piece,) = sold.pieces_of(rma.return_id)
    told = grade_return(
        story.shop.call(), return_id=rma.return_id, pieces=(GradedPieces(piece_id=piece.id, grade="A", quantity=1),)
    )
    assert told.refund == 286  # 300/1050 of 10.00: 285.71
    story.tells("It is back and as new: 300/1050 of £10.00 are £2.86.")
    assert story.gives_back_what_was_promised() == 286
    story.tells("The money is handed back.")
    story.ends("Gil has paid £7.14 for a pot and a cup. Were the rest to come back, £7.14 would be given back, to the penny.")


def test_what_is_sold_out_is_substituted(story: Story) -> None:
    story.begins(
        "substituted",
        "Sold out: another article goes in its place",
        about="""The last green mug was broken on the shelf, after it was sold. The shop asks whether a blue one will do, which
        costs a little less; the customer agrees. Nothing is canceled and ordered anew: the line is replaced.""",
    )
    story.sells("MUG-GREEN", 1, price=900)
    story.sells("MUG-BLUE", 8, price=850)
    order = story.orders_and_pays(("MUG-GREEN", 1), price=900)
    story.tells("Hal orders the last green mug for £9.00 and pays.")

    story.later(hours=4)
    wish = ReplaceLine(line_id=line_id(order), sku="MUG-BLUE")
    asked = AddNote(text="A blue mug in place of the green one, fifty pence back: agreed on the phone.", to_customer=True)
    shown = preview(order.order_id, [wish, asked])
    assert (shown.difference, shown.refund_due) == (-50, 50)
    story.tells("It is broken. The preview says what the blue one would mean, £0.50 back, and writes nothing. Hal agrees.")
    change(story.shop, order, wish, asked, fingerprint=shown.fingerprint)
    story.tells("The line is replaced: the green mug is let go of, a blue one is reserved, and the note says why.")
    assert story.gives_back_what_was_promised() == 50
    story.tells("Fifty pence are handed back.")
    story.ships(order.order_id)
    story.tells("The blue mug is with him.")
    story.ends("Hal has paid £8.50 for a blue mug; the line of the green one still says what was ordered first.")


def test_store_credit_with_a_bonus_is_spent_on_the_next_order(story: Story) -> None:
    story.begins(
        "store-credit",
        "Store credit with a bonus instead of a refund, spent on the next order",
        about="""Ten pounds are to be given back. The shop offers eleven to spend here instead: ten that stay for good, and one on
        top that lasts a year. What expires first is spent first.""",
    )
    customer_id = save_customer(story.shop.call(), customer=CustomerDraft(number="C-1")).customer_id
    favors.terms(story.shop)
    story.sells("SCARF", 10)
    story.sells("GLOVES", 10)
    order = story.orders_and_pays(("SCARF", 2), price=1000, customer_id=customer_id)
    story.tells("Ida orders two scarves at £10.00 and pays.")

    story.later(hours=2)
    one_less = Cancel(lines=(Part(line_id=line_id(order), quantity=1),))
    change(story.shop, order, one_less, refund_to="keep")
    story.tells("One is enough. Its ten pounds stay on the order until she has said how she wants them back.")
    told = take_credit(story.shop.call(), order_id=order.order_id)
    assert (told.amount, told.bonus) == (1000, 100)
    story.tells("She takes them as credit: £10.00, and £1.00 on top.")
    story.ships(order.order_id)
    story.tells("The one scarf is with her.")

    story.later(days=20)
    second = kit.place(story.shop, ("GLOVES", 1), price=1500, customer_id=customer_id)
    story.follows(second.order_id)
    story.tells("Three weeks later she orders gloves for £15.00.")
    apply_store_credit(story.shop.call(), document=Document("order", second.order_id), customer_id=customer_id)
    story.tells("Her credit pays £11.00 of them, the pound that would expire first.")
    story.pays(second.order_id, 400)
    story.ships(second.order_id)
    story.tells("She pays the other four pounds, and the gloves are with her.")
    assert sum(credit.due for credit in credit_of(customer_id)) == 0
    story.ends("Ida has paid £24.00 in money for goods worth £25.00; the pound between is what the shop gave.")


def test_every_page_is_listed() -> None:
    listed = (PAGES / "README.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in PAGES.glob("*.md") if page.name != "README.md")
    assert sorted(re.findall(r"\]\(([\w-]+\.md)\)", listed)) == pages
