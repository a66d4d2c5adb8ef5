"""What happened to prices, taxes and shipping."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListSaved(Event):
    """A price list was written down or changed; its prices are told by `PricesSet`."""

    price_list_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListTurned(Event):
    """A price list applies to no new order, or applies again."""

    price_list_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A unit price before and after, in minor units as text; None: there was, or is, none."""

    variant_id: UUID
    min_quantity: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesSet(Event):
    """Prices of a list were set, changed or taken out. Only those that differ are told."""

    price_list_id: UUID
    changes: tuple[PriceChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateSaved(Event):
    """A tax rate was written down or changed."""

    tax_rate_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateRetired(Event):
    """A tax rate applies to no new order."""

    tax_rate_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateRestored(Event):
    """A tax rate applies to new orders again."""

    tax_rate_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethodSaved(Event):
    """A shipping method and its table of rates were written down or changed."""

    shipping_method_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethodTurned(Event):
    """A shipping method is offered no more, or offered again."""

    shipping_method_id: UUID
    state: str
