"""What happened to an order, as its buyer cares about it: in plain words, without anybody's name and any word of the shop's own.

What has no row here is not told: the journal knows much more than what concerns a buyer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.automation.words import named_method
from dingdan.kernel.feed import timeline
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.goods import articles_of
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.own.parcels import names_of
from dingdan.web.storefront.own.words import counted, when
from dingdan.web.storefront.reader import TAGS

MOST: Final = 300


class Moment(NamedTuple):
    """Something that happened. `tone`: good, calm, money, back, over."""

    text: str
    tone: str = "calm"
    more: tuple[str, ...] = ()


class Happened(NamedTuple):
    """A moment with its time, written out and as machines read it."""

    at: str
    iso: str
    text: str
    tone: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """What is at hand while a moment is put into words."""

    own: Own
    facts: Facts
    parcels: Mapping[UUID, str]
    names: Mapping[UUID, str]
    """What lines are called, by their ids."""

    def goods(self, lines: Any, name: str = "line_id") -> tuple[str, ...]:
        """Lines of an event as "2 × Mug"."""
        return tuple(filter(None, (self.units(one[name], one["quantity"]) for one in lines or ())))

    def units(self, line_id: str, quantity: int) -> str:
        """So many units of a line; nothing where the line is in another order now."""
        row = self.facts.stands.rows.get(UUID(line_id))
        if row is None or not quantity:
            return ""
        variant = self.facts.variants.get(row.variant_id) if row.variant_id else None
        return f"{counted(quantity, variant)} × {self.names[row.id]}"

    def parcel(self, event: Mapping[str, Any]) -> str:
        return self.parcels.get(UUID(event["shipment_id"]), _("A parcel"))

    def return_number(self, event: Mapping[str, Any]) -> str:
        return next((one.number for one in self.facts.returns if one.id == UUID(event["return_id"])), "")

    def claim_number(self, event: Mapping[str, Any]) -> str:
        return next((one.number for one in self.facts.claims if one.id == UUID(event["claim_id"])), "")


Tell = Callable[[Teller, Mapping[str, Any]], Moment | None]


def happened_to(own: Own, facts: Facts) -> list[Happened]:
    """Everything that a buyer cares about, the newest first."""
    rows = list(facts.stands.rows.values())
    names = {id_: one.name for id_, one in articles_of(own.reader, facts.variants, rows).items()}
    teller = Teller(own, facts, names_of(facts), names)
    found = [
        (entry["at"], moment)
        for entry in timeline(own.order.id, last=MOST)
        if (tell := TOLD.get(entry["event"])) and (moment := tell(teller, entry["facts"]))
    ]
    found += [*_money(teller), *((one.written_at, Moment(_("The shop writes"), more=(one.text,))) for one in facts.notes)]
    found.sort(key=lambda one: one[0])
    return [
        Happened(when(own.reader, at), at.isoformat(), one.text, one.tone, tuple(line for line in one.more if line))
        for at, one in reversed(found)
    ]


def _money(t: Teller) -> list[tuple[datetime, Moment]]:
    """Payments that arrived, and refunds that went out."""
    found: list[tuple[datetime, Moment]] = []
    for one in t.facts.paid:
        amount = sum(share.amount for share in one.shares)
        method = one.means or named_method(one.gateway, TAGS[t.own.reader.language])
        if one.captured_at and amount:
            found.append((one.captured_at, Moment(_("{amount} paid").format(amount=t.own.money(amount)), "money", (method,))))
        for attempt in one.attempts:
            if attempt.kind == AttemptKind.REFUND and attempt.state == AttemptState.SUCCEEDED and attempt.answered_at:
                text = _("{amount} given back").format(amount=t.own.money(attempt.amount))
                found.append((attempt.answered_at, Moment(text, "money", (method,))))
    return found


# ── the order ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _placed(t: Teller, event: Mapping[str, Any]) -> Moment:
    return Moment(_("Ordered, for {amount}").format(amount=t.own.money(event["total"])), "good")


def _authorized(t: Teller, event: Mapping[str, Any]) -> Moment:
    return Moment(_("{amount} confirmed; it is taken when the goods leave").format(amount=t.own.money(event["amount"])), "money")


def _canceled(t: Teller, event: Mapping[str, Any]) -> Moment:
    back = int(event.get("refund_due") or 0)
    more = (_("{amount} goes back to you").format(amount=t.own.money(back)),) if back > 0 else ()
    if not event["whole"]:
        return Moment(_("A part was canceled"), "over", (*t.goods(event["lines"]), *more))
    late = event["reason"] == "expired"
    return Moment(_("Canceled, because it was not paid in time") if late else _("Canceled"), "over", more)


_CHANGES: Final = {
    "set_address": lambda: _("Another address"),
    "set_contact": lambda: _("Whom we write to"),
    "set_shipping": lambda: _("Another way of shipping"),
    "set_payment": lambda: _("Another way of paying"),
}
_PAUSES: Final = {
    "hold_order": lambda: _("We look into something before it goes on"),
    "resume_order": lambda: _("The order goes on"),
}


def _changed(t: Teller, event: Mapping[str, Any]) -> Moment | None:
    if "cancel" in event["what"] and event["state"] == "canceled":
        return Moment(_("Canceled"), "over")
    told = [_CHANGES[one]() for one in event["what"] if one in _CHANGES]
    told += [text for one in event["lines"] if (text := _altered(t, one))]
    more = int(event["difference"])
    if more:
        said = _("{amount} more") if more > 0 else _("{amount} less")
        told.append(said.format(amount=t.own.money(abs(more))))
    if told:
        return Moment(_("The order was changed"), more=tuple(told))
    return next((Moment(_PAUSES[one]()) for one in event["what"] if one in _PAUSES), None)


def _altered(t: Teller, line: Mapping[str, Any]) -> str:
    if not line["before"] and line["after"]:
        said = t.units(line["line_id"], line["after"])
        return _("Added: {goods}").format(goods=said) if said else ""
    gone = line["before"] - line["after"]
    said = t.units(line["line_id"], line["after"] if line["after"] and gone else gone)
    if not gone or not said:
        return ""
    return _("Now: {goods}").format(goods=said) if line["after"] else _("Taken out: {goods}").format(goods=said)


def _split(t: Teller, event: Mapping[str, Any]) -> Moment:
    others = [one["number"] for one in event["orders"] if one["order_id"] != str(t.own.order.id)]
    return Moment(_("A part goes on as an order of its own: {numbers}").format(numbers=", ".join(others)))


def _merged(t: Teller, event: Mapping[str, Any]) -> Moment:
    others = [one["number"] for one in event["orders"] if one["order_id"] != str(t.own.order.id)]
    return Moment(_("Sent together with {numbers}").format(numbers=", ".join(others)))


# ── parcels ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shipped(t: Teller, event: Mapping[str, Any]) -> Moment:
    said = _("{parcel} was handed to {carrier}") if event["carrier"] else _("{parcel} was handed over")
    text = said.format(parcel=t.parcel(event), carrier=event["carrier"])
    return Moment(text, "good", t.goods(event["lines"], "order_line_id"))


def _parcel(text: Callable[[], str], tone: str = "calm") -> Tell:
    return lambda t, event: Moment(text().format(parcel=t.parcel(event)), tone)


def _turned_back(t: Teller, event: Mapping[str, Any]) -> Moment | None:
    return Moment(_("{parcel} was turned back").format(parcel=t.parcel(event)), "back") if event["state"] == "stopped" else None


# ── what came back, and what was wrong ───────────────────────────────────────────────────────────────────────────────────


def _return(text: Callable[[], str], tone: str = "back") -> Tell:
    return lambda t, event: Moment(text().format(number=t.return_number(event)), tone)


def _registered(t: Teller, event: Mapping[str, Any]) -> Moment:
    said = _("Exchange {number} was registered") if event["wanted"] else _("Return {number} was registered")
    return Moment(said.format(number=event["number"]), "back", t.goods(event["lines"], "order_line_id"))


def _inspected(t: Teller, event: Mapping[str, Any]) -> Moment:
    said = _("Return {number}: {amount} is given back")
    return Moment(said.format(number=t.return_number(event), amount=t.own.money(event["refund"])), "money")


def _claim(text: Callable[[], str], tone: str = "back") -> Tell:
    return lambda t, event: Moment(text().format(number=t.claim_number(event)), tone)


def _resolved(t: Teller, event: Mapping[str, Any]) -> Moment:
    if event["resolution"] == "replacement":
        return Moment(_("Claim {number}: we send you another one").format(number=t.claim_number(event)), "good")
    said = _("Claim {number}: {amount} is given back")
    return Moment(said.format(number=t.claim_number(event), amount=t.own.money(event["refund"])), "money")


def _allowed(t: Teller, event: Mapping[str, Any]) -> Moment:
    return Moment(_("{amount} was taken off the price").format(amount=t.own.money(event["amount"])), "money")


TOLD: Final[Mapping[str, Tell]] = {
    "OrderPlaced": _placed,
    "PaymentAuthorized": _authorized,
    "OrderHeld": lambda _t, _event: Moment(_("We look into something before it goes on")),
    "OrderResumed": lambda _t, _event: Moment(_("The order goes on")),
    "OrderCanceled": _canceled,
    "OrderChanged": _changed,
    "OrderChangeUndone": lambda _t, _event: Moment(_("A change was taken back")),
    "OrderSplit": _split,
    "OrdersMerged": _merged,
    "ShipmentPacked": _parcel(lambda: _("{parcel} is packed")),
    "ShipmentShipped": _shipped,
    "ShipmentDelivered": _parcel(lambda: _("{parcel} has arrived"), "good"),
    "InterceptionAnswered": _turned_back,
    "ReturnAuthorized": _registered,
    "ReturnLabeled": _return(lambda: _("Return {number}: the label is ready")),
    "ReturnScanned": _return(lambda: _("Return {number} is on its way to us")),
    "ParcelArrived": _return(lambda: _("Return {number} has arrived here")),
    "ReturnReceived": _return(lambda: _("Return {number} has arrived here")),
    "ReturnInspected": _inspected,
    "ReturnCanceled": _return(lambda: _("Return {number} was called off"), "over"),
    "ReturnLapsed": _return(lambda: _("Return {number} did not arrive in time"), "over"),
    "ClaimFiled": _claim(lambda: _("Claim {number} was received")),
    "ClaimResolved": _resolved,
    "ClaimReplaced": _claim(lambda: _("Claim {number}: the replacement is ordered"), "good"),
    "ClaimDenied": _claim(lambda: _("Claim {number} was answered"), "over"),
    "ClaimWithdrawn": _claim(lambda: _("Claim {number} was withdrawn"), "over"),
    "AllowanceGiven": _allowed,
    "InvoiceIssued": lambda _t, event: Moment(_("Invoice {number}").format(number=event["number"]), "money"),
    "CreditNoteIssued": lambda _t, event: Moment(_("Credit note {number}").format(number=event["number"]), "money"),
}
"""What is told of the journal's events, by their names."""
