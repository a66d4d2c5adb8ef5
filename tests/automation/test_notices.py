"""What mails say."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dingdan.automation.carriers import tracking_url
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.girocode import girocode, png_of
from dingdan.automation.letters import Letter, message_of
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of, reader_locale
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import EntrySubject
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.shop.commands import save_profile
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders, refund_order
from dingdan.trade.fulfillment.commands import Box, PackShipment, ShipShipment, pack_shipment, ship_shipments
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import Person, PlaceOrder
from tests.conftest import Shop
from tests.kit import deliver, pay, place, plan, receive, stock, wanted
from tests.masterdata.shop.drafts import AMYS

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def letter(shop: Shop, order: OrderPlaced, kind: str, about_id: UUID | None = None) -> Letter:
    """What the mail of that kind says now."""
    queued = queue_notices.one(shop.call(), QueueNotice(kind=kind, order_id=order.order_id, about_id=about_id))
    found = letter_of(Notice.objects.get(id=queued.notice_id))
    assert found is not None
    return found


def placed(shop: Shop, wish: PlaceOrder) -> OrderPlaced:
    """An order of new year's eve."""
    return place_orders.one(shop.call(at=NEW_YEAR), wish)


def test_an_order_is_confirmed(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    wish = wanted(shop, ("TEA", 3), payment_method="bank_transfer", shipping_method="parcel", shipping_price=495, discount=50)
    said = letter(shop, placed(shop, wish), "order_confirmed")
    assert (said.subject, said.heading) == ("Your order 1001 at A shop", "Thank you for your order")
    assert said.recipient == ("Ann Lee", "ann@example.com")
    assert said.paragraphs == [
        "We have received your order 1001.",
        "Please transfer £11.95 and give 1001 as the reference. The goods leave when the money has arrived.",
        "We keep the goods for you until 7 January 2027.",
    ]
    assert [(fact.label, fact.value) for fact in said.facts[:4]] == [
        ("Order", "1001"),
        ("Date", "31 December 2026"),
        ("Payment", "Bank transfer"),
        ("Shipping", "parcel"),
    ]
    assert said.items == [("Article TEA", "TEA", "3", "£7.50")]
    assert [(fact.label, fact.value) for fact in said.totals] == [
        ("Goods", "£7.50"),
        ("Discount", "-£0.50"),
        ("Shipping", "£4.95"),
        ("Total", "£11.95"),
    ]
    assert said.addresses == [("Shipping address", ["Ann Lee", "1 High Street", "LONDON", "N1 9GU", "United Kingdom"])]


def test_the_day_is_the_shops(shop: Shop) -> None:
    from dingdan.kernel.models import Tenant

    stock(shop, "TEA", 10)
    order = placed(shop, wanted(shop, ("TEA", 1)))
    Tenant.objects.filter(id=shop.tenant_id).update(time_zone="Asia/Taipei")
    assert ("Date", "1 January 2027", "", False) in letter(shop, order, "order_confirmed").facts


def test_an_american_reads_an_american_date(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = placed(shop, wanted(shop, ("TEA", 1), ship_to=Person(name="Bo", email="bo@example.com", country="US")))
    assert ("Date", "December 31, 2026", "", False) in letter(shop, order, "order_confirmed").facts


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("cash", []),
        ("cash_on_delivery", ["You pay £2.50 when the goods are brought to you."]),
        ("on_account", ["You get an invoice over £2.50 with the goods."]),
    ],
)
def test_it_says_how_to_pay(shop: Shop, method: str, told: list[str]) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 1), payment_method=method)
    assert letter(shop, order, "order_confirmed").paragraphs[1:] == told


def test_it_says_where_to_pay(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    save_profile(shop.call(), profile=AMYS)
    order = place(shop, ("TEA", 3), payment_method="bank_transfer")
    said = letter(shop, order, "order_confirmed")
    assert [(fact.label, fact.value) for fact in said.facts[2:8]] == [
        ("Payment", "Bank transfer"),
        ("Account holder", "Amy Wong Ceramics Ltd"),
        ("Bank", "West Bank"),
        ("IBAN", "GB82 WEST 1234 5698 7654 32"),
        ("BIC", "WESTGB2L"),
        ("Reference", "RF40 1001"),
    ]
    assert "IBAN: GB82 WEST 1234 5698 7654 32\n" in said.text
    pay(shop, order, method="bank_transfer")
    paid = letter(shop, order, "order_confirmed", new_id())
    assert [fact.label for fact in paid.facts] == ["Order", "Date", "Payment", "To be sent by"]
    other = place(shop, ("TEA", 1), payment_method="cash_on_delivery")
    assert "GB82" not in letter(shop, other, "order_confirmed").text


def test_a_transfer_in_euros_comes_as_a_picture_to_be_scanned(shop: Shop) -> None:
    save_profile(shop.call(), profile=AMYS)
    stock(shop, "TEA", 10)
    euros = save_channel(shop.call(), channel=ChannelDraft(code="eu", name="Europe", currency="EUR")).channel_id
    order = place(shop, ("TEA", 2), price=500, channel_id=euros, currency="EUR", payment_method="bank_transfer")
    said = letter(shop, order, "order_confirmed")
    account = {"bank_holder": "Amy Wong Ceramics Ltd", "iban": "GB82WEST12345698765432", "bic": "WESTGB2L"}
    code = girocode(account, number=order.number, amount=1000, currency="EUR")
    assert code is not None
    assert said.scan == png_of(code)
    notice = Notice.objects.get(order_id=order.order_id)
    parts = list(message_of(notice, said).message().walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png",
    ]  # fmt: skip
    assert (parts[4]["Content-ID"], parts[4].get_payload(decode=True)) == ("<transfer>", said.scan)
    assert 'src="cid:transfer"' in said.mailed_html
    assert 'src="data:image/png;base64,' in said.html


def test_it_says_who_the_shop_is_by_law(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 1))
    bare = letter(shop, order, "order_confirmed")
    assert (bare.imprint, bare.reply_to) == ([], "")
    save_profile(shop.call(), profile=AMYS)
    said = letter(shop, order, "order_confirmed", new_id())
    assert (said.shop, said.subject, said.reply_to) == ("Amy's Mugs", "Your order 1001 at Amy's Mugs", "hello@amys.example")
    assert said.imprint == [
        "Amy Wong Ceramics Ltd, 1 High Street, LONDON, N1 9GU, United Kingdom",
        "Registration number 01234567 · Tax number 12345 67890 · VAT number GB999999973",
        "+44 20 7946 0958 · hello@amys.example · https://amys.example",
    ]
    assert said.text.endswith("\n".join(["You get this mail because of an order at Amy's Mugs.", *said.imprint, ""]))
    assert all(f"<br>{line}" in said.html for line in said.imprint)


def test_answers_go_to_the_shop(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 1))
    notice = Notice.objects.get(
        id=queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id)).notice_id
    )
    assert "Reply-To" not in message_of(notice, _written(notice)).message()
    save_profile(shop.call(), profile=replace(AMYS, name="Amy, Wong & Co"))
    sent = message_of(notice, _written(notice)).message()
    assert sent["Reply-To"] == '"Amy, Wong & Co" <hello@amys.example>'
    assert sent["From"] == '"Amy, Wong & Co" <orders@localhost>'


def _written(notice: Notice) -> Letter:
    found = letter_of(notice)
    assert found is not None
    return found


def test_who_has_paid_is_not_asked_to(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 1), payment_method="bank_transfer")
    pay(shop, order, method="bank_transfer")
    assert letter(shop, order, "order_confirmed").paragraphs == ["We have received your order 1001."]


def test_another_billing_address_is_shown(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    firm = Person(name="Bo Ek", company="Ek & Co", email="bo@example.com", country="SE", address={"city": "Lund"})
    said = letter(shop, place(shop, ("TEA", 1), bill_to=firm), "order_confirmed")
    assert said.recipient == ("Bo Ek", "bo@example.com")
    assert [(label, lines[0], lines[-1]) for label, lines in said.addresses] == [
        ("Shipping address", "Ann Lee", "United Kingdom"),
        ("Billing address", "Bo Ek", "Sweden"),
    ]
    assert "Ek &amp; Co" in said.html
    assert "Ek & Co" in said.text


def test_a_payment_is_received(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 4))
    first, second = pay(shop, order, 300), pay(shop, order, 700)
    said = letter(shop, order, "payment_received", first.payment_id)
    assert said.subject == "Payment received for order 1001 at A shop"
    assert said.paragraphs == ["£3.00 for your order 1001 has arrived.", "The order is paid in full. Thank you."]
    assert [(fact.label, fact.value) for fact in said.totals] == [("Total", "£10.00"), ("Paid", "£10.00")]
    assert letter(shop, order, "payment_received", second.payment_id).paragraphs[0] == "£7.00 for your order 1001 has arrived."


def test_a_part_of_the_payment_is_received(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 4))
    said = letter(shop, order, "payment_received", pay(shop, order, 300).payment_id)
    assert said.paragraphs == ["£3.00 for your order 1001 has arrived.", "£7.00 is still to be paid."]
    assert [(fact.label, fact.value) for fact in said.totals] == [("Total", "£10.00"), ("Paid", "£3.00")]


def test_goods_are_on_their_way(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    pay(shop, order)
    shipment_id = plan(shop, order).shipments[0].shipment_id
    pack_shipment.one(shop.call(), PackShipment(shipment_id, packages=(Box(tracking_number="RM 2"), Box())))
    ship_shipments.one(shop.call(at=NEW_YEAR), ShipShipment(shipment_id, "Royal Mail", "RM1"))
    said = letter(shop, order, "shipped", shipment_id)
    assert said.subject == "Order 1001 from A shop is on its way"
    assert said.paragraphs == ["Goods of your order 1001 have left our house."]
    assert said.facts == [
        ("Shipment", "S1001", "", False),
        ("Sent on", "31 December 2026", "", False),
        ("Carrier", "Royal Mail", "", False),
        ("Tracking number", "RM1", "https://www.royalmail.com/track-your-item#/tracking-results/RM1", False),
        ("Tracking number", "RM 2", "https://www.royalmail.com/track-your-item#/tracking-results/RM%202", False),
    ]
    assert said.button == ("Follow the parcel", "", "https://www.royalmail.com/track-your-item#/tracking-results/RM1", False)
    assert said.items == [("Article TEA", "TEA", "3", "")]
    assert said.totals == []


def test_the_rest_follows(shop: Shop) -> None:
    stock(shop, "TEA", 2, shortage="backorder")
    order = place(shop, ("TEA", 3))
    pay(shop, order)
    shipment_id = plan(shop, order).shipments[0].shipment_id
    ship_shipments.one(shop.call(), ShipShipment(shipment_id))
    said = letter(shop, order, "shipped", shipment_id)
    assert said.paragraphs[1:] == ["The rest of the order follows in another shipment."]
    assert said.items == [("Article TEA", "TEA", "2", "")]
    assert (said.button, [fact.label for fact in said.facts]) == (None, ["Shipment", "Sent on"])


def test_goods_have_arrived(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    pay(shop, order)
    said = letter(shop, order, "delivered", deliver(shop, order))
    assert said.subject == "Order 1001 from A shop has arrived"
    assert said.items == [("Article TEA", "TEA", "3", "")]
    assert [fact.label for fact in said.facts] == ["Shipment", "Arrived on"]


def test_an_order_is_canceled(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    pay(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    said = letter(shop, order, "order_canceled")
    assert said.subject == "Order 1001 at A shop is canceled"
    assert said.paragraphs == [
        "Your order 1001 is canceled. Nothing more of it will be sent.",
        "What you have paid too much, £7.50, goes back to you.",
    ]
    assert said.items == [("Article TEA", "TEA", "3", "")]


def test_a_part_of_an_order_is_canceled(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    stock(shop, "CUP", 10)
    order = place(shop, ("TEA", 3), ("CUP", 1))
    pay(shop, order)
    tea = order.lines[0].line_id
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(tea, 1),)))
    told = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(tea, 2),)))
    entry_id = EntrySubject.objects.filter(subject_id=order.order_id).order_by("id").last().entry_id  # type: ignore[union-attr]
    said = letter(shop, order, "order_canceled", entry_id)
    assert said.subject == "A part of order 1001 at A shop is canceled"
    assert said.items == [("Article TEA", "TEA", "2", "")]  # what this cancellation took, not the one before
    assert (told.refund_due, said.paragraphs[1:]) == (750, ["What you have paid too much, £7.50, goes back to you."])


def test_money_is_on_its_way_back(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    pay(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    first = refund_order(shop.call(), order_id=order.order_id, amount=300).refunds[0]
    refund_order(shop.call(), order_id=order.order_id)
    said = letter(shop, order, "refunded", first.attempt_id)
    assert said.subject == "Refund for order 1001 at A shop"
    assert said.paragraphs[0] == "We have given back £3.00 for your order 1001."
    assert [(fact.label, fact.value) for fact in said.facts] == [("Order", "1001"), ("Payment", "Cash")]
    assert [(fact.label, fact.value) for fact in said.totals] == [("Given back", "£3.00")]


def test_every_mail_is_whole_in_both_forms(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    said = letter(shop, order, "order_confirmed")
    assert said.html.startswith("<!doctype html>")
    assert '<html lang="en">' in said.html
    assert "{" not in said.html.partition("</style>")[2] + said.text
    assert "http" not in said.html.partition("<body")[2]  # nothing is fetched from anywhere
    assert said.text.splitlines()[:5] == ["A shop", "", "Thank you for your order", "", "Hello Ann Lee,"]


@pytest.mark.parametrize(
    ("carrier", "number", "url"),
    [
        ("UPS", "1Z 999", "https://www.ups.com/track?tracknum=1Z%20999"),
        ("Royal-Mail", "RM1", "https://www.royalmail.com/track-your-item#/tracking-results/RM1"),
        ("royal mail", "A/B", "https://www.royalmail.com/track-your-item#/tracking-results/A%2FB"),
        ("Uncle Bob", "1", ""),
        ("UPS", " ", ""),
        ("", "1", ""),
    ],
)
def test_parcels_are_followed_where_the_carrier_is_known(carrier: str, number: str, url: str) -> None:
    assert tracking_url(carrier, number) == url


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("en", "GB", "en-GB"),
        ("en", "", "en"),
        ("en", "ZZ", "en-US"),
        ("zh-Hant", "TW", "zh-Hant-TW"),
        ("zh-Hans", "FR", "zh-Hans"),
    ],
)
def test_amounts_and_dates_are_the_readers(language: str, country: str, locale: str) -> None:
    assert reader_locale(language, country) == locale


def everything(shop: Shop, language: str) -> dict[str, Letter]:
    """Every kind of mail about one order, in a language."""
    stock(shop, "TEA", 10)
    stock(shop, "CUP", 10)
    person = Person(name="王小明", email="ming@example.com", country="TW")
    order = place(shop, ("TEA", 1), ("CUP", 2), language=language, ship_to=person, shipping_method="7-11", shipping_price=60)
    first = letter(shop, order, "order_confirmed")
    paid = pay(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),)))
    refund = refund_order(shop.call(), order_id=order.order_id).refunds[0]
    arrived = deliver(shop, order)
    about = {"payment_received": paid.payment_id, "shipped": arrived, "delivered": arrived, "refunded": refund.attempt_id}
    others = {kind: letter(shop, order, kind, about.get(kind)) for kind in (*about, "order_canceled")}
    return {"order_confirmed": first, **others}


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        (
            "zh-Hant",
            [
                "感謝您的訂購",
                "我們已收到您的付款",
                "您的商品已出貨",
                "您的商品已送達",
                "您的款項正在退還",
                "您的訂單有一部分已取消",
            ],
        ),
        (
            "zh-Hans",
            [
                "感谢您的订购",
                "我们已收到您的付款",
                "您的商品已发货",
                "您的商品已送达",
                "您的款项正在退还",
                "您的订单有一部分已取消",
            ],
        ),
    ],
)
def test_every_mail_in_chinese(shop: Shop, language: str, headings: list[str]) -> None:
    letters = everything(shop, language)
    assert [said.heading for said in letters.values()] == headings
    ours = re.compile(r"https:\S+|A shop|Article|TEA|CUP|RM123|Royal Mail|S\d+|GBP")
    for kind, said in letters.items():
        english = re.findall(r"[A-Za-z]{2,}", ours.sub("", f"{said.subject} {said.text}"))
        assert english == [], kind
        assert f'<html lang="{language}">' in said.html
    assert "£8.10" in letters["order_confirmed"].text


def test_goods_are_called_as_in_the_readers_language(shop: Shop) -> None:
    sizes = (VariantDraft(sku="TEA", options={"Size": "L"}), VariantDraft(sku="CUP"))
    save_product(shop.call(), product=ProductDraft(slug="tea", name="Tea", name_i18n={"zh-Hant": "茶葉"}, variants=sizes[:1]))
    save_product(shop.call(), product=ProductDraft(slug="cup", name="Cup", variants=sizes[1:]))
    receive(shop, "TEA", 5)
    receive(shop, "CUP", 5)
    order = place(shop, ("TEA", 1), ("CUP", 1), language="zh-Hant")
    shipment_id = deliver(shop, order)
    assert [one.name for one in letter(shop, order, "order_confirmed").items] == ["茶葉 · L", "Cup"]
    assert [one.name for one in letter(shop, order, "shipped", shipment_id).items] == ["茶葉 · L", "Cup"]
    english = place(shop, ("TEA", 1), language="en")
    assert [one.name for one in letter(shop, english, "order_confirmed").items] == ["Tea L"]
