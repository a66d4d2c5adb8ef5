"""The lines of an order as its customer sees them: what became of each, and when the rest comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dingdan.insight.shopfront.fronts import Offered, products_of
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.catalog.rules import said_values
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import OrderLine
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.own.words import counted, leaves_by
from dingdan.web.storefront.reader import Reader


class Article(NamedTuple):
    """An article as the shop shows it today; where it is not on offer any more it has no picture and no page."""

    name: str
    picture: str
    url: str


def articles_of(reader: Reader, variants: Mapping[UUID, Variant], rows: Sequence[OrderLine]) -> dict[UUID, Article]:
    """What lines are about, by their ids: called in the reader's language where the shop has it, else as it was ordered."""
    ids = list(dict.fromkeys(one.product_id for one in variants.values()))
    products = {one.id: one for one in products_of(reader.front, ids, reader.on)}
    found = {}
    for row in rows:
        variant = variants.get(row.variant_id) if row.variant_id else None
        found[row.id] = _article(reader, row, variant, products.get(variant.product_id) if variant else None)
    return found


def _article(reader: Reader, row: OrderLine, variant: Variant | None, product: Offered | None) -> Article:
    if variant is None or product is None:
        return Article(row.name, "", "")
    own = reader.said(product.names, "")
    options = said_values(variant.options, product.words, reader.language) if len(product.articles) > 1 else ""
    picture = reader.to.picture(product.pictures[0].id) if product.pictures else ""
    return Article(" · ".join(filter(None, (own, options))) if own else row.name, picture, reader.to.product(product.slug))


def lines_of(own: Own, facts: Facts) -> list[dict[str, Any]]:
    """The lines that still say something: what was changed into another one is left out."""
    rows = facts.stands.rows
    taken = {row.replaces_id for row in rows.values() if row.replaces_id and row.canceled < row.quantity}
    shown = [line for line in facts.stands.lines if line.kept or not (line.id in taken or rows[line.id].replaces_id)]
    shown = [line for line in shown if line.kind != LineKind.SHIPPING and not rows[line.id].is_charge]
    articles = articles_of(own.reader, facts.variants, [rows[line.id] for line in shown])
    return [_line(own, facts, line, articles[line.id]) for line in shown]


def _line(own: Own, facts: Facts, line: Line, article: Article) -> dict[str, Any]:
    variant = facts.variants.get(line.variant_id) if line.variant_id else None
    return {
        "name": article.name, "picture": article.picture, "url": article.url, "initial": article.name[:1],
        "quantity": counted(line.kept or line.quantity, variant), "total": own.money(line.kept_total),
        "is_canceled": not line.kept, "states": _states(own.reader, facts, line, variant),
    }  # fmt: skip


def _states(reader: Reader, facts: Facts, line: Line, variant: Variant | None) -> list[tuple[str, str]]:
    """What became of its units, each as a tone and a text."""
    demands = facts.stands.demands.get(line.id, ())
    if not demands and line.kind == LineKind.GOODS and line.kept:
        return []
    delivered = min((one.delivered // one.per_line_unit for one in demands), default=0)
    returned = line.shipped - line.with_customer
    arrived, under_way, open_ = max(0, delivered - returned), line.shipped - delivered, max(0, line.kept - line.shipped)
    late = [one.due_at for one in demands if one.quantity > one.canceled + one.issued]
    leaves = leaves_by(reader, max((at for at in late if at), default=None) if all(late) else None)
    goes_on = facts.order.state != "canceled" and bool(demands)
    known = [
        ("good", _("Arrived"), arrived, ""),
        ("calm", _("On its way"), under_way, ""),
        ("later", _("Still to come"), open_ if goes_on else 0, leaves),
        ("over", _("Sent back"), returned, ""),
        ("over", pgettext("goods", "Canceled"), line.canceled, ""),
    ]
    told = [one for one in known if one[2]]
    return [(tone, _one(word, quantity if len(told) > 1 else 0, more, variant)) for tone, word, quantity, more in told]


def _one(word: str, quantity: int, more: str, variant: Variant | None) -> str:
    said = f"{word}: {counted(quantity, variant)}" if quantity else word
    return f"{said} · {more}" if more else said
