"""What most stories begin with: an article with stock, an order, money."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, connections

from dingdan.kernel.money import Money
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.fulfillment.events import ShipmentsPlanned
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from tests.conftest import Shop

BUYER = Person(
    name="Ann Lee",
    email="ann@example.com",
    phone="+442079460000",
    country="GB",
    address={"street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU", "country_code": "GB"},
)


def stock(shop: Shop, sku: str, quantity: int = 0, **variant: Any) -> UUID:
    """An article that can be sold, with so many pieces at the main node; returns the variant's id."""
    draft = ProductDraft(
        slug=sku.lower(), name=f"Article {sku}", variants=(VariantDraft(sku=sku, name=f"Article {sku}", **variant),)
    )
    save_product(shop.call(), product=draft)
    if quantity:
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange(sku, quantity),)))
    return variants_by_sku([sku])[sku].id


def gift_card(shop: Shop, sku: str = "GIFT", *, months: int | None = 36, open_amount: bool = False) -> UUID:
    """A gift card that can be sold; returns the variant's id."""
    draft = ProductDraft(
        slug=sku.lower(), name="Gift card", kind="gift_card", valid_months=months, open_amount=open_amount,
        variants=(VariantDraft(sku=sku),),
    )  # fmt: skip
    save_product(shop.call(), product=draft)
    return variants_by_sku([sku])[sku].id


def wanted(shop: Shop, *lines: tuple[str, int], price: int | str | None = 250, **changes: Any) -> PlaceOrder:
    """An order in the web channel: SKUs with quantities at one price (pence); at those of the price lists where it is None."""
    channel = all_channels()[0]
    order = PlaceOrder(
        channel_id=channel.id,
        currency=channel.currency,
        lines=tuple(
            WantedLine(sku=sku, quantity=quantity, unit_price=None if price is None else Decimal(price))
            for sku, quantity in lines
        ),
        ship_to=BUYER,
        payment_method="cash",
    )
    return replace(order, **changes)


def place(shop: Shop, *lines: tuple[str, int], price: int | str | None = 250, **changes: Any) -> OrderPlaced:
    """Place an order as `wanted`."""
    return place_orders.one(shop.call(), wanted(shop, *lines, price=price, **changes))


def pay(shop: Shop, order: OrderPlaced, amount: int | None = None, *, method: str = "cash") -> PaymentRecorded:
    """Pay an order, all of it unless said, with money in hand."""
    money = Money(order.total if amount is None else amount, order.currency)
    return record_payments.one(
        shop.call(), MoneyReceived(method=method, money=money, towards=(Towards(document=Document("order", order.order_id)),))
    )


def plan(shop: Shop, order: OrderPlaced) -> ShipmentsPlanned:
    """Plan the shipments of an order."""
    return plan_shipments.one(shop.call(), PlanShipments(order.order_id))


def ship(shop: Shop, order: OrderPlaced) -> UUID:
    """Plan and ship whatever of an order can leave; returns the last shipment's id."""
    shipments = plan(shop, order).shipments
    for shipment in shipments:
        ship_shipments.one(shop.call(), ShipShipment(shipment.shipment_id, "Royal Mail", "RM123"))
    return shipments[-1].shipment_id


def deliver(shop: Shop, order: OrderPlaced) -> UUID:
    """Ship and deliver whatever of an order can leave; returns the last shipment's id."""
    shipment_id = ship(shop, order)
    deliver_shipments.one(shop.call(), DeliverShipment(shipment_id))
    return shipment_id


def levels(variant_id: UUID) -> tuple[int, int]:
    """On hand and reserved of a variant at all nodes."""
    lines = inventory.stock([variant_id])
    return sum(line.on_hand for line in lines), sum(line.reserved for line in lines)


def breaches() -> list[str]:
    """What the audit says about the tenant in scope."""
    from dingdan.automation.audit import laws
    from dingdan.kernel.laws import told

    return told(laws())


def told_since_the_beginning(law: Callable[[], Iterator[str]]) -> list[str]:
    """What a law tells behind a checkpoint that was taken before anything happened."""
    from dingdan.automation.audit import proofs
    from dingdan.kernel import checkpoints, clock
    from dingdan.kernel.laws import asked_since
    from dingdan.kernel.models import Checkpoint

    empty = Checkpoint(position=0, digest=bytes(32), proved_at=clock.now(), marks={})
    with asked_since(checkpoints.since(empty, proofs())):
        return list(law())


def in_threads(work: Callable[[int], Any], count: int) -> list[Any]:
    """What `work(index)` returned or raised, started in `count` threads at once."""
    from dingdan.kernel.tenancy import current_tenant_id, tenant_scope

    tenant_id = current_tenant_id()
    outcomes: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        try:
            with tenant_scope(tenant_id):
                outcomes[index] = work(index)
        except Exception as error:  # noqa: BLE001 - an outcome to be looked at
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


@contextmanager
def patience(milliseconds: int) -> Iterator[None]:
    """Let this thread's statements wait for a lock so long, and no longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{milliseconds}ms"])
        try:
            yield
        finally:  # the connection goes back to where others take it from
            cursor.execute("RESET lock_timeout")


def kinds(outcomes: Sequence[Any]) -> list[str]:
    """The names of the outcomes' types, sorted."""
    return sorted(type(outcome).__name__ for outcome in outcomes)


def receive(shop: Shop, sku: str, quantity: int) -> None:
    """More of an article arrives at the main node."""
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange(sku, quantity),)))


def price(shop: Shop, sku: str, unit_price: int) -> None:
    """Put an article on the price list `common` of every channel (pence)."""
    listed = PriceListDraft(code="common", name="Common", currency="GBP")
    price_list = save_price_list(shop.call(), price_list=listed)
    prices = (PriceDraft(variant_id=variants_by_sku([sku])[sku].id, unit_price=Decimal(unit_price)),)
    set_prices(shop.call(), price_list_id=price_list.price_list_id, prices=prices)
