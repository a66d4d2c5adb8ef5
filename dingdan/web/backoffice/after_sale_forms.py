"""What can be filled in on the page of an order after the sale. What is done with it is in `after_sale_acts`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from dingdan.automation.words import method_name
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory.models import Node
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands.refunding import BACK_BY_HAND
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.after_sale_acts import ROWS_WANTED, units_of
from dingdan.web.backoffice.pages import Button, Field, Form, Group
from dingdan.web.backoffice.return_acts import LOOK
from dingdan.web.backoffice.typed import condition_choices, reason_choices

MOST_NOTE: Final = 2000
Address = Callable[[str], str]


def forms(order: Order, do: Address, allowed: set[str]) -> Iterator[Form]:
    """What can be done with the order now, for whoever may. All stand closed: one picks what one came for."""
    found = queries.standing(order.id)
    prefetch_related_objects([row for row in found.rows.values() if row.variant_id], "variant")
    for name, form in [*_goods(found, do), *_money(found, do), *_parcels(order, do)]:
        if name in allowed:
            yield form
    if "reorder" in allowed:
        yield _form(do("reorder"), _("Order the same again"), LOOK)


def _form(url: str, title: Any, button: Button, *fields: Field | Group, lead: Any = "") -> Form:
    return Form(title, url, fresh_key(), fields, [button], is_open=False, lead=lead)


# ── goods ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _goods(found: Standing, do: Address) -> Iterator[tuple[str, Form]]:
    units, rest = _units(found), [_node(), *_beyond()]
    if units:
        yield "return", _form(do("return"), _("Let goods come back"), LOOK, *units, *rest)
        ahead = Field("ahead", _("Send the other goods at once; days until the first must be back"), "number",
                      note=_("Empty: they wait until the first were looked at."))  # fmt: skip
        yield "exchange", _form(do("exchange"), _("Exchange goods"), LOOK, *units, *_instead(), ahead, *rest)
    note = Field("note", _("What the customer says"), "text", most=MOST_NOTE)
    if claimable := _claimable(found, "claimed"):
        lead = _("Something was damaged, missing or wrong. How it is settled is decided on its page.")
        button = Button(_("Write it down"), "good")
        yield "claim", _form(do("claim"), _("Write down a claim"), button, *claimable, note, lead=lead)
        lead = _("A claim that is settled at once by all the money (refund only).")
        only = _claimable(found, "only")
        title = _("Give the money back, the customer keeps the goods")
        yield "refund-only", _form(do("refund-only"), title, LOOK, *only, note, lead=lead)


def _units(found: Standing) -> list[Group]:
    reasons, conditions = reason_choices("unwanted"), condition_choices()
    return [
        Group(
            _("Only a part of {kit}").format(kit=unit.line.name) if unit.component else unit.line.name,
            [
                Field(f"quantity-{unit.key}", _("How much"), kind_of(unit.variant)),
                Field(f"reason-{unit.key}", _("Why"), "choice", "", reasons),
                Field(f"condition-{unit.key}", _("Condition"), "choice", "", conditions),
            ],
            _("{sku} · up to {count}").format(sku=unit.sku, count=shown(unit.most, unit.variant)),
        )
        for unit in units_of(found)
    ]


def _claimable(found: Standing, prefix: str) -> list[Group]:
    reasons = reason_choices("damaged")
    return [
        Group(
            line.name,
            [
                Field(f"{prefix}-{line.id}", _("How much"), kind_of(found.rows[line.id].variant)),
                Field(f"why-{line.id}", _("What was wrong"), "choice", "", reasons),
            ],
            _("{sku} · up to {count}").format(
                sku=found.rows[line.id].sku, count=shown(found.claimable(line), found.rows[line.id].variant)
            ),
        )
        for line in found.lines
        if line.goods and found.claimable(line) > 0
    ]


def _instead() -> Iterator[Group]:
    for row in range(ROWS_WANTED):
        yield Group(
            _("In exchange") if row == 0 else _("And"),
            [
                Field(f"sku-{row}", _("SKU"), most=64, is_required=False),
                Field(f"more-{row}", _("Quantity"), value="1" if row == 0 else ""),
            ],
        )


def _node() -> Field:
    nodes = Node.objects.filter(active=True).order_by("priority", "id").values_list("id", "name")
    choices = [("", _("Where it left from")), *((str(id_), name) for id_, name in nodes)]
    return Field("node", _("To"), "choice", "", choices)


def _beyond() -> Iterator[Field]:
    yield Field("override", _("Why it may come back against the rules"), most=200,
                note=_("Only if the rules say no; it is kept and reported."))  # fmt: skip
    yield Field("shop_pays", _("The shop pays the way back, whatever the rules say"), "tick")


def kind_of(variant: Variant | None) -> str:
    """What is counted in whole pieces is typed as a number; half a kilo as a line."""
    return "line" if variant and UNITS[variant.unit].decimals else "number"


def shown(quantity: int, variant: Variant | None) -> str:
    """A quantity as it is typed."""
    return plain_quantity(quantity, UNITS[variant.unit] if variant else UNITS["piece"])


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _money(found: Standing, do: Address) -> Iterator[tuple[str, Form]]:
    order, left = found.order, queries.refundable_of(found)
    currency, limits = order.currency, favor_limits(order.currency)
    if left:
        much = Field("amount", _("Amount"), note=_("Empty: all of it."))
        methods = [("", _("the way it came")), *((code, method_name(code)) for code in BACK_BY_HAND if code)]
        lead = _("{amount} was paid above what is owed.").format(amount=show.money(left, currency))
        yield "refund", _form(do("refund"), _("Give back what was paid too much"), Button(_("Give it back"), "good"), much,
                              Field("method", _("By"), "choice", "", methods), lead=lead)  # fmt: skip
        if order.customer_id:
            yield "credit", _form(do("credit"), _("Give it as store credit instead"), LOOK, much, lead=lead)
    amount = Field("amount", _("Amount"), is_required=True)
    gives = _("Without asking anybody: {amount} per order.").format(amount=show.money(limits.goodwill_limit, currency))
    yield "goodwill", _form(do("goodwill"), _("Goodwill in money"), Button(_("Give it")), amount,
                            Field("reason", _("Why"), "choice", "", reason_choices("late")),
                            lead=_("Beyond what is owed; it is paid out by hand. {limit}").format(limit=gives))  # fmt: skip
    if any(line.left for line in found.lines):
        yield "allow", _form(do("allow"), _("Give up a part of the price"), Button(_("Allow it")), amount,
                             Field("reason", _("Why"), most=200),
                             lead=_("The order costs less from now on; what was paid above it goes back."))  # fmt: skip
    if owing := [one for one in queries.goodwill_of(order) if one.due]:
        debts = [(str(one.payable_id), show.money(one.due, one.currency)) for one in owing]
        ways = [(code, method_name(code)) for code in ("bank_transfer", "cash")]
        yield "pay", _form(do("pay"), _("Pay out goodwill"), Button(_("It is paid out"), "good"),
                           Field("payable", _("Amount"), "choice", "", debts),
                           Field("method", _("By"), "choice", "", ways))  # fmt: skip


# ── parcels ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parcels(order: Order, do: Address) -> Iterator[tuple[str, Form]]:
    asked = list(queries.interceptions().filter(shipment__order_id=order.id))
    under_way = [one for one in queries.parcels_under_way(order.id) if one.id not in {row.shipment_id for row in asked}]
    if under_way:
        parcels = [(str(one.id), f"{one.number} {one.carrier} {one.tracking_number}".strip()) for one in under_way]
        yield "intercept", _form(do("intercept"), _("Turn a parcel back"), Button(_("Ask the carrier")),
                                 Field("shipment", _("Shipment"), "choice", "", parcels),
                                 Field("reason", _("Why"), most=200),
                                 lead=_("Ask the carrier yourself; what it answers is noted here."))  # fmt: skip
    if waiting := [row for row in asked if row.state == "asked"]:
        parcels = [(str(row.id), row.shipment.number) for row in waiting]
        answers = [("stopped", _("It comes back")), ("missed", _("It went on"))]
        yield "answer", _form(do("answer"), _("What the carrier answered"), Button(_("Note it"), "good"),
                              Field("interception", _("Shipment"), "choice", "", parcels),
                              Field("answer", _("Answer"), "choice", "", answers),
                              lead=_("If it comes back, all that is in it is to come back as a return, at no cost."))  # fmt: skip
