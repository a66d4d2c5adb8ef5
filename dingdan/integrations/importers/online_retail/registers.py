"""What must be known and on the shelves before the first document: items with their prices, customers, opening stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from dingdan.integrations.importers.online_retail.book import Survey
from dingdan.integrations.importers.online_retail.codes import Kind
from dingdan.integrations.importers.online_retail.documents import SOURCE, Customer, OpeningLine, Product
from dingdan.integrations.importers.voice import About, Voice, Wish, some
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.journal import decode
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.inventory.events import StockReceived
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.queries import customers_by_identity
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft, Identity
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft

PENCE: Final = 100
OPENING: Final = f"{SOURCE}:opening:"
Step = Callable[[int], None]


class Registers:
    """Writes the registers that a file needs, and books its opening stock."""

    def __init__(self, voice: Voice, channel: Channel) -> None:
        self.voice = voice
        self.channel = channel
        self.opening_units = 0
        self.opening_skus = 0

    def write(self, survey: Survey, step: Step) -> None:
        """Everything at once; what an earlier run wrote is passed over. ``step`` hears how much is done, in rows."""
        at = survey.opening.at
        goods = [product for product in survey.products if product.kind is Kind.PRODUCT]
        self._save_products(goods, at, step)
        self._set_prices(goods, at)
        self._save_customers(survey.customers, at, step)
        self._open(survey.opening.lines, at, step)

    def customers(self, codes: Iterable[str]) -> dict[str, UUID]:
        """Our customers by the file's numbers."""
        return customers_by_identity(SOURCE, codes)

    def _save_products(self, goods: Sequence[Product], at: datetime, step: Step) -> None:
        for part in some(goods):
            wishes = [
                Wish(f"{SOURCE}:product:{one.sku}", at, _product(one), About(0, one.sku))
                for one in part
                if not self.voice.knows(f"{SOURCE}:product:{one.sku}")
            ]
            self.voice.tell(save_products, wishes)
            step(len(part))

    def _save_customers(self, customers: Sequence[Customer], at: datetime, step: Step) -> None:
        for part in some(customers):
            wishes = [
                Wish(f"{SOURCE}:customer:{one.code}", at, _customer(one), About(0, one.code))
                for one in part
                if not self.voice.knows(f"{SOURCE}:customer:{one.code}")
            ]
            self.voice.tell(save_customers, wishes)
            step(len(part))

    def _set_prices(self, goods: Sequence[Product], at: datetime) -> None:
        """A price list of what each item costs most often: a longer file may know better than a shorter one did."""
        listed = PriceListDraft(code=SOURCE, name="Online Retail", currency=self.channel.currency, channel_id=self.channel.id)
        wish = Wish(f"{SOURCE}:price-list:{self.channel.code}", at, None, About(0, "price list"))
        saved = self.voice.tell_one(wish, save_price_list, price_list=listed)
        if saved is None:
            return
        variants = variants_by_sku(one.sku for one in goods)
        prices = tuple(
            PriceDraft(variant_id=variants[one.sku].id, unit_price=one.unit_price * PENCE)
            for one in goods
            if one.unit_price and one.sku in variants
        )
        wish = Wish(f"{SOURCE}:prices:{fingerprint(prices)[:32]}", at, None, About(0, "prices"))
        if prices and not self.voice.knows(wish.key):
            self.voice.tell_one(wish, set_prices, price_list_id=saved.price_list_id, prices=prices)

    def _open(self, lines: Sequence[OpeningLine], at: datetime, step: Step) -> None:
        """Receive what must be there first, less what an earlier run (of a shorter file, perhaps) received for it."""
        booked = self._opened()
        variants = variants_by_sku(line.sku for line in lines)
        for part in some(lines):
            there = {line.sku: booked.get(variants[line.sku].id, 0) for line in part if line.sku in variants}
            missing = [line for line in part if line.quantity > there.get(line.sku, 0)]
            if missing:
                said = fingerprint([(line.sku, there.get(line.sku, 0), line.quantity) for line in missing])[:32]
                changes = tuple(StockChange(line.sku, line.quantity - there.get(line.sku, 0)) for line in missing)
                opening = Wish(OPENING + said, at, ReceiveStock(lines=changes), About(0, "opening"))
                self.voice.tell(receive_stock, [opening])
            self.opening_units += sum(line.quantity for line in part)
            self.opening_skus += len(part)
            step(len(part))

    def _opened(self) -> dict[UUID, int]:
        """Units that opening receipts have brought so far, by variant."""
        found: dict[UUID, int] = {}
        receipts = JournalEntry.objects.filter(actor_kind="import", actor_id=SOURCE, key__startswith=OPENING)
        for kind, body in receipts.values_list("event_kind", "event"):
            event = decode(kind or "", body)
            for line in event.lines if isinstance(event, StockReceived) else ():
                found[line.variant_id] = found.get(line.variant_id, 0) + line.quantity
        return found


def _product(one: Product) -> ProductDraft:
    return ProductDraft(slug=_slug(one.sku), name=one.name, variants=(VariantDraft(sku=one.sku, name=one.name),))


def _customer(one: Customer) -> CustomerDraft:
    return CustomerDraft(
        number=f"OR{one.code}",
        contact=ContactDraft(name=f"Customer {one.code}"),
        identities=(Identity(source=SOURCE, external_id=one.code),),
    )


def _slug(sku: str) -> str:
    """Codes that are no slugs as they stand get a mark of their own, lest two become the same."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in sku.lower()).strip("-")
    plain = "-".join(part for part in plain.split("-") if part)
    return f"or-{plain}" if plain == sku.lower() else f"or-{plain}-{fingerprint(sku)[:4]}".replace("--", "-")
