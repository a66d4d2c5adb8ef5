"""Short messages to be looked at and tried: of the newest order that fits, or of a sample. Nothing is queued for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from babel import Locale
from babel.dates import format_date
from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.commands import try_wording
from dingdan.automation.lifecycle import Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.automation.pushing import tried_on_devices
from dingdan.automation.short_texts import drafted, short_names
from dingdan.kernel.contact import clean_phone
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.text import clean_text
from dingdan.masterdata.messengers.ports import Message, Outcome, messengers
from dingdan.masterdata.messengers.queries import credentials
from dingdan.masterdata.wording.rules import KINDS, SHORTS, WordingDraft, clean_wording, said_short, sample_values, usable
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import devices_of

SAMPLE_PAGE = "https://shop.example/o/1042"


class NoMessenger(Refusal):
    """The shop has no account for it."""

    status = 422
    sentence = gettext_lazy("The shop has no account in use by which it could be sent.")
    remedy = gettext_lazy("Write one down under Shop → Accounts for messages.")


class NotTaken(Refusal):
    """The firm, or the push service, did not take the test."""

    status = 502
    sentence = gettext_lazy("The firm did not take the test: {fault}.")
    remedy = gettext_lazy("Check to whom it goes, and the account under Shop → Accounts for messages.")


class NobodyListens(Refusal):
    """There is no device to try it on."""

    status = 422
    sentence = gettext_lazy("No device wants to be told of the order {number}.")
    remedy = gettext_lazy("Order something yourself, press “Tell me on this device” on its page, and give its number.")


def shown_short(draft: WordingDraft) -> tuple[Message, Notice | None]:
    """What a wording that may be kept or not says of the last order that was told of its kind, or of a sample. Of one level of
    reminders it is always a sample. Raises the refusals of `save_wording`."""
    notice = None if draft.level else _newest(draft.kind, draft.language)
    if notice is not None:
        try:
            return drafted(notice, draft), notice
        except ObjectDoesNotExist:  # what the notice was about is gone; a sample says as much
            pass
    return sample_short(draft), None


def _newest(kind: str, language: str) -> Notice | None:
    found = Notice.objects.filter(kind=kind, language=language, order__isnull=False)
    return found.select_related("order").order_by("-queued_at", "-id").first()


def sample_short(draft: WordingDraft) -> Message:
    """A message about an order that never was, in the words of a draft."""
    kind, names = KINDS[draft.kind], sample_names(draft)
    with translation.override(draft.language.lower()):
        said = said_short(draft, draft.way, names)
        title = said.title or str(SHORTS[kind.code].title)
    return Message(to="", said=said.text, key="", number=names["order"]["number"], status=title, url=names["order"]["page"])


def sample_names(draft: WordingDraft) -> dict[str, Any]:
    """What may be called, with what it says in the sample."""
    tenant = tenant_in_scope()
    locale = reader_locale(draft.language, tenant.country)

    def money(amount: int) -> str:
        return Money(amount, tenant.currency).format(locale)

    def day(on: date) -> str:
        return format_date(on, "long", locale=Locale.parse(locale, sep="-"))

    with translation.override(draft.language.lower()):
        kind = KINDS[draft.kind]
        names = sample_values(kind, usable(kind), money=money, day=day)
    if draft.level:
        names["reminder"] |= {"level": str(draft.level), "is_first": draft.level == 1}
    return short_names({**names, "shop": {**names["shop"], "name": shop_name(tenant)}})


def send_short_trial(call: Call, wording: WordingDraft, *, to: str) -> None:
    """Send a test of a short wording, once per key: to a number, to a name that an app knows somebody by, or to the devices that
    are told of the order of a number.

    Raises the refusals of `save_wording`, `TriedTooOften`, `NoMessenger`, `NobodyListens`, and `NotTaken` where the firm does not
    take it.
    """
    draft = clean_wording(wording)
    way, message = draft.way, shown_short(draft)[0]
    title, said = (str(_("[Test] {subject}")).format(subject=text) for text in (message.status, message.said))
    key = str(uuid5(NAMESPACE_URL, f"{call.tenant_id}:{call.key}"))
    message = replace(message, said=said, status=title, key=key, to=_target(way, to))
    was_done = JournalEntry.objects.filter(key=call.key, event__isnull=False).exists()
    if way == Way.PUSH:
        order = Order.objects.filter(number=message.to).first()
        devices = devices_of(order.id) if order else []
        if not devices:
            raise NobodyListens(field="to", number=message.to)
        try_wording(call, kind=draft.kind)
        error = "" if was_done else tried_on_devices(devices, message)
    else:
        account = credentials(way)
        if account is None or account.firm not in messengers:
            raise NoMessenger(field="to")
        try_wording(call, kind=draft.kind)
        reply = None if was_done else messengers[account.firm].send(account, message)
        error = reply.error or reply.outcome if reply and reply.outcome != Outcome.ACCEPTED else ""
    if error:
        raise NotTaken(field="to", fault=error)


def _target(way: str, to: str) -> str:
    if way == Way.SMS:
        return clean_phone(to, "to", country=tenant_in_scope().country)
    return clean_text(to, "to", 200)
