"""The goods of an order on its page: what each line is promised, where it lies, and the parcels that left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.automation.carriers import tracking_url
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory.models import Demand, Peg
from dingdan.ledgers.inventory.queries import demands_of
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.promotions.queries import used_by
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.fulfillment.models import Package, Shipment, ShipmentLine
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import badge, link, number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Cell, Table


def counted(quantity: int, variant: Variant | None) -> str:
    """A quantity with its unit, where that is not pieces."""
    unit = UNITS[variant.unit] if variant else UNITS["piece"]
    return plain_quantity(quantity, unit) + ("" if unit.code == "piece" else f" {unit.code}")


@dataclass(frozen=True)
class Goods:
    """What an order owes in goods, and what answers it. Read in a few statements, however many lines it has."""

    demands: Mapping[UUID, list[Demand]]
    """By line."""
    pegs: Mapping[UUID, list[Peg]]
    """By demand."""
    shipments: Sequence[Shipment]
    inside: Mapping[UUID, list[ShipmentLine]] = field(default_factory=dict)
    """By shipment."""

    @property
    def is_to_plan(self) -> bool:
        """Whether something lies ready that is in no shipment yet."""
        held = sum(peg.quantity for pegs in self.pegs.values() for peg in pegs if peg.balance_id)
        moving = {one.id for one in self.shipments if one.state in ("planned", "picking", "packed")}
        return held > sum(line.quantity for id_, lines in self.inside.items() if id_ in moving for line in lines)


def goods_of(order: Order) -> Goods:
    """The goods of an order as they stand."""
    by_line: dict[UUID, list[Demand]] = defaultdict(list)
    ids = []
    for demand in demands_of([order.id]).get(order.id, ()):
        by_line[demand.line_id].append(demand)
        ids.append(demand.id)
    pegs: dict[UUID, list[Peg]] = defaultdict(list)
    open_pegs = Peg.objects.filter(demand_id__in=ids, quantity__gt=0).select_related("balance__node", "supply")
    for peg in open_pegs.order_by("id"):
        pegs[peg.demand_id].append(peg)
    shipments = list(Shipment.objects.filter(order=order).select_related("node").order_by("id"))
    inside: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment__order=order, quantity__gt=0).select_related("demand__variant")
    for line in lines.order_by("id"):
        inside[line.shipment_id].append(line)
    return Goods(by_line, pegs, shipments, inside)


def line_table(order: Order, stands: Standing, goods: Goods) -> Table:
    """The lines with what each costs, and where its goods are."""
    lines = {line.id: line for line in OrderLine.objects.filter(order=order).select_related("variant").order_by("position")}
    kept = {line.id: line.kept_total for line in stands.lines}
    taken = {line.replaces_id for line in lines.values() if line.replaces_id and line.canceled < line.quantity}
    shown = [line for line in lines.values() if line.canceled < line.quantity or not (line.id in taken or line.replaces_id)]
    parts = [
        (_("Goods"), order.goods),
        (_("Discount"), -order.discount),
        (pgettext_lazy("money", "Shipping"), order.shipping),
    ]
    tax = _("Tax contained in it") if order.prices_include_tax else _("Tax")
    totals = [(label, show.money(amount, order.currency)) for label, amount in parts if amount]
    tax_row = [(tax, show.money(order.tax, order.currency))] if order.tax else []
    total = [(_("Total"), show.money(order.total, order.currency))]
    rows = []
    for line in shown:
        before = lines.get(line.replaces_id) if line.replaces_id else None
        article, *amounts = _line(order, line, before, total=kept[line.id])
        rows.append([article, Cell(_where(line, goods)), *amounts])
    return Table(
        _("Lines"),
        [_("Article"), _("Where it is"), _("Quantity"), _("Unit price"), _("Tax"), _("Total")],
        rows,
        totals=[*totals, *total, *tax_row] if order.prices_include_tax else [*totals, *tax_row, *total],
        note=_given(order),
    )


def _given(order: Order) -> str:
    """What promotions took off when the order was placed, by name and coupon."""
    told = []
    for one in used_by([order.id]).get(order.id, []) if order.promotion_discount else []:
        name = one.promotion.named(show.locale())
        amount = show.money(one.amount, one.currency)
        told.append(f"{name} ({one.coupon}): {amount}" if one.coupon else f"{name}: {amount}")
    return str(_("Promotions when it was placed: {told}")).format(told=" · ".join(told)) if told else ""


def _line(order: Order, line: OrderLine, before: OrderLine | None, *, total: int) -> list[Cell]:
    gone = str(_("{quantity} canceled")).format(quantity=counted(line.canceled, line.variant)) if line.canceled else ""
    off = str(_("{amount} discount")).format(amount=show.money(line.discount, order.currency)) if line.discount else ""
    said = [line.sku, str(_("held back")) if line.held else "", _instead(order, line, before) if before else ""]
    return [
        Cell(line.name, url=link("variant", line.variant_id), small=" · ".join(filter(None, said))),
        Cell(counted(line.quantity, line.variant), small=gone, is_number=True),
        Cell(show.unit_price(line.unit_price, order.currency), small=off, is_number=True),
        number(f"{line.tax_name} {show.percent(line.tax_rate)}".strip() if line.tax_rate else show.NOTHING),
        number(show.money(total, order.currency)),
    ]


def _instead(order: Order, line: OrderLine, before: OrderLine) -> str:
    """What a line took the place of, where that was another article or had another price."""
    price = show.unit_price(before.unit_price, order.currency)
    if before.variant_id != line.variant_id:
        return str(_("instead of {article} at {price}")).format(article=before.sku or before.name, price=price)
    return str(_("was {price}")).format(price=price) if before.unit_price != line.unit_price else ""


def _where(line: OrderLine, goods: Goods) -> str:
    """What of a line is held where, waits until when, has left and came back, one under the other."""
    demands = goods.demands.get(line.id, [])
    unit = UNITS[line.variant.unit] if line.variant and all(one.per_line_unit == 1 for one in demands) else UNITS["piece"]

    def said(text: object, quantity: int, **more: str) -> str:
        return str(text).format(count=plain_quantity(quantity, unit), **more)

    held: dict[str, int] = defaultdict(int)
    coming: dict[str, int] = defaultdict(int)
    open_ = issued = returned = 0
    for demand in demands:
        issued, returned = issued + demand.issued, returned + demand.returned
        open_ += demand.quantity - demand.canceled - demand.issued - demand.pegged
        for peg in goods.pegs.get(demand.id, ()):
            if peg.balance is not None:
                held[named(peg.balance.node)] += peg.quantity
            else:
                coming[show.moment(peg.supply.expected_at) if peg.supply else ""] += peg.quantity
    due = min((one.due_at for one in demands if one.due_at and one.issued + one.canceled < one.quantity), default=None)
    told = [said(_("{count} reserved at {node}"), count, node=node) for node, count in held.items()]
    told += [said(_("{count} to come, expected {moment}"), count, moment=when) for when, count in coming.items()]
    told += [said(_("{count} backordered"), open_)] if open_ > 0 else []
    told += [said(_("{count} sent"), issued)] if issued else []
    told += [said(_("{count} came back"), returned)] if returned else []
    told += [str(_("promised {moment}")).format(moment=show.moment(due))] if due else []
    return "\n".join(told) or show.NOTHING


def parcels(order: Order, goods: Goods) -> Iterator[Table]:
    """The shipments with their parcels: where each is, and its papers."""
    if not goods.shipments:
        return
    boxes: dict[UUID, list[str]] = defaultdict(list)
    known = Package.objects.filter(shipment__order=order).exclude(tracking_number="").order_by("position")
    for shipment_id, tracking in known.values_list("shipment_id", "tracking_number"):
        boxes[shipment_id].append(tracking)
    yield Table(
        _("Shipments"),
        [_("Number"), _("State"), _("From"), _("Tracking number"), _("Date"), _("Packing slip"), _("Label")],
        [_parcel(one, goods.inside.get(one.id, []), boxes[one.id]) for one in goods.shipments],
    )


def _parcel(one: Shipment, lines: Sequence[ShipmentLine], boxes: Sequence[str]) -> list[Cell]:
    numbers = list(dict.fromkeys([one.tracking_number, *boxes] if one.tracking_number else boxes))
    inside = ", ".join(f"{counted(line.quantity, line.demand.variant)} × {line.demand.variant.sku}" for line in lines)
    at = reverse("admin:board_boardrow_print")
    papers = [Cell("PDF", url=f"{at}?paper={paper}&shipment={one.id}") for paper in ("packing", "label")]
    return [
        Cell(one.number, small=inside),
        badge(one.state),
        Cell(named(one.node)),
        Cell(", ".join(numbers) or show.NOTHING, url=tracking_url(one.carrier, numbers[0]) if numbers else "", small=one.carrier),
        Cell(show.moment(one.delivered_at or one.shipped_at or one.packed_at or one.planned_at)),
        *(papers if one.state != "canceled" else [Cell(show.NOTHING), Cell(show.NOTHING)]),
    ]
