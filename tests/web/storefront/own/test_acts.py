"""What a shopper does alone with an order: changed, canceled, sent back, exchanged, complained about; without scripts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.automation.consumers import drain
from dingdan.kernel import clock
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.queries import demands_of
from dingdan.ledgers.payments.commands import record_refund
from dingdan.ledgers.payments.queries import payments_of
from dingdan.ledgers.payments.steps import Told
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.masterdata.pricing.commands import save_shipping_method
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft
from dingdan.trade.aftersales.commands import Verdict, inspect_return, receive_return
from dingdan.trade.aftersales.models import Attachment, Claim, Return
from dingdan.trade.changes.models import Change
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PickShipment,
    ShipShipment,
    deliver_shipments,
    pick_shipment,
    ship_shipments,
)
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.web.storefront.own.opening import ENTRANCES, Held, holder
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.trade.aftersales import sold
from tests.trade.changes.changing import change, kept, row
from tests.trade.tickets.desk import PNG
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.own.acting import Shopper, hidden


@pytest.fixture
def order(shop: Shop) -> OrderPlaced:
    """Two mugs (£10.00), a shirt (£20.00) and a coat that has to be waited for (£50.00), by post (£3.95), paid."""
    open_front(shop)
    adopt_return_preset(shop.call(), preset="europe")
    put_on_offer(shop, "mug", pieces=9)
    put_on_offer(shop, "tea", pieces=9, price=300)
    put_on_offer(shop, "coat", VariantDraft(sku="COAT", shortage="backorder"), price=5000)
    shirts = (VariantDraft(sku="SHIRT-S", options={"size": "S"}), VariantDraft(sku="SHIRT-L", options={"size": "L"}))
    put_on_offer(shop, "shirt", *shirts, pieces=5, price=2000)
    placed = kit.place(shop, ("MUG", 2), ("SHIRT-S", 1), ("COAT", 1), price=None, payment_method="cash", shipping_method="post")
    kit.pay(shop, placed)
    drain(shop.tenant_id)
    return placed


@pytest.fixture
def ann(shop: Shop, order: OrderPlaced) -> Shopper:
    return Shopper(shop, order.order_id)


def _line(order: OrderPlaced, place: int) -> str:
    return str(order.lines[place].line_id)


def _take(order: OrderPlaced, *places: int, why: str = "unwanted", **more: Any) -> dict[str, Any]:
    found = {f"take-{_line(order, place)}": "on" for place in places}
    return found | {f"why-{_line(order, place)}": why for place in places} | more


def _send_what_is_there(shop: Shop) -> None:
    for shipment in Shipment.objects.filter(state="planned").order_by("id"):
        ship_shipments.one(shop.call(), ShipShipment(shipment.id))
        deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)


def _give_back(shop: Shop, order: OrderPlaced) -> int:
    """What was promised to go back leaves the till; returns how much."""
    found = payments_of("order", [order.order_id])[order.order_id]
    asked = [one for payment in found for one in payment.attempts if one.kind == "refund" and one.state == "requested"]
    for one in asked:
        record_refund.one(shop.call(), Told(attempt_id=one.id))
    drain(shop.tenant_id)
    return sum(one.amount for one in asked)


def test_it_works(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    assert "Change the order Until we begin to pack it. Cancel" in ann.read()
    seen = ann.see("change", **{f"q-{_line(order, 0)}": "1"})
    assert "£10.00 less Mug 2 → 1 -£10.00" in seen
    assert "Total £93.95 £83.95" in seen
    assert "£10.00 goes back the way you paid: Cash." in seen
    assert "Your order is changed." in ann.do("change", **{f"q-{_line(order, 0)}": "1"})
    drain(shop.tenant_id)
    assert _give_back(shop, order) == 1000

    found = ann.press("change", find="tea").content.decode()
    field = f"add-{variants_by_sku(['TEA'])['TEA'].id}"
    assert f'value="more:{field}"' in found
    more = ann.press("change", f"more:{field}", find="tea", **{field: "1"}).content.decode()
    assert f'name="{field}" value="2"' in more
    assert "£6.00 more Tea 0 → 2 +£6.00" in text_of(more)
    assert "Pay £6.00" in ann.do("change", **{field: "2"})
    drain(shop.tenant_id)
    kit.pay(shop, order, 600)
    drain(shop.tenant_id)
    assert kept(order) == [("", 1, 395), ("COAT", 1, 5000), ("MUG", 1, 1000), ("SHIRT-S", 1, 2000), ("TEA", 2, 600)]

    _send_what_is_there(shop)
    page = ann.read()
    assert "Send something back Until" in page
    assert "Change the order" in page  # the coat has not left
    tea = str(Order.objects.get().lines.get(sku="TEA").id)
    half = _take(order, 1) | {f"take-{tea}": "on", f"why-{tea}": "unwanted", f"q-{tea}": "1"}
    assert "1 × Tea until" in ann.see("return", **half)
    assert "Goes back to you £23.00" in ann.see("return", **half)
    asked = ann.do("return", **half, **{f"how-{_line(order, 1)}": "unopened"})
    assert "Return R1001 is asked for" in asked
    assert "Write R1001 on the parcel." in asked
    assert "up to £23.00 goes back the way you paid: Cash." in asked
    rma = Return.objects.get()
    receive_return(shop.call(), return_id=rma.id)
    pieces = sold.pieces_of(rma.id)
    inspect_return(
        shop.call(), return_id=rma.id, verdicts=tuple(Verdict(piece_id=one.id, restock=one.received) for one in pieces)
    )
    drain(shop.tenant_id)
    assert _give_back(shop, order) == 2300
    money = sold.owed(order)
    assert (money.allocated - money.refunded, money.amount) == (6695, 6695)
    assert kit.breaches() == []


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_things_are_changed_at_once_and_taken_back(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    tea = f"add-{variants_by_sku(['TEA'])['TEA'].id}"
    wanted = {
        f"q-{_line(order, 0)}": "0", f"as-{_line(order, 1)}": "SHIRT-L", tea: "1", "name": "Ann Lee", "country": "GB",
        "street_address": "2 Low <i>Street</i>", "city": "London", "postal_code": "N1 9GU", "email": "ann@example.com",
        "phone": "+442079460000", "company": "",
    }  # fmt: skip
    page = ann.press("change", **wanted).content.decode()
    assert "2 Low &lt;i&gt;Street&lt;/i&gt;</textarea>" in page
    assert "<i>Street" not in page
    assert "£17.00 less Mug 2 → 0 -£20.00" in text_of(page)
    assert "Shirt · L Shirt · S → Shirt · L £0.00" in text_of(page)
    told = ann.do("change", **wanted)
    assert "Your order is changed. The order came to £93.95 It comes to now £76.95" in told
    now = Order.objects.select_related("ship_to").get()
    assert (now.total, now.ship_to.address["street_address"], now.ship_to.name) == (7695, "2 Low <i>Street</i>", "Ann Lee")
    made = Change.objects.get()
    assert JournalEntry.objects.get(id=made.entry_id).actor_kind == "customer"
    back = ann.at("change", str(made.id))
    again = ann.send(back, do="apply", **hidden(ann.html(back)))
    assert again.status_code == 303
    assert "That is taken back" in ann.look(back)
    assert (Order.objects.get().total, "taken back any more" in ann.look(back)) == (9395, False)
    assert kit.breaches() == []


def test_another_way_to_ship_and_to_pay_and_somebody_else_to_write_to(shop: Shop, order: OrderPlaced) -> None:
    for code in ("cash_on_delivery", "bank_transfer"):
        offer(shop, code)
    rates = (ShippingRateDraft(currency="GBP", price=995),)
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="courier", name="Courier", max_days=1, rates=rates))
    unpaid = kit.place(shop, ("MUG", 1), price=None, payment_method="bank_transfer", shipping_method="post")
    ann = Shopper(shop, unpaid.order_id)
    assert "How it is paid" not in ann.read("change")  # only one of them can be paid by: the shop said no account
    told = ann.see("change", shipping="courier", email="ann@work.example")
    assert "£6.00 more" in told
    assert "Courier" in told
    assert "£19.95 is then to be paid." in told
    page = ann.do("change", shipping="courier", email="ann@work.example")
    assert "Pay £19.95" in page
    now = Order.objects.select_related("ship_to").get(id=unpaid.order_id)
    assert (now.shipping_method, now.ship_to.email, now.ship_to.phone) == ("courier", "ann@work.example", "+442079460000")
    short = ann.see("change", **{f"q-{_line(unpaid, 0)}": "50"})
    assert "Only 7 of Article" not in short
    assert "of Mug can be had just now, not 49. Take fewer, or something else." in short
    assert "Change it" not in short
    assert kit.breaches() == []


def test_what_is_in_the_cart_goes_into_the_order_though_the_cart_holds_it(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    assert ann.send("cart/", act="add", sku="TEA", quantity="9").status_code == 303
    page = ann.open("change")
    field = f"add-{variants_by_sku(['TEA'])['TEA'].id}"
    assert "From your cart" in text_of(page)
    assert "£24.00 more" in ann.see("change", **{field: "8"})
    ann.do("change", **{field: "8"})
    assert ("TEA", 8, 2400) in kept(order)
    assert "£3.00" in ann.look("cart/")
    assert kit.breaches() == []


def test_nothing_is_done_when_something_changed_meanwhile(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    field = f"add-{variants_by_sku(['TEA'])['TEA'].id}"
    looked = ann.looked("change", **{field: "1"})
    put_on_offer(shop, "tea", price=350)
    answer = ann.send(ann.at("change"), **looked)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Something changed while you were looking: prices or taxes. Nothing was done. This is how it would be now." in text_of(
        page
    )
    assert "£3.50 more" in text_of(page)
    assert f'name="{field}" value="1"' in page
    other = ann.send(ann.at("change"), **(looked | {field: "2"}))
    assert "You chose something else since you looked." in text_of(other.content.decode())
    pick_shipment.one(shop.call(), PickShipment(Shipment.objects.get().id))
    late = ann.send(ann.at("change"), **(looked | hidden(page)))
    assert "This order cannot be changed here any more: it is being packed." in text_of(late.content.decode())
    assert late.status_code == 409
    acts = ann.read()
    assert acts.count("This order cannot be changed here any more: it is being packed.") == 2
    assert "/change/" not in ann.open()
    assert (Order.objects.get().total, Change.objects.count()) == (9395, 0)


def test_one_form_is_one_deed(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    looked = ann.looked("change", **{f"q-{_line(order, 0)}": "1"})
    answers = kit.in_threads(lambda _index: Shopper(shop, order.order_id).send(ann.at("change"), **looked), 3)
    assert [one.status_code for one in answers] == [303] * 3
    assert len({one["Location"] for one in answers}) == 1
    assert ann.send(ann.at("change"), **looked)["Location"] == answers[0]["Location"]  # the way back, and once more
    assert (Change.objects.count(), Order.objects.get().total) == (1, 8395)
    second = ann.send(ann.at("change"), **(looked | {"key": "another tab"}))
    assert "Nothing would be different." in text_of(second.content.decode())
    assert Change.objects.count() == 1


def test_what_the_shop_did_stays(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    from dingdan.trade.changes.rules import SetQuantity

    made = change(shop, order, SetQuantity(line_id=order.lines[0].line_id, quantity=1))
    path = ann.at("change", str(made.change_id))
    assert "The shop made this change. Write to the shop." in ann.look(path)
    answer = ann.send(path, do="apply", key="k", seen="x")
    assert answer.status_code in (403, 409)
    other = kit.place(shop, ("MUG", 1))
    foreign = change(shop, other, SetQuantity(line_id=other.lines[0].line_id, quantity=2))
    assert ann.get(ann.at("change", str(foreign.change_id))).status_code == 404
    assert Change.objects.get(id=made.change_id).state == "applied"


# ── canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_is_canceled_then_all_and_all_goes_on(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    some = _take(order, 0) | {f"q-{_line(order, 0)}": "1", "what": "some", "reason": "mistake"}
    assert "£10.00 less" in ann.see("cancel", **some)
    assert "Nothing was chosen yet." in ann.see("cancel", what="some")
    assert "That is canceled." in ann.do("cancel", **some)
    drain(shop.tenant_id)
    assert _give_back(shop, order) == 1000
    assert "£83.95 goes back the way you paid: Cash. Cancel the order" in ann.see("cancel", what="all")
    ann.do("cancel", what="all", reason="customer")
    assert row(order).state == "canceled"
    page = ann.read()
    assert "This order is canceled" in page
    assert "Take the cancellation back" in page
    assert "/cancel/" not in ann.open()
    last = Change.objects.order_by("-id")[0]
    path = ann.at("change", str(last.id))
    assert ann.send(path, do="apply", **hidden(ann.html(path))).status_code == 303
    assert (row(order).state, row(order).total) == ("placed", 8395)
    assert kit.breaches() == []


def test_canceling_and_packing_at_once(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    looked, shipment = ann.looked("cancel", what="all"), Shipment.objects.get().id

    def act(index: int) -> Any:
        if index == 0:
            return Shopper(shop, order.order_id).send(ann.at("cancel"), **looked).status_code
        return pick_shipment.one(shop.call(), PickShipment(shipment))

    canceled, picked = kit.in_threads(act, 2)
    states = (row(order).state, Shipment.objects.get().state)
    assert (canceled, states) in [(303, ("canceled", "canceled")), (409, ("placed", "picking"))], picked
    assert kit.breaches() == []


def test_canceling_the_rest_and_sending_back_at_once(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    _send_what_is_there(shop)
    forms = {"cancel": ann.looked("cancel", what="all"), "return": ann.looked("return", **_take(order, 1))}
    names = ["cancel", "return", "cancel", "return"]
    answers = kit.in_threads(lambda index: Shopper(shop, order.order_id).send(ann.at(names[index]), **forms[names[index]]), 4)
    assert {one.status_code for one in answers} <= {303, 409}
    assert [one.status_code for one in answers].count(303) >= 2
    drain(shop.tenant_id)
    assert Return.objects.count() <= 1
    assert kit.breaches() == []


# ── sending back, exchanging ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_kept_back_is_told_before(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    assert "There is nothing here that could come back" in ann.read("return")
    sold.rule(shop, position=1, window_days=14, shipping_fee=395, currency="GBP", restocking_rate=Decimal("0.1"))
    _send_what_is_there(shop)
    told = ann.see("return", **_take(order, 0, 1))
    assert "Kept for putting it away again -£3.00 Kept for the way back -£3.95 Goes back to you £23.05" in told
    photo = SimpleUploadedFile("../<b>.png", PNG, content_type="image/png")
    answer = ann.send(ann.at("return"), **ann.looked("return", **_take(order, 0)), files=[photo])
    assert Attachment.objects.get().media_type == "image/png"
    page = ann.client.get(answer["Location"]).content.decode()
    assert "<b>" not in page.split("<main", 1)[1].split("Photos", 1)[1].split("</ul>")[0]
    second = ann.send(ann.at("return"), **ann.looked("return", **_take(order, 1)))
    assert second.status_code == 303
    assert Return.objects.count() == 2


def test_against_the_rules_is_against_the_rules(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    sold.rule(shop, position=1, allows=False, skus=("SHIRT-S",))
    _send_what_is_there(shop)
    told = ann.see("return", **_take(order, 0, 1))
    assert "Shirt S cannot come back. This was a final sale and does not come back. Leave it out, or write to the shop." in told
    assert "Ask for the return" not in told
    assert ann.press("return", "apply", **_take(order, 0, 1)).status_code == 409
    assert not Return.objects.exists()


def test_a_shirt_is_exchanged_for_another_and_for_something_dearer(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    _send_what_is_there(shop)
    shirt = _take(order, 1, why="wrong_size")
    assert "Nothing was chosen in exchange yet." in ann.see("exchange", **shirt)
    same = shirt | {f"as-{_line(order, 1)}": "SHIRT-L"}
    assert "1 × Shirt · L £20.00 Nothing is to be paid, and nothing goes back." in ann.see("exchange", **same)
    coat = f"add-{variants_by_sku(['COAT'])['COAT'].id}"
    told = ann.see("exchange", **(shirt | {coat: "1"}))
    assert "1 × Coat has to be waited for £50.00 £30.00 is then still to be paid." in told
    asked = ann.do("exchange", **same)
    assert "When we have looked at it, what you chose in exchange is sent." in asked
    rma = Return.objects.get()
    assert [one.variant.sku for one in rma.wanted.all()] == ["SHIRT-L"]


def test_a_part_of_a_set_comes_back_alone(shop: Shop) -> None:
    open_front(shop)
    adopt_return_preset(shop.call(), preset="europe")
    put_on_offer(shop, "cup", pieces=9, price=600)
    put_on_offer(shop, "pot", pieces=9, price=1400)
    sold.kit_of(shop, "SET", CUP=2, POT=1)
    order = kit.place(shop, ("SET", 1), price=2600)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    ann = Shopper(shop, order.order_id)
    page = ann.open("return")
    assert "Only a part of a set C Cup a part of SET up to 2" in text_of(page)
    cup = demands_of([order.order_id])[order.order_id][0]
    key = f"{_line(order, 0)}-{cup.id}"
    told = ann.see("return", **{f"take-{key}": "on", f"why-{key}": "unwanted", f"q-{key}": "1"})
    assert "1 × Cup until" in told
    assert "Goes back to you £6.00" in told
    ann.do("return", **{f"take-{key}": "on", f"why-{key}": "unwanted", f"q-{key}": "1"})
    assert sold.pieces_of(Return.objects.get().id)[0].quantity == 1
    assert kit.breaches() == []


# ── complaining ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_claim_with_words_and_photos(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    _send_what_is_there(shop)
    assert "see here how it can be made good before it is sent." in text_of(ann.open("claim"))
    chosen = _take(order, 0, why="damaged") | {"note": "It <script>leaks</script>"}
    with clock.moved_by(datetime(2026, 3, 2, 10, tzinfo=UTC) - clock.now()):  # a Monday, an hour after the shop has opened
        page = ann.send(ann.at("claim"), **chosen, do="look").content.decode()
    assert "1 × Mug £10.00 How it can be made good The same once more It is sent to you, and costs you nothing." in text_of(page)
    assert "Your money back The way you paid: Cash. up to £10.00" in text_of(page)
    assert "You keep it A part of the money goes back to you. up to £10.00" in text_of(page)
    assert "Who writes to us has an answer by Monday 14:00 as a rule; making it good can take longer." in text_of(page)
    assert "told=" not in page, "the page's look is no version of an icon"
    wrong = chosen | {"do": "apply"} | hidden(page)
    hasty = ann.send(ann.at("claim"), **(_take(order, 0, why="late") | {"do": "apply"} | hidden(page)))
    assert "You chose something else since you looked. Nothing was done yet." in text_of(hasty.content.decode())
    bad = ann.send(ann.at("claim"), **wrong, files=[SimpleUploadedFile("me.exe", b"MZ")])
    assert bad.status_code == 422
    assert "The picture me.exe cannot be taken. This is no whole picture" in text_of(bad.content.decode())
    assert "It &lt;script&gt;leaks&lt;/script&gt;</textarea>" in bad.content.decode()
    many = ann.send(ann.at("claim"), **wrong, files=[SimpleUploadedFile(f"{n}.png", PNG) for n in range(7)])
    assert "7 pictures at once are too many; 6 is the most." in text_of(many.content.decode())
    assert not Claim.objects.exists()
    answer = ann.send(ann.at("claim"), **wrong, files=[SimpleUploadedFile("cup.png", PNG)])
    assert answer.status_code == 303
    told = ann.client.get(answer["Location"]).content.decode()
    assert "Thank you, we look into it" in text_of(told)
    assert "<script>leaks" not in told
    claim = Claim.objects.get()
    assert [(one.order_line.sku, one.quantity, one.reason) for one in claim.lines.all()] == [("MUG", 1, "damaged")]
    again = ann.send(ann.at("claim"), **wrong)  # pressed twice
    assert again["Location"].endswith(f"/claim/{claim.number}/")
    other_tab = ann.send(ann.at("claim"), **(wrong | {"key": "another tab"}))
    assert "Something changed while you were looking. Nothing was done." in text_of(other_tab.content.decode())
    assert Claim.objects.count() == 1
    more = ann.send(ann.at("claim", claim.number), key="p", files=[SimpleUploadedFile("more.png", PNG)])
    assert (more.status_code, Attachment.objects.count()) == (303, 2)
    stranger = Shopper(shop, kit.place(shop, ("MUG", 1)).order_id)
    assert stranger.get(stranger.at("claim", claim.number)).status_code == 404
    assert stranger.get(stranger.at("return", "R1001")).status_code == 404


def test_programs_have_to_wait(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    _send_what_is_there(shop)
    for _ in range(60):
        counted_deed("own order", client=str(order.order_id), at=clock.now())
    page = ann.send(ann.at("claim"), **_take(order, 0), do="look").content.decode()
    answer = ann.send(ann.at("claim"), **(_take(order, 0) | {"do": "apply"} | hidden(page)))
    assert answer.status_code == 429
    assert "This was done very often from here." in text_of(answer.content.decode())
    assert not Claim.objects.exists()


# ── when it is too late, and in other words ──────────────────────────────────────────────────────────────────────────────


def test_the_hours_are_over(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    hours = ChannelDraft(code="web", name="Web", currency="GBP", self_service_hours=2)
    save_channel(shop.call(), channel=hours)
    assert "Until" in ann.read("change")
    assert "or until we begin to pack it." in ann.read("cancel")
    save_channel(shop.call(), channel=ChannelDraft(code="web", name="Web", currency="GBP", self_service_hours=0))
    for act in ("change", "cancel"):
        said = ann.read(act)
        assert "This order cannot be changed here any more: the 0 hours for that are over." in said
        assert "Back to the order" in said


def test_in_chinese(shop: Shop, order: OrderPlaced) -> None:
    ann = Shopper(shop, order.order_id, "zh-hant")
    said = ann.see("change", **{f"q-{_line(order, 0)}": "1"})
    assert "少 £10.00" in said
    assert "£10.00 會退回您付款的方式：現金。" in said
    assert "開始包裝前都可以。" in said
    _send_what_is_there(shop)
    assert "不想要了" in ann.read("return")


def test_the_same_pages_are_those_of_an_account(
    shop: Shop, order: OrderPlaced, ann: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_in(_request: Any, _front: Any, order_id: str) -> Held:
        return Held(order.order_id, holder(order.order_id), ("account", "orders", str(order_id)))

    monkeypatch.setitem(ENTRANCES, "mine", signed_in)
    ann.order = f"account/orders/{order.order_id}/"
    answer = ann.done("cancel", what="all")
    assert answer["Location"].startswith(ann.path(f"account/orders/{order.order_id}/change/"))
    assert "That is canceled." in text_of(ann.client.get(answer["Location"]).content.decode())
    assert row(order).state == "canceled"


def test_only_from_here(shop: Shop, order: OrderPlaced, ann: Shopper) -> None:
    looked = ann.looked("cancel", what="all")
    answer = ann.client.post(ann.path(ann.at("cancel")), looked, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, row(order).state) == (403, "placed")
    assert Visitor(shop).send(f"o/{'x' * 60}/cancel/", **looked).status_code == 404
