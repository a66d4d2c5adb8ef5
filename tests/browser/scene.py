"""A shop that has some of everything there is a page about, as often as one asks: what every page is looked at with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.register_imports import RowsWanted, start_register_import
from dingdan.automation.report_schedules import ScheduleDraft, save_report_schedule, send_report_now
from dingdan.insight.board.upkeep import refresh
from dingdan.kernel import clock, feed
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import save_location, save_threshold
from dingdan.ledgers.payments.commands import IssueGiftCard, MoneyReceived, issue_gift_cards, record_payments
from dingdan.masterdata.catalog.commands import save_category, save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import CategoryDraft, ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.masterdata.rates.commands import save_rate
from dingdan.masterdata.rates.rules import RateDraft
from dingdan.masterdata.shop.commands import put_storefront_logo, save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.trade.aftersales.commands import (
    ClaimedUnits,
    ReturnWanted,
    authorize_return,
    examine_pieces,
    file_claim,
    park_parcel,
    receive_return,
)
from dingdan.trade.aftersales.models import ReturnPiece
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import BulkChange, start_bulk
from dingdan.trade.changes.rules import Split
from dingdan.trade.changes.rules.wishes import AddNote
from dingdan.trade.closing.commands import MapAccount, close_day, compare_bill, finish_bill, map_accounts, record_bill_lines
from dingdan.trade.closing.lifecycle import PointKind
from dingdan.trade.closing.rules import Acknowledged, LineTold
from dingdan.trade.counting.commands import enter_counts, start_count
from dingdan.trade.counting.rules import CountWanted, SeenGoods
from dingdan.trade.dunning.commands import RemindOf, remind_invoices
from dingdan.trade.fulfillment.commands import start_wave
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import Person
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies
from dingdan.trade.review.commands import ReviewOrder, review_orders
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.tickets.commands import note_ticket
from dingdan.trade.wishes.commands import make_wish
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.masterdata.catalog.pictures import png
from tests.masterdata.methods.offered import offer
from tests.trade.changes import changing, regrouped
from tests.trade.closing.biller import CODE
from tests.trade.dunning import owing
from tests.trade.reconciliation.desk import draft, statement
from tests.trade.review import desk as review
from tests.trade.tickets.desk import opened

MAILED: Final = ScheduleDraft(report="sales-by-day", rhythm="daily", hour=8, readers=(7,))
"""A report that goes to the member whom `Asked` makes."""
DAY: Final = date(2026, 11, 2)
NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)


def fill(shop: Shop, times: int = 1) -> dict[str, UUID]:
    """Give a shop of everything so many, and to every document so many lines; the ids that pages are to be looked at with.

    What is in a shop once (`Asked`) is there once. So a page that asks the more the more there is gives itself away.
    """
    from tests.laws.test_f27_access import Asked

    Asked(shop)
    skus = [f"A{number}" for number in range(times)]
    for sku in skus:
        kit.stock(shop, sku, 10_000)
        kit.price(shop, sku, 400)
    scene = _Scene(shop, times, skus)
    for number in range(times):
        for write in (scene.sale, scene.registers, scene.money, scene.people, scene.changes):
            write(number)
    scene.bank()
    scene.books()
    scene.rounds()
    scene.reviews()
    feed.sequence(shop.tenant_id)
    refresh(list(Order.objects.values_list("id", flat=True)))
    return scene.ids


class _Scene:
    """Writes the number-th of everything."""

    def __init__(self, shop: Shop, times: int, skus: list[str]) -> None:
        self.shop, self.times, self.skus = shop, times, skus
        self.ids: dict[str, UUID] = {}
        self.waiting: list[UUID] = []
        adopt_return_preset(shop.call(), preset="europe")
        owing.open_shop(shop)
        offer(shop, "cash")
        offer(shop, "bank_transfer")

    def sale(self, number: int) -> None:
        """An order of a customer with so many lines, paid in so many parts, delivered, invoiced, claimed and sent back."""
        contact = ContactDraft(name="王小明", email=f"wang{number}@example.com", phone=f"+88691234567{number}")
        customer = save_customer(self.shop.call(), customer=CustomerDraft(contact=contact, language="zh-Hant"))
        order = self._order(customer_id=customer.customer_id, ship_to=Person(name="王小明", country="GB", email=contact.email))
        for part in range(self.times):
            kit.pay(self.shop, order, 100 if part else order.total - 100 * (self.times - 1))
        kit.deliver(self.shop, order)
        issue_invoices.one(self.shop.call(), IssueInvoice(order_id=order.order_id))
        queue_notices.one(self.shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id))
        self._after(order)
        waits = self._order()
        kit.pay(self.shop, waits)
        self.waiting += [one.shipment_id for one in kit.plan(self.shop, waits).shipments]
        self.ids |= {"order": order.order_id, "customer": customer.customer_id}

    def _order(self, **changes: Any) -> OrderPlaced:
        return kit.place(self.shop, *((sku, 3) for sku in self.skus), price=400, **changes)

    def _after(self, order: OrderPlaced) -> None:
        """Every line of an order comes back in part, and is claimed in part."""
        lines = tuple(ReturnWanted(line_id=line.line_id, quantity=1) for line in order.lines)
        rma = authorize_return(self.shop.call(), order_id=order.order_id, lines=lines)
        receive_return(self.shop.call(), return_id=rma.return_id)
        for piece_id in ReturnPiece.objects.filter(line__rma_id=rma.return_id).values_list("id", flat=True):
            examine_pieces(self.shop.call(), piece_id=piece_id, grade="A")
        park_parcel(self.shop.call(), code="SF77", note="A kettle")
        claimed = tuple(ClaimedUnits(line_id=line.line_id, quantity=1, reason="damaged") for line in order.lines)
        file_claim(self.shop.call(), order_id=order.order_id, lines=claimed)

    def registers(self, number: int) -> None:
        """A product with so many variants, and rows of most registers."""
        variants = tuple(VariantDraft(sku=f"P{number}-{place}", options={"size": str(place)}) for place in range(self.times))
        save_product(self.shop.call(), product=ProductDraft(slug=f"p-{number}", name="Lantern", variants=variants))
        save_category(self.shop.call(), category=CategoryDraft(slug=f"c-{number}", name="Lanterns"))
        front = save_storefront(self.shop.call(), storefront=StorefrontDraft(code=("web", "till", "fair", "app", "b2b")[number]))
        put_storefront_logo(self.shop.call(), storefront_id=front.storefront_id, name="logo.png", content=png())
        prices = save_price_list(self.shop.call(), price_list=PriceListDraft(code=f"l-{number}", name="List", currency="GBP"))
        set_prices(
            self.shop.call(), price_list_id=prices.price_list_id,
            prices=tuple(PriceDraft(variant_id=one.id, unit_price=Decimal(100)) for one in variants_by_sku(self.skus).values()),
        )  # fmt: skip
        rates = (ShippingRateDraft(currency="GBP", price=395),)
        save_shipping_method(self.shop.call(), method=ShippingMethodDraft(code=f"s-{number}", name="Post", rates=rates))
        save_tax_rate(self.shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name=f"VAT {number}"))
        tenth = {"gives": "percent", "percent": Decimal("0.1"), "coupons": (f"TEN-{number}",)}
        save_promotion(self.shop.call(), promotion=PromotionDraft(code=f"tenth-{number}", name="A tenth", **tenth))  # type: ignore[arg-type]
        save_location(self.shop.call(), code=f"B-{number}")
        waited = variants_by_sku(self.skus)[self.skus[number]].id
        make_wish(self.shop.call(), variant_id=waited, channel_id=all_channels()[0].id, email=f"wang{number}@example.com")
        save_threshold(self.shop.call(), low_at=3, sku=self.skus[number])
        rate = RateDraft(base="GBP", currency=("EUR", "USD", "CNY", "JPY", "TWD")[number], value=Decimal("1.1"), valid_on=DAY)
        save_rate(self.shop.call(), rate=rate)
        rows = tuple((line, {"slug": f"x-{line}", "name": "X", "sku": f"X-{line}"}) for line in range(2, 2 + self.times))
        start_register_import(self.shop.call(), wanted=RowsWanted(register="products", name=f"x{number}.csv", rows=rows))
        mailed = save_report_schedule(self.shop.call(), schedule=MAILED)
        for _ in range(self.times):
            send_report_now(self.shop.call(), schedule_id=mailed.schedule_id)

    def money(self, number: int) -> None:
        """A gift card, and an invoice on account whose customer was reminded."""
        issue_gift_cards.one(self.shop.call(), IssueGiftCard(money=Money(25_00, "GBP")))
        _order, invoice = owing.invoiced(self.shop)
        with clock.moved_by(timedelta(days=50)):
            remind_invoices.one(self.shop.call(), RemindOf(invoice_id=invoice.id))

    def people(self, number: int) -> None:
        """A ticket with so many messages."""
        ticket = opened(self.shop, "The cup is broken.")
        for _ in range(self.times):
            note_ticket(self.shop.call(), ticket_id=ticket.ticket_id, text="Look.")

    def changes(self, number: int) -> None:
        """An order that was changed, one that was split, and a change of so many."""
        order = self._order()
        changed = changing.change(self.shop, order, AddNote(text="Late by a day"))
        self.ids |= {"changed": order.order_id, "change": changed.change_id}
        start_bulk(self.shop.call(), bulk=BulkChange(order_ids=(order.order_id,), changes=(AddNote(text="Late"),)))
        whole = self._order()
        part = (Part(whole.lines[0].line_id, 1),)
        told = regrouped.split(self.shop, whole, Split(parts=(part,)))
        self.ids |= {"split": whole.order_id, "regrouping": told.change_id}

    def rounds(self) -> None:
        """A walk through the warehouse for as many shipments."""
        self.ids["wave"] = start_wave(self.shop.call(), shipment_ids=tuple(self.waiting)).wave_id
        count_id = start_count(self.shop.call(), wanted=CountWanted()).count_id
        lines = tuple(SeenGoods(sku, book.place_of(), 9_000) for sku in self.skus)
        enter_counts(self.shop.call(), count_id=count_id, lines=lines)

    def reviews(self) -> None:
        """As many orders that wait for somebody to look at them."""
        review.rule(self.shop)
        for _ in range(self.times):
            review_orders.one(self.shop.call(), ReviewOrder(self._order().order_id))

    def bank(self) -> None:
        """As many statements of as many lines, and what differs."""
        for number in range(self.times):
            statement(self.shop, *(draft(1000 + place, f"{number} {place}") for place in range(self.times)))
            found = DiscrepancyFound(
                kind="no_such_payment", source="sandbox", reference=f"ch_{number}", currency="GBP", amount=500
            )
            report_discrepancies.one(self.shop.call(), found)

    def books(self) -> None:
        """As many days closed, bills and payouts, of one account."""
        draft = MerchantAccountDraft(gateway=CODE, merchant="m-1", name="Till two")
        account_id = save_merchant_account(self.shop.call(), account=draft).merchant_account_id
        record_payments.one(self.shop.call(at=NOON), MoneyReceived(method="cash", money=Money(10_00, "GBP")))
        feed.sequence(self.shop.tenant_id)
        map_accounts(self.shop.call(), target="kingdee", accounts=(MapAccount(account="bank", code="1002.01", name="中国银行"),))
        never_mind = tuple(Acknowledged(kind=kind, note="not now") for kind in PointKind)
        for number in range(self.times):
            day, noon = DAY + timedelta(days=number), NOON + timedelta(days=number)
            said: dict[str, Any] = {"currency": "GBP", "at": noon}
            lines = (
                *(
                    LineTold(kind="payment", reference=f"ch-{number}-{place}", amount=5_00, payout=f"po-{number}", **said)
                    for place in range(self.times)
                ),
                LineTold(kind="payout", reference=f"po-{number}", amount=5_00 * self.times, **said),
            )
            told = record_bill_lines(self.shop.call(), account_id=account_id, day=day, lines=lines)
            finish_bill(self.shop.call(), account_id=account_id, day=day)
            compare_bill(self.shop.call(), bill_id=told.bill_id)
            close_day(self.shop.call(at=noon + timedelta(days=1)), day=day, currency="GBP", acknowledged=never_mind)
