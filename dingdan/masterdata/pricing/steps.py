"""Writing prices and shipping tables down, many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models.functions import Greatest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.pricing.events import PriceChange
from dingdan.masterdata.pricing.lifecycle import PRICING_LIFE
from dingdan.masterdata.pricing.models import PastList, PastPrice, Price, PriceList, ShippingRate
from dingdan.masterdata.pricing.rules import ShippingRateDraft

RATE_FIELDS: Final = tuple(ShippingRateDraft.__dataclass_fields__)


def put_prices(
    entry: Entry, prices: Mapping[tuple[UUID, int], Decimal | None], *, price_list_id: UUID
) -> tuple[PriceChange, ...]:
    """Set the prices of a list, which is locked, by variant and quantity (None takes one out); tell what changed.

    Refuses a variant that is not there (404). Seven statements at most, however many prices.
    """
    variant_ids = {variant_id for variant_id, _quantity in prices}
    missing = variant_ids - set(variants_by_id(variant_ids))
    if missing:
        raise NotFound(field="prices", what="variant", id=min(missing))
    rows = Price.objects.filter(price_list=price_list_id, variant__in=variant_ids)
    held = {(row.variant_id, row.min_quantity): row for row in rows}
    changed = {key: price for key, price in prices.items() if price != (held[key].unit_price if key in held else None)}
    gone = [held[key].id for key, price in changed.items() if price is None]
    if gone:
        Price.objects.filter(id__in=gone).delete()
    set_ = [
        Price(
            id=held[key].id if key in held else new_id(),
            price_list_id=price_list_id,
            variant_id=key[0],
            min_quantity=key[1],
            unit_price=price,
        )
        for key, price in changed.items()
        if price is not None
    ]
    _remember(entry, [held[key] for key in changed if key in held], set_)
    Price.objects.bulk_create(set_, update_conflicts=True, unique_fields=("tenant_id", "id"), update_fields=("unit_price",))
    entry.about("variant", *sorted({variant_id for variant_id, _quantity in changed}))
    return tuple(
        PriceChange(variant_id=key[0], min_quantity=key[1], before=_text(held.get(key)), after=_plain(price))
        for key, price in changed.items()
    )


def _remember(entry: Entry, before: Sequence[Price], after: Sequence[Price]) -> None:
    """Keep what prices were, until now, and what they are from now on."""
    if before:
        keys = {(row.variant_id, row.min_quantity) for row in before}
        open_ = PastPrice.objects.filter(
            price_list_id=before[0].price_list_id, variant_id__in={row.variant_id for row in before}, ended_at=None
        )
        ended = [id_ for id_, *key in open_.values_list("id", "variant_id", "min_quantity") if tuple(key) in keys]
        PastPrice.objects.filter(id__in=ended).update(ended_at=Greatest("began_at", entry.at))
    PastPrice.objects.bulk_create(
        PastPrice(
            id=new_id(), price_list_id=row.price_list_id, variant_id=row.variant_id, min_quantity=row.min_quantity,
            unit_price=row.unit_price, began_at=entry.at,
        )
        for row in after
    )  # fmt: skip


LIST_TERMS: Final = ("channel_id", "customer_group", "currency", "starts_on", "ends_on", "priority")
"""What decides when and where the prices of a list count."""


def remember_list(entry: Entry, row: PriceList) -> None:
    """Keep what a locked price list said until now, and what it says from now on; nothing where that is the same."""
    said = {name: getattr(row, name) for name in LIST_TERMS} | {"is_active": row.state == PRICING_LIFE.initial}
    before = PastList.objects.filter(price_list=row, ended_at=None).first()
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return
    if before is not None:
        PastList.objects.filter(id=before.id).update(ended_at=Greatest("began_at", entry.at))
    PastList.objects.create(id=new_id(), price_list=row, began_at=entry.at, **said)


def _text(row: Price | None) -> str | None:
    return None if row is None else _plain(row.unit_price)


def _plain(price: Decimal | None) -> str | None:
    return None if price is None else format(price.normalize(), "f")


def put_shipping_rates(entry: Entry, drafts: Sequence[ShippingRateDraft], *, method_id: UUID) -> tuple[int, int]:
    """Make these rows the whole table of a method, which is locked; tell how many were added and taken out."""
    wanted = dict.fromkeys(drafts)
    held = {_as_draft(row): row.id for row in ShippingRate.objects.filter(method=method_id)}
    gone = [id_ for draft, id_ in held.items() if draft not in wanted]
    added = [draft for draft in wanted if draft not in held]
    if gone:
        ShippingRate.objects.filter(id__in=gone).delete()
    ShippingRate.objects.bulk_create(ShippingRate(id=new_id(), method_id=method_id, **_columns(draft)) for draft in added)
    entry.about("shipping_method", method_id)
    return len(added), len(gone)


def _columns(draft: ShippingRateDraft) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(draft).items()}


def _as_draft(row: ShippingRate) -> ShippingRateDraft:
    values: dict[str, Any] = {name: getattr(row, name) for name in RATE_FIELDS}
    return ShippingRateDraft(**{**values, **{name: tuple(value) for name, value in values.items() if isinstance(value, list)}})
