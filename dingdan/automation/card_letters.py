"""The mail that brings a gift card: to whoever it is for, who need not be whoever bought it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dingdan.automation.imprint import imprint
from dingdan.automation.letters import Fact, Letter, Note, Recipient
from dingdan.automation.looks import look_of
from dingdan.automation.models import Notice
from dingdan.automation.notices import reader_locale, recipient, shop_name
from dingdan.kernel.journal import decode
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.money import Money
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.events import GiftCardReplaced
from dingdan.ledgers.payments.models import GiftCard
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.trade.orders.models import Contact, Order, OrderLine


def letter_of_card(notice: Notice, order: Order, *, to_staff: bool = False) -> Letter | None:
    """The letter with the code of a card; None when the code is kept no longer, or whoever it is for was forgotten.

    Staff sees no more of the code than its end.
    """
    card = payments.card(card_of(notice))
    code = f"… {card.last4}" if to_staff else payments.code_of(card.id)
    gift_to = _gift_to(card)
    to = Recipient(gift_to.name, gift_to.email) if gift_to else recipient(order)
    if not code or to is None or not to.email:
        return None
    tenant = Tenant.objects.get(id=notice.tenant_id)
    locale = reader_locale(notice.language, order.bill_to.country or order.ship_to.country)
    name = shop_name(tenant)
    letter = Letter(to, name, notice.language, look=look_of(name, channel_id=order.channel_id))
    with translation.override(notice.language.lower()):
        _write(letter, card, code, locale=locale, day=_last_day(card, tenant, locale))
        letter.names["card"]["from"] = order.bill_to.name or None if gift_to is not None else None
        if gift_to is not None and order.bill_to.name:
            letter.facts.append(Fact(pgettext("gift card", "From"), order.bill_to.name))
        letter.paragraphs += [Note(line) for line in (gift_to.message if gift_to else "").split("\n") if line.strip()]
        if gift_to is None:
            letter.facts.append(Fact(_("Order"), order.number))
        profile = profile_in_force()
        if profile is not None:
            letter.imprint, letter.reply_to = imprint(profile, locale), profile.email
    return letter


def card_of(notice: Notice) -> UUID:
    """The card that a notice is about: the one that was issued, or the one that an entry gave another code."""
    entry = JournalEntry.objects.filter(id=notice.about_id, event_kind=GiftCardReplaced.__name__).first()
    event = decode(GiftCardReplaced.__name__, entry.event) if entry else None
    return event.gift_card_id if isinstance(event, GiftCardReplaced) else notice.about_id


def _gift_to(card: GiftCard) -> Contact | None:
    """Whom the buyer named, if anybody was."""
    line = OrderLine.objects.select_related("gift_to").filter(id=card.line_id).first() if card.line_id else None
    return line.gift_to if line else None


def _last_day(card: GiftCard, tenant: Tenant, locale: str) -> str:
    if card.expires_at is None:
        return ""
    day = card.expires_at.astimezone(ZoneInfo(tenant.time_zone)).date()
    return format_date(day, "long", locale=Locale.parse(locale, sep="-"))


def _write(letter: Letter, card: GiftCard, code: str, *, locale: str, day: str) -> None:
    amount = Money(card.payable.due, card.payable.currency).format(locale)
    letter.names["card"] = {"amount": amount, "last_day": day or None}
    letter.subject = _("Your gift card over {amount} for {shop}").format(amount=amount, shop=letter.shop)
    letter.heading = _("A gift card for you")
    letter.paragraphs.append(_("With this code you can pay at {shop}, all at once or bit by bit.").format(shop=letter.shop))
    letter.facts += [Fact(_("Code"), code, is_strong=True), Fact(_("On the card"), amount)]
    if day:
        letter.facts.append(Fact(_("To be used by"), day))
