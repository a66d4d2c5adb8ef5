"""Mails to be looked at: of the newest thing that fits, or of a sample. Nothing is queued for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dingdan.automation.imprint import imprint
from dingdan.automation.letters import Fact, Item, Letter, Note, Recipient
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.looks import look_of
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of, reader_locale, shop_name
from dingdan.automation.wordings import word
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.masterdata.wording.lifecycle import MAIL
from dingdan.masterdata.wording.rules import KINDS, Kind, WordingDraft, sample_values, starting, starting_short

_FACTS: Final[Mapping[str, Promise]] = {
    "order.number": gettext_lazy("Order"),
    "order.date": gettext_lazy("Date"),
    "order.payment_method": gettext_lazy("Payment"),
    "payment.method": gettext_lazy("Payment"),
    "order.shipping_method": gettext_lazy("Shipping"),
    "order.promised_on": gettext_lazy("To be sent by"),
    "shipment.number": gettext_lazy("Shipment"),
    "shipment.sent_on": gettext_lazy("Sent on"),
    "shipment.arrived_on": gettext_lazy("Arrived on"),
    "shipment.carrier": gettext_lazy("Carrier"),
    "shipment.tracking_number": gettext_lazy("Tracking number"),
    "return.number": gettext_lazy("Return"),
    "return.due_back_on": gettext_lazy("Due back"),
    "invoice.number": gettext_lazy("Invoice"),
    "invoice.issued_on": gettext_lazy("Issued on"),
    "invoice.due_on": gettext_lazy("Due on"),
    "card.amount": gettext_lazy("On the card"),
    "card.last_day": gettext_lazy("To be used by"),
    "card.from": pgettext_lazy("gift card", "From"),
    "ticket.number": gettext_lazy("Your message"),
    "ticket.about": gettext_lazy("About"),
}
_BUTTONS: Final[Mapping[str, tuple[Promise, str]]] = {
    "account_sign_in": (gettext_lazy("Sign in"), ""),
    "account_move": (gettext_lazy("Use this address"), ""),
    "account_changed": (gettext_lazy("My account"), ""),
    "back_in_stock": (gettext_lazy("To the article"), "article.page"),
    "order_link": (gettext_lazy("Look at your order"), "order.page"),
    "shipped": (gettext_lazy("Follow the parcel"), "shipment.tracking_url"),
    "ticket_solved": (gettext_lazy("Say how it went"), "ticket.page"),
    "ticket_opened": (gettext_lazy("Write to us"), "ticket.page"),
    "ticket_answered": (gettext_lazy("Write to us"), "ticket.page"),
}


def program_wording(kind: str, language: str, way: str = MAIL, level: int = 0) -> WordingDraft:
    """The program's own wording, as one that a shop may go on from."""
    with translation.override(language.lower()):
        texts = starting(KINDS[kind]) if way == MAIL else starting_short(kind, way)
    return WordingDraft(kind=kind, language=language, way=way, level=level, **texts)


def newest(kind: str, language: str) -> Notice | None:
    """The last mail of a kind in a language."""
    return Notice.objects.filter(kind=kind, language=language).order_by("-queued_at", "-id").first()


def shown_letter(draft: WordingDraft) -> tuple[Letter, Notice | None]:
    """What a wording that may be kept or not says of the last mail of its kind, or of a sample where there is none.

    Raises the refusals of `save_wording`. Codes that are worth money are not shown.
    """
    notice = None if draft.level else newest(draft.kind, draft.language)
    try:
        letter = letter_of(notice, to_staff=True, wording=draft) if notice else None
    except ObjectDoesNotExist:  # what the mail was about is gone; a sample says as much
        letter = None
    return (letter, notice) if letter else (sample_letter(draft.kind, draft.language, draft=draft), None)


def sample_letter(kind: str, language: str, *, draft: WordingDraft | None = None) -> Letter:
    """A mail about things that never were, in the shop's look: in the words of a draft, else in those of the program."""
    tenant, of = tenant_in_scope(), KINDS[kind]
    locale, profile = reader_locale(language, tenant.country), profile_in_force()

    def money(amount: int) -> str:
        return Money(amount, tenant.currency).format(locale)

    def day(on: date) -> str:
        return format_date(on, "long", locale=Locale.parse(locale, sep="-"))

    with translation.override(language.lower()):
        names = sample_values(of, money=money, day=day)
        to = Recipient(str(names["customer"]["name"]), "ann@example.com")
        name = shop_name(tenant)
        letter = Letter(to, name, language, look=look_of(name), is_about_order=of.is_about_order)
        letter.names = {**names, "shop": {**names["shop"], "name": name}}
        if draft is not None and draft.level:
            letter.names["reminder"] |= {"level": str(draft.level), "is_first": draft.level == 1}
        if kind.startswith("account_"):
            letter.why = _("You get this mail because this address was given at {shop}.").format(shop=name)
        if kind == NoticeKind.BACK_IN_STOCK:
            letter.why = _("You get this mail, once, because you asked {shop} to tell you.").format(shop=name)
        _fill(letter, of, money=money)
        if profile is not None:
            letter.imprint, letter.reply_to = imprint(profile, locale), profile.email
        word(letter, kind, draft or program_wording(kind, language))
    return letter


def _fill(letter: Letter, of: Kind, *, money: Any) -> None:
    """The program's blocks with sample values, as far as the kind has them."""
    said = {one.path: _value(letter.names, one.path) for one in of.names}
    letter.facts += [Fact(str(label), said[path]) for path, label in _FACTS.items() if path in said and "facts" in of.blocks]
    label, path = _BUTTONS.get(of.code, (gettext_lazy("Pay now"), "pay.url"))
    if "button" in of.blocks:
        letter.button = Fact(str(label), "", said.get(path) or "https://shop.example/1042")
    if "notes" in of.blocks:
        letter.paragraphs.append(Note(_note(of, money)))
    if "order_lines" in of.blocks:
        letter.items += [
            Item(str(one["name"]), one["sku"], one["quantity"], one["amount"] if "totals" in of.blocks else "")
            for one in letter.names["lines"]
        ]
    if "totals" in of.blocks:
        parts = [(_("Goods"), 4550), (pgettext("money", "Shipping"), 495)] if "order_lines" in of.blocks else []
        letter.totals += [Fact(label, money(amount)) for label, amount in parts]
        letter.totals.append(Fact(_("Total"), money(5045), is_strong=True))
    if "addresses" in of.blocks:
        letter.addresses.append(
            (_("Shipping address"), [letter.recipient.name, pgettext("sample", "1 High Street, London N1 9GU")])
        )


def _note(of: Kind, money: Any) -> str:
    if of.code.startswith("account_"):
        return _("If you did not ask for it, leave it: nothing happens without it.")
    if not of.is_about_order:
        return pgettext("sample", "The handle of the mug is broken. Can you send me another one?")
    if of.code == "shipped":
        return _("The rest of the order follows in another shipment.")
    if of.code == "gift_card":
        return pgettext("sample", "Happy birthday!")
    if of.code == "payment_received":
        return _("The order is paid in full. Thank you.")
    if of.code == "order_canceled":
        return _("What you have paid too much, {amount}, goes back to you.").format(amount=money(5045))
    text = _("Please transfer {amount} and give {number} as the reference. The goods leave when the money has arrived.")
    return text.format(amount=money(5045), number="1042")


def _value(names: Mapping[str, Any], path: str) -> str:
    found: Any = names
    for name in path.split("."):
        found = found[name]
    return str(found)
