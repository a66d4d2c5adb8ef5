"""What is done with an order after the sale at the back office: each is a form, and a command (or two) behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from dingdan.automation.reacting import part_of
from dingdan.kernel import clock
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money, currency_step, round_minor
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments.commands import pay_payable
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.masterdata.policies.rules import Why
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    ClaimedUnits,
    ExchangeWanted,
    ReturnWanted,
    answer_interception,
    authorize_return,
    exchange_return,
    file_claim,
    give_allowance,
    give_goodwill,
    intercept_parcel,
    refund_order,
    resolve_claim,
    take_credit,
)
from dingdan.trade.aftersales.events import ClaimFiled, ClaimResolved, InterceptionAnswered, ReturnAuthorized
from dingdan.trade.aftersales.lifecycle import Resolution
from dingdan.trade.aftersales.queries import ReturnOffer, Said, Standing
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Look
from dingdan.web.backoffice.base import link, number
from dingdan.web.backoffice.claim_acts import settled_money
from dingdan.web.backoffice.pages import Button, Cell, Facts, Table
from dingdan.web.backoffice.typed import amount, counted, days, known_id, rule_names
from dingdan.web.backoffice.words import moment, word

ROWS_WANTED: Final = 3
"""How many articles an exchange can name."""


# ── goods that come back ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unit:
    """What can be told to come back or to be claimed: units of a line, or pieces of one part of a kit."""

    line: Line
    sku: str
    variant: Variant | None
    most: int
    component: Demand | None = None

    @property
    def key(self) -> str:
        """What tells its fields from those of others."""
        return f"{self.line.id}-{self.component.id}" if self.component else str(self.line.id)


def units_of(found: Standing) -> Iterator[Unit]:
    """Everything that may still be authorized to come back: lines, and of kits their parts."""
    for line in found.lines:
        row, demands = found.rows[line.id], found.demands.get(line.id, ())
        if line.goods and found.returnable(line) > 0:
            yield Unit(line, row.sku, row.variant, found.returnable(line))
        for demand in demands:
            if demand.variant_id != row.variant_id and found.loose(line, demand) > 0:
                yield Unit(line, demand.variant.sku, demand.variant, found.loose(line, demand), demand)


def _wanted(order: Order, sent: QueryDict) -> tuple[ReturnWanted, ...]:
    found = []
    for unit in units_of(queries.standing(order.id)):
        quantity = counted(sent, f"quantity-{unit.key}", unit.variant)
        if quantity:
            found.append(
                ReturnWanted(
                    line_id=unit.line.id, quantity=quantity, reason=sent.get(f"reason-{unit.key}", "other"),
                    condition=sent.get(f"condition-{unit.key}", ""), override=sent.get("override", ""),
                    component=unit.sku if unit.component else "", shop_pays="shop_pays" in sent,
                )
            )  # fmt: skip
    if not found:
        raise Invalid(field="lines", reason=_("Say of at least one article how much comes back."))
    return tuple(found)


def _offered(order: Order, sent: QueryDict) -> ReturnOffer:
    components = {unit.sku: unit.component.id for unit in units_of(queries.standing(order.id)) if unit.component}
    said = [
        Said(
            line_id=one.line_id, units=one.quantity, reason=one.reason, condition=one.condition,
            component_id=components.get(one.component) if one.component else None,
        )
        for one in _wanted(order, sent)
    ]  # fmt: skip
    return queries.return_preview(order.id, said, at=clock.now())


def _look_at_return(order: Order, sent: QueryDict) -> Look:
    offer = _offered(order, sent)
    told = (_verdicts(offer), _return_money(offer, sent))
    return Look(told, Button(_("Let it come back"), "good"), fingerprint(offer, sent.get("override"), "shop_pays" in sent))


def _verdicts(offer: ReturnOffer) -> Table:
    rules = rule_names()
    return Table(
        _("What the rules say"),
        [_("Article"), _("Quantity"), _("By the rules"), _("Rule"), _("Worth"), _("Kept back")],
        [
            [
                Cell(one.name, small=one.sku),
                number(show.count(one.verdict.units)),
                Cell(one.verdict.sentence),
                Cell(rules.get(one.verdict.rule) or show.NOTHING, small=moment(one.verdict.refund_at)),
                number(show.money(one.verdict.worth, offer.currency)),
                number(show.money(one.verdict.restocking_fee or None, offer.currency)),
            ]
            for one in offer.lines
        ],
    )


def _return_money(offer: ReturnOffer, sent: QueryDict) -> Facts:
    back, fee = _back(offer, sent)
    against = [one.name for one in offer.lines if not one.verdict.eligible and one.verdict.why != Why.NO_RULE]
    at_scan = all(one.verdict.refund_at == "scan" for one in offer.lines)
    return Facts(
        _("What happens to the money"),
        [
            (_("Against the rules"), ", ".join(against)),
            (_("Kept back for the way back"), show.money(fee, offer.currency) if fee else _("Nothing")),
            (_("Given back if all is as told"), show.money(back, offer.currency)),
            (_("When"), _("as soon as the parcel is on its way") if at_scan else _("once it was looked at")),
        ],
    )


def _back(offer: ReturnOffer, sent: QueryDict) -> tuple[int, int]:
    """What the goods give back if all is as told, and what of their worth the way back takes, once for all."""
    worth = sum(one.verdict.refund for one in offer.lines)
    fee = 0 if "shop_pays" in sent else max((one.verdict.shipping_fee for one in offer.lines), default=0)
    return max(0, worth - fee), min(fee, worth)


def _return(call: Call, order: Order, sent: QueryDict) -> Event:
    return authorize_return(call, order_id=order.id, lines=_wanted(order, sent), node_id=known_id(sent, "node"))


# ── exchanges ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _instead(sent: QueryDict) -> tuple[ExchangeWanted, ...]:
    rows = [(sent.get(f"sku-{row}", "").strip(), row) for row in range(ROWS_WANTED)]
    known = variants_by_sku({sku for sku, _row in rows if sku})
    return tuple(
        ExchangeWanted(sku=sku, quantity=counted(sent, f"more-{row}") or 1)
        for sku, row in rows
        if sku and (sku in known or _unknown(sku))
    )


def _unknown(sku: str) -> bool:
    raise NotFound(field="sku", what="article", id=sku[:64])


def _exchange(call: Call, order: Order, sent: QueryDict) -> Event:
    return exchange_return(
        call, order_id=order.id, lines=_wanted(order, sent), wanted=_instead(sent), node_id=known_id(sent, "node"),
        ahead_days=days(sent, "ahead"),
    )  # fmt: skip


def _look_at_exchange(order: Order, sent: QueryDict) -> Look:
    offer, wanted, ahead = _offered(order, sent), _instead(sent), days(sent, "ahead")
    if not wanted:
        raise Invalid(field="sku", reason=_("Say what the customer gets in exchange."))
    prices = queries.prices_now(order.id, {one.sku: one.quantity for one in wanted}, at=clock.now())
    rows = [
        [
            Cell(one.sku),
            number(show.count(one.quantity)),
            number(show.money(prices[one.sku].total, offer.currency) if prices[one.sku].is_priced else _("has no price")),
            number(show.count(prices[one.sku].free)),
        ]
        for one in wanted
    ]
    total = sum(one.total for one in prices.values())
    back, _fee = _back(offer, sent)
    when = _("at once, on account") if ahead else _("once the goods that come back were looked at")
    instead = Table(
        _("In exchange"),
        [_("Article"), _("Quantity"), _("Costs today"), _("Free to be promised")],
        rows,
        totals=[
            (_("Costs"), show.money(total, offer.currency)),
            (_("Paid by what comes back"), show.money(min(back, total), offer.currency)),
            (_("Then still due"), show.money(max(0, total - back), offer.currency)),
            (_("Left over, and goes back"), show.money(max(0, back - total), offer.currency)),
        ],
        note=_("Ordered {when}; taxes and discounts of the day come on top.").format(when=when),
    )
    told = (_verdicts(offer), _return_money(offer, sent), instead)
    seen = fingerprint(offer, [(one.sku, one.quantity, prices[one.sku].total) for one in wanted], ahead, sent.get("override"))
    return Look(told, Button(_("Exchange it"), "good"), seen)


# ── claims, and money without goods ──────────────────────────────────────────────────────────────────────────────────────


def _claimed(order: Order, sent: QueryDict, *, prefix: str) -> tuple[ClaimedUnits, ...]:
    found = queries.standing(order.id)
    told = [
        (line.id, counted(sent, f"{prefix}-{line.id}", found.rows[line.id].variant), sent.get(f"why-{line.id}", "other"))
        for line in found.lines
    ]
    lines = tuple(ClaimedUnits(line_id=id_, quantity=quantity, reason=why) for id_, quantity, why in told if quantity)
    if not lines:
        raise Invalid(field="lines", reason=_("Say of at least one article how much is claimed."))
    return lines


def _claim(call: Call, order: Order, sent: QueryDict) -> Event:
    return file_claim(call, order_id=order.id, lines=_claimed(order, sent, prefix="claimed"), note=sent.get("note", ""))


def _refund_only(call: Call, order: Order, sent: QueryDict) -> Event:
    """A claim that is settled by all the money at once."""
    filed = file_claim(
        part_of(call, "file"), order_id=order.id, lines=_claimed(order, sent, prefix="only"), note=sent.get("note", "")
    )
    return resolve_claim(call, claim_id=filed.claim_id, resolution=Resolution.REFUND.value)


def _look_at_refund_only(order: Order, sent: QueryDict) -> Look:
    found, claimed = queries.standing(order.id), _claimed(order, sent, prefix="only")
    refunds = queries.claim_worth(found, {one.line_id: one.quantity for one in claimed})
    refund = sum(refunds.values())
    owed = found.receivable.amount - refund
    due = max(0, found.receivable.allocated - found.receivable.refunded + found.receivable.written_off - owed)
    words = _("Do it: {amount} back").format(amount=show.money(refund, order.currency))
    stock = Table(
        _("What happens to the goods"),
        [_("Article"), _("Quantity"), _("Goods")],
        [
            [Cell(found.rows[one.line_id].name), number(show.count(one.quantity)), Cell(_("stay with the customer"))]
            for one in claimed
        ],
    )
    told = (stock, settled_money(refund, owed, due, order.currency))
    return Look(told, Button(words, "good"), fingerprint(claimed, refunds, due))


# ── money that was paid too much, and favors ─────────────────────────────────────────────────────────────────────────────


def _refund(call: Call, order: Order, sent: QueryDict) -> Event:
    return refund_order(
        call, order_id=order.id, amount=amount(sent, "amount", order.currency), method=sent.get("method", ""), reason="by_hand"
    )


def _credit(call: Call, order: Order, sent: QueryDict) -> Event:
    return take_credit(call, order_id=order.id, amount=amount(sent, "amount", order.currency))


def _look_at_credit(order: Order, sent: QueryDict) -> Look:
    asked, terms = amount(sent, "amount", order.currency), favor_limits(order.currency)
    money = queries.refundable(order.id) if asked is None else asked
    bonus = round_minor(terms.bonus_rate * money, step=currency_step(order.currency))
    lasts = _("{days} days").format(days=terms.credit_days) if terms.credit_days is not None else _("for good")
    told = Facts(
        _("What happens to the money"),
        [
            (_("As credit, for good"), show.money(money, order.currency)),
            (_("On top"), show.money(bonus, order.currency) if bonus else _("Nothing")),
            (_("What is on top lasts"), lasts if bonus else ""),
        ],
    )
    words = _("Give {amount} as credit").format(amount=show.money(money + bonus, order.currency))
    return Look([told], Button(words, "good"), fingerprint(money, bonus, terms))


def _goodwill(call: Call, order: Order, sent: QueryDict) -> Event:
    given = amount(sent, "amount", order.currency)
    return give_goodwill(call, order_id=order.id, amount=given or 0, reason=sent.get("reason", ""))


def _pay(call: Call, order: Order, sent: QueryDict) -> Event:
    """Pay a debt out in full."""
    wanted = known_id(sent, "payable")
    owing = next((one for one in queries.goodwill_of(order) if one.payable_id == wanted), None)
    if owing is None:
        raise NotFound(field="payable", what="debt", id=sent.get("payable", "")[:40])
    return pay_payable(call, payable_id=owing.payable_id, method=sent.get("method", ""), money=Money(owing.due, owing.currency))


def _allow(call: Call, order: Order, sent: QueryDict) -> Event:
    given = amount(sent, "amount", order.currency)
    return give_allowance(call, order_id=order.id, amount=given or 0, reason=sent.get("reason", ""))


# ── parcels under way, and orders again ──────────────────────────────────────────────────────────────────────────────────


def _intercept(call: Call, order: Order, sent: QueryDict) -> Event:
    shipment_id = known_id(sent, "shipment")
    if shipment_id is None or shipment_id not in {one.id for one in queries.parcels_under_way(order.id)}:
        raise NotFound(field="shipment", what="shipment", id=sent.get("shipment", "")[:40])
    return intercept_parcel(call, shipment_id=shipment_id, reason=sent.get("reason", ""))


def _answer(call: Call, order: Order, sent: QueryDict) -> Event:
    asked = known_id(sent, "interception")
    row = queries.interceptions().filter(id=asked, shipment__order_id=order.id).first() if asked else None
    if row is None:
        raise NotFound(field="interception", what="interception", id=sent.get("interception", "")[:40])
    return answer_interception(call, interception_id=row.id, stopped=sent.get("answer") == "stopped")


def _reorder(call: Call, order: Order, sent: QueryDict) -> Event:
    wanted = queries.reorder_of(order.id, on=clock.now().date()).wanted
    if wanted is None:
        raise Invalid(field="order", reason=_("Nothing of this order can be ordered again."))
    return place_orders.one(call, wanted)


def _look_at_reorder(order: Order, _sent: QueryDict) -> Look:
    again = queries.reorder_of(order.id, on=clock.now().date())
    if again.wanted is None:
        raise Invalid(field="order", reason=_("Nothing of this order can be ordered again."))
    total = sum((one.unit_price * one.quantity for one in again.lines if one.unit_price is not None), Decimal(0))
    table = Table(
        _("What it would be today"),
        [_("Article"), _("Quantity"), _("Cost then"), _("Costs today"), _("Since then")],
        [
            [
                Cell(one.name, small=one.sku),
                number(show.count(one.quantity)),
                number(show.unit_price(one.unit_price_then, order.currency)),
                number(show.unit_price(one.unit_price, order.currency) if one.unit_price is not None else show.NOTHING),
                Cell(word(one.since)),
            ]
            for one in again.lines
        ],
        totals=[(_("Goods"), show.money(round_minor(total), order.currency))],
        note=_("What is not sold any more is left out. Taxes and shipping come on top."),
    )
    return Look([table], Button(_("Order it again"), "good"), fingerprint(again.lines))


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _said_of_return(event: ReturnAuthorized) -> str:
    return _("{number} may come back.").format(number=event.number)


def _said_of_claim(event: ClaimFiled) -> str:
    return _("{number} is written down.").format(number=event.number)


def _said_of_refund(event: ClaimResolved) -> str:
    return _("{amount} is given back.").format(amount=show.money(event.refund, event.currency))


def _said_of_amount(event: Any) -> str:
    return _("{amount} is given back.").format(amount=show.money(event.amount, event.currency))


def _said_of_given(event: Any) -> str:
    return _("{amount} is given.").format(amount=show.money(event.amount, event.currency))


def _said_of_credit(event: Any) -> str:
    return _("{amount} of store credit is given.").format(amount=show.money(event.amount + event.bonus, event.currency))


def _said_of_answer(event: InterceptionAnswered) -> str:
    return _("The parcel comes back as {number}.").format(number=event.number) if event.number else _("The parcel went on.")


ACTS: Final[Mapping[str, Act]] = {
    "return": Act("aftersales.authorize_return", _return, _said_of_return, _look_at_return),
    "exchange": Act("aftersales.exchange_return", _exchange, _said_of_return, _look_at_exchange),
    "claim": Act("aftersales.file_claim", _claim, _said_of_claim),
    "refund-only": Act("aftersales.resolve_claim", _refund_only, _said_of_refund, _look_at_refund_only),
    "refund": Act("aftersales.refund_order", _refund, _said_of_amount),
    "credit": Act("aftersales.take_credit", _credit, _said_of_credit, _look_at_credit),
    "goodwill": Act("aftersales.give_goodwill", _goodwill, _said_of_given),
    "pay": Act("payments.pay_payable", _pay, _said_of_given),
    "allow": Act("aftersales.give_allowance", _allow, _said_of_given),
    "intercept": Act("aftersales.intercept_parcel", _intercept, lambda _event: _("The carrier is to be asked.")),
    "answer": Act("aftersales.answer_interception", _answer, _said_of_answer),
    "reorder": Act("orders.place_orders", _reorder, lambda event: _("Order {number} is placed.").format(number=event.number),
                   _look_at_reorder),
}  # fmt: skip
"""What can be done after the sale, by the name in the form's address."""


def next_of(event: Event) -> str:
    """Where to go on: to what came into being, else nowhere else."""
    if isinstance(event, ReturnAuthorized | InterceptionAnswered):
        return link("return", event.return_id)
    if isinstance(event, ClaimFiled | ClaimResolved):
        return link("claim", event.claim_id)
    return ""
