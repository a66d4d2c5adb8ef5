"""What is said where there is room for a sentence: by SMS, in LINE, in WeChat, on a device. The program's words, and the room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.wording.rules.formatting import values_in
from dingdan.masterdata.wording.rules.kinds import Kind, Lines, Name, Text
from dingdan.masterdata.wording.rules.language import written
from dingdan.masterdata.wording.rules.measuring import parts_of


class TooLongForWay(Refusal):
    """It says more than fits."""

    status = 422
    sentence = _("This comes to {length} letters; there is room for {most}.")
    remedy = _("Say less. Values in it may be longer than those of the sample.")


class BilledTooOften(Refusal):
    """It would be billed as many messages."""

    status = 422
    sentence = _("This comes to {count} messages; {most} are the most.")
    remedy = _("Say less, or leave out letters that phones do not have in their alphabet.")


class NothingSaid(Refusal):
    """Where the mail lacks something, nothing would be said at all."""

    status = 422
    sentence = _("Nothing is said where what it names is missing.")
    remedy = _("Say something in any case, for instance with the filter “default”.")


@dataclass(frozen=True, slots=True)
class Room:
    """What a way has room for: letters of a title and of a text (0: it has none), and messages as they are billed.

    Where it `is_linked`, the way to the order's page is put behind the text, unless that says it itself.
    """

    title: int = 0
    text: int = 0
    messages: int = 0
    is_linked: bool = False


ROOMS: Final[Mapping[str, Room]] = {
    "sms": Room(text=1000, messages=6, is_linked=True),
    "line": Room(text=1000, is_linked=True),
    "wechat": Room(title=20),
    "push": Room(title=60, text=300),
}
"""By way. WeChat takes no sentences, but what became of the order in a word or two."""

LONGEST_NAME: Final = 24
"""So much of the shop's name fits beside the rest."""


@dataclass(frozen=True, slots=True)
class Short:
    """What the program says of a kind: where the order stands, in a word or two and in a sentence."""

    title: Any
    words: Any


SHORTS: Final[Mapping[str, Short]] = {
    "order_confirmed": Short(pgettext_lazy("of an order", "Received"), _("{shop}: we have your order {number}.")),
    "payment_received": Short(pgettext_lazy("of an order", "Paid"), _("{shop}: your payment for order {number} has arrived.")),
    "shipped": Short(pgettext_lazy("of an order", "On its way"), _("{shop}: order {number} is on its way.")),
    "delivered": Short(pgettext_lazy("of an order", "Arrived"), _("{shop}: order {number} has arrived.")),
    "refunded": Short(pgettext_lazy("of an order", "Refunded"), _("{shop}: money for order {number} goes back to you.")),
    "order_canceled": Short(pgettext_lazy("of an order", "Canceled"), _("{shop}: order {number}, or a part of it, is canceled.")),
    "payment_reminder": Short(pgettext_lazy("of an order", "Overdue"), _("{shop}: order {number} is not paid yet, and overdue.")),
}
"""The kinds that may go by a short message. Of the others a mail says more than fits."""


class Said(NamedTuple):
    """What is said where there is little room; empty what the way has no room for."""

    title: str
    text: str


def usable(kind: Kind) -> tuple[Name, ...]:
    """What a short text may call by name: all but the lines."""
    return tuple(one for one in kind.all_names if not isinstance(one.sample, Lines))


def starting_short(kind: str, way: str) -> dict[str, str]:
    """The program's own words by field, in the active language: what an editor begins with."""
    short, room = SHORTS[kind], ROOMS[way]
    text = Text(short.words, {"shop": "shop.name", "number": "order.number"}).template
    return {"subject": str(short.title) if room.title else "", "body": text if room.text else ""}


def said_short(wording: Any, way: str, values: Mapping[str, Any]) -> Said:
    """What a wording (anything with a subject and a body) says with these values. Raises the refusals of `save_wording`."""
    room = ROOMS[way]
    title = " ".join(values_in(written(wording.subject, "subject", values)).split()) if room.title else ""
    text = _lines(values_in(written(wording.body, "body", values))) if room.text else ""
    for field, said, most in (("subject", title, room.title), ("body", text, room.text)):
        if most and not said:
            raise NothingSaid(field=field)
        if len(said) > most:
            raise TooLongForWay(field=field, length=len(said), most=most)
    page = values.get("order", {}).get("page") or ""
    if room.messages and (count := parts_of(linked(text, page))) > room.messages:
        raise BilledTooOften(field="body", count=count, most=room.messages)
    return Said(title, text)


def linked(text: str, url: str) -> str:
    """A text with the way to the order's page, which stands behind it unless it says it itself."""
    return text if not url or url in text else f"{text} {url}".strip()


def _lines(said: str) -> str:
    """The text, line by line, without blanks that nobody sees."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in said.split("\n"))).strip()
