"""What the page to pay on says, written out for its reader."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import get_language

from dingdan.automation import paying
from dingdan.automation.imprint import imprint
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.automation.own_pages import order_page
from dingdan.automation.paying import Bill, Offer
from dingdan.automation.words import ACCOUNT, named_method
from dingdan.insight.shopfront.fronts import front_in_scope
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.masterdata.rates.queries import presented_at, rates_at
from dingdan.masterdata.rates.rules import reachable
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.web.storefront.addresses import Addresses
from dingdan.web.storefront.looks import look_of

LANGUAGE_NAMES: Final = {"en": "English", "zh-hant": "繁體", "zh-hans": "简体"}
TAGS: Final = {"en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
_QUIET: Final = ("left", "closed", "superseded", "expired")
"""Errors that say no more than that the payer went another way."""


def known_id(text: str) -> UUID | None:
    """The id in a form; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def context_of(bill: Bill, *, trouble: str = "", present: str = "") -> dict[str, Any]:
    """Everything that the page shows of a bill; what is due also in the currency that its reader chose."""
    order, tenant, profile = bill.order, tenant_in_scope(), profile_in_force()
    locale = reader_locale(TAGS.get(get_language() or "en", "en"), order.bill_to.country or order.ship_to.country)
    begun = payments.checkouts_of(bill.document)
    waiting = next((one for one in begun if one.state in OUT), None) if bill.standing == "due" else None
    failed = begun[0] if begun and begun[0].state == "declined" and begun[0].error not in _QUIET else None

    def money(amount: int) -> str:
        return Money(amount, order.currency).format(locale)

    return {
        "language": TAGS.get(get_language() or "en", "en"),
        "shop": shop_name(tenant),
        "imprint": imprint(profile, locale) if profile else [],
        "bill": bill,
        "order": order,
        "due": money(bill.due),
        "total": money(bill.owed.amount),
        "paid": money(bill.owed.allocated - bill.owed.refunded) if bill.owed.allocated else "",
        "lines": [(line, money(line.total)) for line in paying.lines_of(bill, language=TAGS.get(get_language() or "en", "en"))],
        "trouble": trouble,
        "failed": failed if bill.standing == "due" and not waiting and not trouble else None,
        "waiting": _waiting(waiting, locale, money(waiting.amount)) if waiting else None,
        "has_changed": bool(waiting and waiting.amount != bill.due),
        "offers": _offers(bill, money) if bill.standing == "due" and not waiting else [],
        "receipts": _receipts(bill, money, locale) if bill.standing in ("paid", "held") else [],
        "order_url": order_page(order, at=clock.now(), language=get_language() or ""),
        "key": str(new_id()),
        **_presented(bill, present, locale),
        **dressed(get_language() or "en"),
    }


def dressed(language: str) -> dict[str, Any]:
    """The look of the shop whose pages these are, and the way to it; nothing where it is not open."""
    front = front_in_scope()
    if front is None:
        return {}
    to, look = Addresses(front.slug, language), look_of(front)
    logo = {"logo": to.logo(front.logo.digest), "logo_alt": front.logo.alt} if front.logo else {}
    return {
        "theme": f"{to.theme}?v={look}", "symbol": f"{to.symbol}?v={look}", "home": to.home, "initial": front.title[:1], **logo,
    }  # fmt: skip


def _presented(bill: Bill, wanted: str, locale: str) -> dict[str, Any]:
    """In which currencies the amount can be shown, and what it is in the one that was chosen. It is charged in its own."""
    if bill.standing != "due":
        return {}
    rates, due = rates_at(clock.now()), Money(bill.due, bill.order.currency)
    names = Locale.parse(locale, sep="-").currencies
    found = presented_at(rates, due, wanted)
    return {
        "currencies": [(code, names.get(code, code)) for code in reachable(rates, due.currency)],
        "present": found.money.currency if found else "",
        "about": found.money.format(locale) if found else "",
        "rate": f"1 {due.currency} = {format(found.rate, 'f')} {found.money.currency}" if found else "",
        "rate_from": " · ".join(
            filter(None, (found.source, format_skeleton("yMMMd", found.valid_on, locale=Locale.parse(locale, sep="-"))))
        )
        if found
        else "",
    }


def _offers(bill: Bill, money: Any) -> list[dict[str, Any]]:
    language = TAGS.get(get_language() or "en", "en")
    return [
        {
            "code": one.terms.code,
            "icon": f"storefront/icons/{one.icon}.svg",
            "name": one.terms.named(language),
            "told": one.terms.told(language),
            "more": _more(one, money),
            "total": money(bill.due + one.more) if one.more else "",
            "keeps": one.keeps,
            "bank": [(ACCOUNT[name], text) for name, text in one.bank.items()],
        }
        for one in paying.offers_for(bill)
    ]


def _more(offer: Offer, money: Any) -> str:
    return ("+" if offer.more > 0 else "") + money(offer.more) if offer.more else ""


def _name_of(gateway: str) -> str:
    """What the shop calls a gateway, else what the firm calls itself."""
    return named_method(gateway, TAGS.get(get_language() or "en", "en"))


def _waiting(one: payments.CheckoutView, locale: str, amount: str) -> dict[str, Any]:
    """What the payer is to do, as the page draws it."""
    prompt, form = one.prompt, {}
    if prompt and prompt.kind == PromptKind.FORM:
        form = json.loads(prompt.content)
    moment = one.expires_at.astimezone(clock_zone())
    until = format_skeleton("Hm", moment, tzinfo=clock_zone(), locale=Locale.parse(locale, sep="-"))
    return {
        "attempt": str(one.attempt_id),
        "name": _name_of(one.gateway),
        "amount": amount,
        "until": until,
        "kind": str(prompt.kind) if prompt else "",
        "url": prompt.content if prompt and prompt.kind == PromptKind.REDIRECT else "",
        "qr": segno.make(prompt.content, micro=False).svg_inline(scale=6, border=3, dark="#000", light="#fff", omitsize=True)
        if prompt and prompt.kind == PromptKind.QR
        else "",
        "qr_url": prompt.content if prompt and prompt.kind == PromptKind.QR and "://" in prompt.content else "",
        "form": form,
    }


def clock_zone() -> Any:
    """The clock of the shop."""
    return ZoneInfo(tenant_in_scope().time_zone)


def _receipts(bill: Bill, money: Any, locale: str) -> list[dict[str, str]]:
    found = payments.payments_of("order", [bill.order.id]).get(bill.order.id, [])
    there = Locale.parse(locale, sep="-")
    return [
        {
            "method": one.means or _name_of(one.gateway),
            "amount": money(sum(share.amount or share.held for share in one.shares)),
            "on": format_skeleton("yMMMd", one.captured_at or one.requested_at, tzinfo=clock_zone(), locale=there),
        }
        for one in found
        if any(share.amount or share.held for share in one.shares)
    ]
