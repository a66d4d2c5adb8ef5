"""How each kind of change of people, notes and holds works on a draft. Pure."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_text
from dingdan.masterdata.pricing.rules import Destination, cheapest_ways
from dingdan.trade.changes.rules import wishes
from dingdan.trade.changes.rules.cases import Work
from dingdan.trade.changes.rules.lines import NothingIsLeft, tax_anew
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.trade.orders.rules import DoesNotGoThere, Person

LABELED = ("packed",)


class LabelIsOn(Refusal):
    """A shipment lies packed, with the old address on it."""

    sentence = _("A shipment of this order is packed for the old address.")
    remedy = _("Call that shipment off first; it can be planned again at once.")


class EverythingHasLeft(Refusal):
    """The goods are with the carrier or the customer."""

    sentence = _("Everything of this order has left, so nothing can go elsewhere any more.")
    remedy = _("Ask the carrier to redirect the parcel.")


def set_address(work: Work, wish: wishes.SetAddress, at: str) -> None:
    """Another address. Where goods go elsewhere, taxes are those of there. Refuses what has left or is packed."""
    if wish.ship_to is None and wish.bill_to is None:
        raise Invalid(field=at, reason=_("Name an address."))
    if wish.ship_to is not None:
        _send_elsewhere(work, wish.ship_to, at)
    work.bill_to = wish.bill_to or work.bill_to


def _send_elsewhere(work: Work, person: Person, at: str) -> None:
    if set(work.case.parcels) & set(LABELED):
        raise LabelIsOn(field=at)
    if work.case.parcels and not work.sellable:
        raise EverythingHasLeft(field=at)
    before, work.wanted = work.wanted, replace(work.wanted, ship_to=person)
    try:
        _check_goes_there(work, at)
        if _place(person) != _place(before.ship_to):
            tax_anew(work, at)
    except Refusal:
        work.wanted = before
        raise
    work.ship_to = person


def _place(person: Person) -> tuple[str, str]:
    return person.country, person.address.get("country_area", "")


def _check_goes_there(work: Work, at: str) -> None:
    """Refuse an address that the order's shipping method does not go to, where the method is one of the shop's."""
    table = [row for row in work.case.book.shipping.get(work.case.currency, ()) if row.offer.code == work.wanted.shipping_method]
    address = work.wanted.ship_to.address
    there = Destination(work.wanted.ship_to.country, address.get("country_area", ""), address.get("postal_code", ""))
    weight = sum(one.variant.shipped_grams * one.quantity for one in work.sellable if one.variant)
    if table and not cheapest_ways(table, there, weight_grams=weight, amount=sum(one.left for one in work.sellable)):
        every = cheapest_ways(
            work.case.book.shipping[work.case.currency], there, weight_grams=weight, amount=sum(one.left for one in work.sellable)
        )
        choices = ", ".join(every) or str(_("none of the methods goes there"))
        raise DoesNotGoThere(
            field=at, method=work.wanted.shipping_method, country=work.wanted.ship_to.country or "?", choices=choices
        )  # fmt: skip


def set_contact(work: Work, wish: wishes.SetContact, at: str) -> None:
    """Another e-mail address or phone number, on the contact of the goods and of the invoice alike."""
    if wish.email is None and wish.phone is None:
        raise Invalid(field=at, reason=_("Name an e-mail address or a phone number."))
    work.ship_to = _reached(work.ship_to or work.wanted.ship_to, wish)
    work.wanted = replace(work.wanted, ship_to=work.ship_to)
    bill_to = work.bill_to or work.wanted.bill_to
    if bill_to is not None and not work.case.same_bill_to:
        work.bill_to = _reached(bill_to, wish)


def _reached(person: Person, wish: wishes.SetContact) -> Person:
    email = person.email if wish.email is None else wish.email
    return replace(person, email=email, phone=person.phone if wish.phone is None else wish.phone)


def add_note(work: Work, wish: wishes.AddNote, at: str) -> None:
    """A remark."""
    text = clean_text(wish.text, f"{at}.text", 4000, multiline=True)
    work.notes.append(replace(wish, text=text))


def hold_order(work: Work, wish: wishes.HoldOrder, at: str) -> None:
    """Stop the order."""
    reason = clean_text(wish.reason, f"{at}.reason", 200)
    _turn(work, "hold")
    work.hold_reason = reason


def resume_order(work: Work, _wish: wishes.ResumeOrder, _at: str) -> None:
    """Let the order go on."""
    _turn(work, "resume")


def _turn(work: Work, name: str) -> None:
    if work.turn:
        raise Invalid(field="changes", reason=_("An order is either held or resumed, once."))
    ORDER_LIFE.turn(name, work.case.state)
    work.turn = name


def hold_line(work: Work, wish: wishes.HoldLine, at: str) -> None:
    """Stop one line."""
    work.held[_held_line(work, wish.line_id, at, held=False)] = True


def resume_line(work: Work, wish: wishes.ResumeLine, at: str) -> None:
    """Let one line go on."""
    work.held[_held_line(work, wish.line_id, at, held=True)] = False


class NothingToResume(Refusal):
    """The line is not held, or is held already."""

    sentence = _("{name} is {state} already.")
    remedy = _("Nothing is to be done.")


def _held_line(work: Work, line_id: UUID, at: str, *, held: bool) -> UUID:
    draft = work.open_draft(line_id, at)
    assert draft.sold is not None  # noqa: S101 (found by its line)
    if draft.sold.is_held != held:
        raise NothingToResume(field=f"{at}.line_id", name=draft.name, state=_("held") if draft.sold.is_held else _("going on"))
    return line_id


def source_from(work: Work, wish: wishes.SourceFrom, at: str) -> None:
    """Another node for what stock answers of a line, or of all goods that have not left."""
    drafts = [work.open_draft(wish.line_id, at)] if wish.line_id else [one for one in work.sellable if one.sold]
    found = [one.sold.line.id for one in drafts if one.sold and one.sold.line.goods]
    if not found:
        raise NothingIsLeft(field=at)
    work.nodes |= dict.fromkeys(found, wish.node_id)
