"""Price lists, prices, tax rates, ways of shipping and their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import CellNotReadable, Cells, Column
from dingdan.integrations.importers.registers.register import Children, NotInRegister, Register, Turn, Wish
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import ROUNDINGS, exponent, parse, plain
from dingdan.kernel.quantity import UNITS, parse_quantity, plain_quantity
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.pricing import commands
from dingdan.masterdata.pricing.models import Price, PriceList, ShippingMethod, ShippingRate, TaxRate
from dingdan.masterdata.pricing.rules import (
    PriceDraft,
    PriceListDraft,
    ShippingMethodDraft,
    ShippingRateDraft,
    TaxRateDraft,
    clean_price_list,
    clean_prices,
    clean_shipping_method,
    clean_tax_rate,
)

_CODE = Column(name="code", label=_("Code"), is_needed=True, for_many=False, most=40)
_NAME = Column(name="name", label=_("Name"), is_needed=True, for_many=False, most=200)
_FROM = Column(name="starts_on", label=_("Valid from"), kind="day")
_UNTIL = Column(name="ends_on", label=_("Valid until"), kind="day", note=_("The last day."))
_CURRENCY = Column(name="currency", label=_("Currency"), is_needed=True, most=3, for_many=False)


def rounding_choices() -> list[tuple[str, str]]:
    """How tax is rounded, in words."""
    words = {"half_up": _("Half up"), "half_even": _("Half to even"), "down": _("Down")}
    return [(rule, str(words[rule])) for rule in ROUNDINGS]


def channel_choices() -> list[tuple[str, str]]:
    """The channels by code, and all of them."""
    return [("", str(_("All"))), *((one.code, one.name) for one in all_channels())]


def unit_price_of(text: str, currency: str, *, field: str) -> Decimal | None:
    """The unit price of a text in major units, in minor units; None for none. Refuses `CellNotReadable`."""
    bare = text.strip().replace(",", "")
    if not bare:
        return None
    try:
        price = Decimal(bare)
    except ArithmeticError:
        price = Decimal("NaN")
    if not price.is_finite():
        raise CellNotReadable(field=field, text=text[:40], wanted=_("a number with a point, such as 12.50"))
    return price.scaleb(exponent(currency))


def unit_price_text(price: Decimal | None, currency: str) -> str:
    """A unit price in major units, with the digits that it has."""
    if price is None:
        return ""
    major = price.scaleb(-exponent(currency)).normalize()
    digits = max(exponent(currency), -int(major.as_tuple().exponent))
    return format(major, f".{digits}f")


class PriceLists(Register):
    """Lists of prices. On their page with the prices; files have a register of their own for these."""

    slug, title, one = "price-lists", _("Price lists"), _("Price list")
    model = PriceList
    columns = (
        _CODE, _NAME, _CURRENCY,
        Column(name="channel", label=_("Channel"), kind="choice", choices=channel_choices, note=_("Empty: every channel.")),
        Column(name="customer_group", label=_("Customer group"), most=40, note=_("Empty: every customer.")),
        _FROM, _UNTIL,
        Column(name="priority", label=_("Priority"), kind="whole", empty="0",
           note=_("Of several that apply the highest counts.")),
    )  # fmt: skip
    reads = "pricing.read"
    save, argument, saved = commands.save_price_list, "price_list", "price_list_id"
    draft_of, clean = PriceListDraft, staticmethod(clean_price_list)
    turns: ClassVar = {
        "retired": (Turn(("active",), commands.retire_price_list, "price_list_id"),),
        "active": (Turn(("retired",), commands.restore_price_list, "price_list_id"),),
    }
    children = Children(
        "prices", _("Prices"),
        (
            Column(name="sku", label=_("SKU"), is_needed=True, most=64),
            Column(name="min_quantity", label=_("From quantity"), empty="1"),
            Column(name="unit_price", label=_("Unit price"), note=_("Empty: the price is taken out.")),
        ),
        "sku",
        note=_("Many prices are changed best as a file: see Prices."),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.channels = {one.id: one.code for one in all_channels()}

    def cells(self, of: Any) -> Cells:
        channel = Column(name="channel", label="").write(self.channels.get(of.channel_id))
        found = {column.name: column.write(getattr(of, column.name)) for column in self.columns if column.name != "channel"}
        return {column.name: {**found, "channel": channel}[column.name] for column in self.columns}

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        code = read.pop("channel")
        ids = {known: id_ for id_, known in self.channels.items()}
        if code and code not in ids:
            raise NotInRegister(field="channel", what=_("channel"), name=code)
        return {**read, "channel_id": ids.get(code), "currency": read["currency"].upper()}

    def kids(self, row: PriceList) -> list[Cells]:
        prices = Prices()
        found = prices.rows().filter(price_list=row).order_by("variant__sku", "min_quantity")
        return [{name: prices.cells(one)[name] for name in ("sku", "min_quantity", "unit_price")} for one in found]

    def tell_page(self, call: Call, draft: Any, kids: Sequence[Cells]) -> UUID:
        """The list, and then its prices."""
        wanted = Prices.drafts_of(kids, draft.currency)
        id_ = super().tell_page(call, draft, kids)
        if wanted:
            commands.set_prices(replace(call, key=f"{call.key}:prices"), price_list_id=id_, prices=wanted)
        return id_

    @classmethod
    def permissions(cls) -> frozenset[str]:
        return super().permissions() | {commands.set_prices.name}


@dataclass(frozen=True, slots=True)
class _SetPrice:
    """A price to be set in a list."""

    price_list: PriceList
    variant: Variant
    price: PriceDraft


class Prices(Register):
    """Prices, one row for each article, list and quantity."""

    slug, title, one = "prices", _("Prices"), _("Price")
    model = Price
    columns = (
        Column(name="price_list", label=_("Price list"), is_needed=True, for_many=False, most=40),
        Column(name="sku", label=_("SKU"), is_needed=True, for_many=False, most=64),
        Column(name="name", label=_("Name"), kind="told"),
        Column(name="min_quantity", label=_("From quantity"), empty="1", for_many=False),
        Column(name="unit_price", label=_("Unit price"), note=_("Empty: the price is taken out.")),
    )  # fmt: skip
    key = ("price_list", "sku", "min_quantity")
    must = ("sku", "unit_price")
    reads = "pricing.read"
    save, saved = commands.set_prices, "price_list_id"

    def __init__(self) -> None:
        super().__init__()
        self.lists: dict[str, PriceList] = {}
        self.variants: dict[str, Variant] = {}

    def rows(self) -> QuerySet[Any]:
        return Price.objects.select_related("price_list", "variant")

    def cells(self, of: Any) -> Cells:
        """Of a price, or of one that is to be set."""
        price = of.price if isinstance(of, _SetPrice) else of
        return {
            "price_list": of.price_list.code, "sku": of.variant.sku, "name": of.variant.name,
            "min_quantity": plain_quantity(price.min_quantity, UNITS[of.variant.unit]),
            "unit_price": unit_price_text(price.unit_price, of.price_list.currency),
        }  # fmt: skip

    def complete(self, rows: Sequence[Cells]) -> None:
        """The only list of the shop, where a file names none."""
        codes = list(PriceList.objects.filter(state="active").values_list("code", flat=True)[:2])
        for row in rows:
            if len(codes) == 1 and not row.get("price_list", "").strip():
                row["price_list"] = codes[0]

    def load(self, wanted: Iterable[Cells]) -> None:
        wanted = list(wanted)
        skus, codes = ({one.get(name, "").strip() for one in wanted} for name in ("sku", "price_list"))
        self.lists = {one.code: one for one in PriceList.objects.filter(code__in=codes)}
        self.variants = {one.sku: one for one in Variant.objects.filter(sku__in=skus)}
        held = self.rows().filter(price_list__code__in=codes, variant__sku__in=skus)
        self.found = {(one.price_list.code, one.variant.sku, str(one.min_quantity)): one for one in held}

    def key_of(self, given: Cells) -> tuple[str, ...]:
        code, sku = given.get("price_list", "").strip(), given.get("sku", "").strip()
        variant, quantity = self.variants.get(sku), given.get("min_quantity", "").strip() or "1"
        return code, sku, str(parse_quantity(quantity, UNITS[variant.unit], field="min_quantity")) if variant else quantity

    def draft(self, cells: Cells, row: Any) -> _SetPrice:
        listed, variant = self.lists.get(cells["price_list"].strip()), self.variants.get(cells["sku"].strip())
        if listed is None:
            raise NotInRegister(field="price_list", what=_("price list"), name=cells["price_list"][:40])
        if variant is None:
            raise NotInRegister(field="sku", what=_("variant"), name=cells["sku"][:64])
        price = PriceDraft(
            variant_id=variant.id, unit_price=unit_price_of(cells["unit_price"], listed.currency, field="unit_price"),
            min_quantity=parse_quantity(cells["min_quantity"] or "1", UNITS[variant.unit], field="min_quantity"),
        )  # fmt: skip
        clean_prices((price,))
        return _SetPrice(listed, variant, price)

    def wish(self, given: Cells) -> Wish:
        found = super().wish(given)
        gone = found.draft.price.unit_price is None and not found.before
        return replace(found, before=found.after) if gone else found

    def tell(self, asked: Sequence[tuple[Call, Any]]) -> list[Event | Refusal]:
        """One command for all prices of a list; where it is refused, one for each."""
        answers: list[Event | Refusal | None] = [None] * len(asked)
        by_list: dict[UUID, list[int]] = defaultdict(list)
        for index, (_call, draft) in enumerate(asked):
            by_list[draft.price_list.id].append(index)
        for indices in by_list.values():
            together = _set_prices([asked[index] for index in indices])
            for index in indices:
                alone = isinstance(together, Refusal) and len(indices) > 1
                answers[index] = _set_prices([asked[index]]) if alone else together
        return answers  # type: ignore[return-value]

    @staticmethod
    def drafts_of(kids: Sequence[Cells], currency: str) -> tuple[PriceDraft, ...]:
        """The prices of a page. Refuses SKUs that are not there and what cannot be read, naming the row."""
        variants = {one.sku: one for one in Variant.objects.filter(sku__in=[kid["sku"].strip() for kid in kids])}
        found = []
        for index, kid in enumerate(kids):
            where, variant = f"prices.{index}.", variants.get(kid["sku"].strip())
            if variant is None:
                raise NotInRegister(field=f"{where}sku", what=_("variant"), name=kid["sku"][:64])
            quantity = parse_quantity(kid["min_quantity"] or "1", UNITS[variant.unit], field=f"{where}min_quantity")
            price = unit_price_of(kid["unit_price"], currency, field=f"{where}unit_price")
            found.append(PriceDraft(variant_id=variant.id, unit_price=price, min_quantity=quantity))
        clean_prices(tuple(found))
        return tuple(found)


def _set_prices(asked: Sequence[tuple[Call, _SetPrice]]) -> Event | Refusal:
    call, first = asked[0]
    try:
        return commands.set_prices(call, price_list_id=first.price_list.id, prices=tuple(draft.price for _call, draft in asked))
    except Refusal as refusal:
        return refusal


class TaxRates(Register):
    """Tax rates by place and class."""

    slug, title, one = "tax-rates", _("Tax rates"), _("Tax rate")
    model = TaxRate
    columns = (
        Column(name="country", label=_("Country"), is_needed=True, most=2, note=_("Two letters, such as TW.")),
        Column(name="region", label=_("Region"), most=100, note=_("Empty: the whole country.")),
        Column(name="tax_class", label=_("Tax class"), empty="standard", is_needed=True, most=40),
        Column(name="name", label=_("Name"), is_needed=True, most=60),
        Column(name="rate", label=_("Rate"), kind="decimal", is_needed=True, note=_("A fraction or a percentage: 0.2 or 20%.")),
        Column(name="applies_to_shipping", label=_("Also on shipping"), kind="tick", empty="yes"),
        Column(name="rounding", label=_("Rounding"), kind="choice", choices=rounding_choices, empty="half_up"),
        _FROM, _UNTIL,
    )  # fmt: skip
    key = ("country", "region", "tax_class", "name", "starts_on")
    must = ("country", "name")
    reads = "pricing.read"
    save, argument, saved = commands.save_tax_rate, "tax_rate", "tax_rate_id"
    draft_of, clean = TaxRateDraft, staticmethod(clean_tax_rate)
    turns: ClassVar = {
        "retired": (Turn(("active",), commands.retire_tax_rate, "tax_rate_id"),),
        "active": (Turn(("retired",), commands.restore_tax_rate, "tax_rate_id"),),
    }

    def load(self, wanted: Iterable[Cells]) -> None:
        """Of several rows that differ in nothing but their state the one in force counts."""
        for row in self.rows().order_by("-state", "id"):
            self.found[self.key_of(self.cells(row))] = row

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        if read["rate"] is None:
            raise CellNotReadable(field="rate", text="", wanted=_("a number with a point, such as 12.50"))
        return {**read, "country": read["country"].upper()}


_RATE: tuple[Column, ...] = (
    _CURRENCY,
    Column(name="zone", label=_("Zone"), most=60),
    Column(name="countries", label=_("Countries"), kind="several", note=_("Empty: wherever the method goes.")),
    Column(name="regions", label=_("Regions"), kind="several"),
    Column(name="postal_prefixes", label=_("Postal codes that begin with"), kind="several"),
    Column(name="min_weight_grams", label=_("From weight (g)"), kind="whole", empty="0"),
    Column(name="max_weight_grams", label=_("Up to weight (g)"), kind="whole"),
    Column(name="min_amount", label=_("From amount")),
    Column(name="max_amount", label=_("Below amount")),
    Column(name="price", label=_("Price"), is_needed=True),
)
_AMOUNTS = ("min_amount", "max_amount", "price")


class ShippingMethods(Register):
    """Ways of shipping. On their page with their table of rates."""

    slug, title, one = "shipping-methods", _("Shipping methods"), _("Shipping method")
    model = ShippingMethod
    columns = (
        _CODE, _NAME,
        Column(name="name_i18n", label=_("Other names"), kind="words", note=_("By language, such as zh-Hant: 宅配.")),
        Column(name="carrier", label=_("Carrier"), most=40, note=_("Its code, such as sf-express.")),
        Column(name="countries", label=_("Countries"), kind="several", note=_("Two letters each; empty: everywhere.")),
        Column(name="tax_class", label=_("Tax class"), most=40, note=_("Empty: taxed like the goods it carries.")),
        Column(name="min_days", label=_("Days on the road, at least"), kind="whole", empty="1", part=_("Time")),
        Column(name="max_days", label=_("Days on the road, at most"), kind="whole", empty="5", part=_("Time")),
        Column(name="position", label=_("Position"), kind="whole", empty="0", note=_("The lowest is offered first.")),
    )  # fmt: skip
    reads = "pricing.read"
    save, argument, saved = commands.save_shipping_method, "method", "shipping_method_id"
    draft_of, clean = ShippingMethodDraft, staticmethod(clean_shipping_method)
    turns: ClassVar = {
        "retired": (Turn(("active",), commands.retire_shipping_method, "shipping_method_id"),),
        "active": (Turn(("retired",), commands.restore_shipping_method, "shipping_method_id"),),
    }
    children = Children("rates", _("Rates"), _RATE, "price", are_all=True)

    def rows(self) -> QuerySet[Any]:
        return ShippingMethod.objects.prefetch_related("rates")

    def draft(self, cells: Cells, row: Any) -> ShippingMethodDraft:
        draft: ShippingMethodDraft = super().draft(cells, row)
        return draft if row is None else replace(draft, rates=tuple(map(rate_of, row.rates.all())))

    def kids(self, row: ShippingMethod) -> list[Cells]:
        return [
            rate_cells(rate_of(one)) for one in row.rates.order_by("currency", "zone", "min_weight_grams", "min_amount", "id")
        ]

    def page_draft(self, cells: Cells, row: Any, kids: Sequence[Cells]) -> ShippingMethodDraft:
        rates = tuple(rate_draft(kid, prefix=f"rates.{index}.") for index, kid in enumerate(kids))
        return clean_shipping_method(replace(super().draft(cells, row), rates=rates))


def rate_of(row: ShippingRate) -> ShippingRateDraft:
    """A rate as it is, as a draft."""
    values: dict[str, Any] = {name: getattr(row, name) for name in ShippingRateDraft.__dataclass_fields__}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return ShippingRateDraft(**values | lists)


def rate_cells(rate: ShippingRateDraft) -> Cells:
    """A rate as texts."""
    cells = {column.name: column.write(getattr(rate, column.name)) for column in _RATE}
    amounts = {name: getattr(rate, name) for name in _AMOUNTS}
    return cells | {name: "" if amount is None else plain(amount, rate.currency) for name, amount in amounts.items()}


def rate_draft(cells: Cells, *, prefix: str = "") -> ShippingRateDraft:
    """The rate that the texts say. Refuses what cannot be read, naming the field."""
    try:
        read = {column.name: column.read(cells.get(column.name, column.empty)) for column in _RATE}
    except Refusal as refusal:
        refusal.field = f"{prefix}{refusal.field}"
        raise
    currency = read["currency"].upper() or tenant_in_scope().currency
    for name in _AMOUNTS:
        text = read[name]
        read[name] = parse(text, currency, field=f"{prefix}{name}").amount if text or name == "price" else None
    countries = tuple(code.upper() for code in read["countries"])
    least = {name: read[name] or 0 for name in ("min_amount", "min_weight_grams")}
    values: dict[str, Any] = {**read, **least, "currency": currency, "countries": countries}
    return ShippingRateDraft(**values)
