"""What can be done with prices, taxes and shipping."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.channels.queries import channel_by_id
from dingdan.masterdata.pricing.events import (
    PriceListSaved,
    PriceListTurned,
    PricesSet,
    ShippingMethodSaved,
    ShippingMethodTurned,
    TaxRateRestored,
    TaxRateRetired,
    TaxRateSaved,
)
from dingdan.masterdata.pricing.lifecycle import PRICING_LIFE
from dingdan.masterdata.pricing.models import PriceList, ShippingMethod, TaxRate
from dingdan.masterdata.pricing.rules import (
    PriceDraft,
    PriceListDraft,
    ShippingMethodDraft,
    TaxRateDraft,
    clean_price_list,
    clean_prices,
    clean_shipping_method,
    clean_tax_rate,
)
from dingdan.masterdata.pricing.steps import put_prices, put_shipping_rates, remember_list

key_of("price_list_code_is_unique", field="code", what="price list")
key_of("tax_rate_is_given_once", field="name", what="tax rate")
key_of("shipping_method_code_is_unique", field="code", what="shipping method")


@command
def save_price_list(entry: Entry, *, price_list: PriceListDraft) -> PriceListSaved:
    """Write a price list down, or change it; its prices are set by `set_prices`.

    Refuses texts, codes, currencies and dates that cannot be (naming the field), and a channel that is not there (404).
    """
    values = asdict(clean_price_list(price_list))
    id_ = values.pop("id")
    if price_list.channel_id is not None and channel_by_id(price_list.channel_id) is None:
        raise NotFound(field="channel_id", what="channel", id=price_list.channel_id)
    known = PriceList.objects.select_for_update(no_key=True).filter(code=values["code"])
    row = locked(entry, PriceList, id_) if id_ else known.first()
    saved = put(entry, row, values, model=PriceList)
    remember_list(entry, saved.row)
    return PriceListSaved(price_list_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_price_list(entry: Entry, *, price_list_id: UUID) -> PriceListTurned:
    """Apply a price list to no new order. Refuses one that is retired already."""
    return _turn_list(entry, price_list_id, "retire")


@command
def restore_price_list(entry: Entry, *, price_list_id: UUID) -> PriceListTurned:
    """Apply a retired price list again. Refuses one that is in force."""
    return _turn_list(entry, price_list_id, "restore")


@command
def set_prices(entry: Entry, *, price_list_id: UUID, prices: tuple[PriceDraft, ...]) -> PricesSet:
    """Set, change or take out prices of a list; those that are not named stay.

    Refuses quantities and unit prices that cannot be (naming the row), and a list or variant that is not there (404).
    """
    wanted = clean_prices(prices)
    locked(entry, PriceList, price_list_id)
    return PricesSet(price_list_id=price_list_id, changes=put_prices(entry, wanted, price_list_id=price_list_id))


@command
def save_tax_rate(entry: Entry, *, tax_rate: TaxRateDraft) -> TaxRateSaved:
    """Write a tax rate down, or change it. Rates of one class and place add up; those of a region replace the country's.

    Refuses texts, countries, rates, rounding rules and dates that cannot be, naming the field.
    """
    values = asdict(clean_tax_rate(tax_rate))
    id_ = values.pop("id")
    keys = ("country", "region", "tax_class", "name", "starts_on")
    known = TaxRate.objects.select_for_update(no_key=True).filter(
        state=PRICING_LIFE.initial, **{name: values[name] for name in keys}
    )
    row = locked(entry, TaxRate, id_) if id_ else known.first()
    saved = put(entry, row, values, model=TaxRate)
    return TaxRateSaved(tax_rate_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_tax_rate(entry: Entry, *, tax_rate_id: UUID) -> TaxRateRetired:
    """Apply a tax rate to no new order. Refuses one that is retired already."""
    row = locked(entry, TaxRate, tax_rate_id)
    put(entry, row, {"state": PRICING_LIFE.turn("retire", row.state)}, model=TaxRate)
    return TaxRateRetired(tax_rate_id=tax_rate_id)


@command
def restore_tax_rate(entry: Entry, *, tax_rate_id: UUID) -> TaxRateRestored:
    """Apply a retired tax rate again. Refuses one that is in force, and one that another replaces (:class:`KeyTaken`)."""
    row = locked(entry, TaxRate, tax_rate_id)
    put(entry, row, {"state": PRICING_LIFE.turn("restore", row.state)}, model=TaxRate)
    return TaxRateRestored(tax_rate_id=tax_rate_id)


@command
def save_shipping_method(entry: Entry, *, method: ShippingMethodDraft) -> ShippingMethodSaved:
    """Write a shipping method down, or change it, with its whole table of rates.

    Refuses texts, codes, countries, currencies, ranges and prices that cannot be, naming the field.
    """
    draft = clean_shipping_method(method)
    values = asdict(draft) | {"countries": list(draft.countries)}
    id_, _rates = values.pop("id"), values.pop("rates")
    known = ShippingMethod.objects.select_for_update(no_key=True).filter(code=values["code"])
    row = locked(entry, ShippingMethod, id_) if id_ else known.first()
    saved = put(entry, row, values, model=ShippingMethod)
    added, gone = put_shipping_rates(entry, draft.rates, method_id=saved.row.id)
    rows = (FieldChange(field="rates", before=f"-{gone}", after=f"+{added}"),) if added or gone else ()
    return ShippingMethodSaved(shipping_method_id=saved.row.id, created=saved.created, changes=saved.changes + rows)


@command
def retire_shipping_method(entry: Entry, *, shipping_method_id: UUID) -> ShippingMethodTurned:
    """Offer a shipping method no more. Refuses one that is retired already."""
    return _turn_method(entry, shipping_method_id, "retire")


@command
def restore_shipping_method(entry: Entry, *, shipping_method_id: UUID) -> ShippingMethodTurned:
    """Offer a retired shipping method again. Refuses one that is offered."""
    return _turn_method(entry, shipping_method_id, "restore")


def _turn_list(entry: Entry, price_list_id: UUID, turn: str) -> PriceListTurned:
    row = locked(entry, PriceList, price_list_id)
    saved = put(entry, row, {"state": PRICING_LIFE.turn(turn, row.state)}, model=PriceList)
    remember_list(entry, saved.row)
    return PriceListTurned(price_list_id=price_list_id, state=saved.row.state)


def _turn_method(entry: Entry, shipping_method_id: UUID, turn: str) -> ShippingMethodTurned:
    row = locked(entry, ShippingMethod, shipping_method_id)
    saved = put(entry, row, {"state": PRICING_LIFE.turn(turn, row.state)}, model=ShippingMethod)
    return ShippingMethodTurned(shipping_method_id=shipping_method_id, state=saved.row.state)
