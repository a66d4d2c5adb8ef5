"""What tickets, topics and templates must look like to be written down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.kernel.contact import clean_email, clean_phone
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_code, clean_language, clean_text, one_of
from dingdan.trade.tickets.lifecycle import AboutKind, CameBy, Priority
from dingdan.trade.tickets.rules.deadlines import Terms

MOST_TEXT: Final = 20_000
MOST_TITLE: Final = 160
MOST_TAGS: Final = 20
MOST_FILES: Final = 10
"""On one message."""
MOST_FILES_OF_TICKET: Final = 100
MOST_MESSAGES: Final = 1000
MOST_MINUTES: Final = 90 * 24 * 60
RATINGS: Final = range(1, 6)
PLACEHOLDERS: Final = ("customer", "number", "order", "shop", "agent")
_PLACE: Final = re.compile(r"{(\w*)}")


class UnknownTopic(Refusal):
    """The shop has no such topic, or it was retired."""

    status = 422
    sentence = _("There is no topic {topic}.")
    remedy = _("Give one of: {known}.")


class NotStaff(Refusal):
    """Only somebody who works here can look after a ticket."""

    status = 422
    sentence = _("The account {user_id} does not work in this shop.")
    remedy = _("Name an account with a membership that is not suspended.")


class TicketForgotten(Refusal):
    """Everything that was said in the ticket was erased, because somebody asked for it or is gone."""

    sentence = _("What was said in the ticket {number} was erased; nothing more is said there.")
    remedy = _("Open another ticket.")


class TicketMerged(Refusal):
    """What was in the ticket stands in another."""

    sentence = _("The ticket was merged into another one.")
    remedy = _("Go on in the ticket {number}.")


class TimeNotUsable(Refusal):
    """A deadline is out of bounds."""

    status = 422
    sentence = _("“{value}” is not a whole number of minutes from 0 to {most}.")
    remedy = _("Give whole minutes; 0 means that there is no deadline.")


class UnknownPlaceholder(Refusal):
    """A template names something that nobody can fill in."""

    status = 422
    sentence = _("Nothing is known by the name {name} that could be filled in.")
    remedy = _("Use these in braces: {known}.")


class RatingNotUsable(Refusal):
    """Satisfaction goes from 1 to 5."""

    status = 422
    sentence = _("“{value}” is no rating.")
    remedy = _("Give a whole number from 1 (bad) to 5 (good).")


class TooManyTags(Refusal):
    """More tags than anybody reads."""

    status = 422
    sentence = _("A ticket has at most {most} tags.")
    remedy = _("Take some off.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """Who writes, and how to answer. Empty fields are not known."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a ticket is about: an order, a line, a shipment or a return by its id and the number that people know it by.

    `order_id` is the order that it belongs to.
    """

    kind: str
    id: UUID
    number: str
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """A ticket as it shall be opened. What is left out is taken from elsewhere: priority and owner from the topic, contact and
    language from the customer, the title from the beginning of the text."""

    topic: str
    text: str
    came_by: str = CameBy.MAIL.value
    title: str = ""
    about: About | None = None
    customer_id: UUID | None = None
    contact: ContactDraft = ContactDraft()
    priority: str = ""
    owner_id: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDraft:
    """What tickets may be about, with its deadlines in minutes (0: none), measured in working time or around the clock.

    `owner_id` gets new tickets, `escalates_to_id` those whose deadline has passed.
    """

    code: str
    name: str
    answer_minutes: int = 0
    solution_minutes: int = 0
    in_working_time: bool = True
    priority: str = Priority.NORMAL.value
    owner_id: int | None = None
    escalates_to_id: int | None = None

    @property
    def terms(self) -> Terms:
        """How long the answer and the solution may take."""
        return Terms(answer_minutes=self.answer_minutes, solution_minutes=self.solution_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft:
    """An answer to be used again. Names in braces are filled in: `{customer}`, `{number}`, `{order}`, `{shop}`, `{agent}`."""

    code: str
    name: str
    text: str
    language: str = "en"
    topic: str = ""


def _usual(code: str, name: Any, hours: tuple[int, int], priority: str = Priority.NORMAL.value) -> TopicDraft:
    """A topic that every shop has, named in the reader's language, with the hours for the answer and for the solution."""
    return TopicDraft(code=code, name=name, answer_minutes=hours[0] * 60, solution_minutes=hours[1] * 60, priority=priority)


USUAL_TOPICS: Final = (
    _usual("wrong_item", _("Wrong item"), (4, 27), "high"),
    _usual("damaged", _("Damaged"), (4, 27), "high"),
    _usual("missing", _("Part missing"), (4, 27), "high"),
    _usual("late", pgettext_lazy("topic of a ticket", "Late"), (4, 18)),
    _usual("invoice", _("Invoice"), (9, 27)),
    _usual("return", _("Return"), (9, 45)),
    _usual("question", _("General question"), (9, 27)),
    _usual("complaint", _("Complaint"), (2, 18), "high"),
    _usual("other", _("Something else"), (9, 0)),
)
"""What every shop begins with; a day of work has nine hours. A topic of the shop's own with the same code stands in its place."""


def clean_ticket(draft: TicketDraft, *, country: str) -> TicketDraft:
    """The ticket with every text cleaned. Refuses what cannot be, naming the field."""
    text = clean_text(draft.text, "text", MOST_TEXT, multiline=True)
    title = clean_text(draft.title, "title", MOST_TITLE, required=False)
    return replace(
        draft,
        text=text,
        title=title or text.partition("\n")[0][:MOST_TITLE].strip(),
        came_by=one_of(draft.came_by, "came_by", CameBy),
        about=_clean_about(draft.about) if draft.about else None,
        contact=clean_contact(draft.contact, country=country),
        priority=one_of(draft.priority, "priority", Priority) if draft.priority else "",
        language=clean_language(draft.language, "language") if draft.language else "",
    )


def _clean_about(about: About) -> About:
    kind, number = one_of(about.kind, "about.kind", AboutKind), clean_text(about.number, "about.number", 80)
    return replace(about, kind=kind, number=number)


def clean_contact(draft: ContactDraft, *, country: str) -> ContactDraft:
    """How to answer, checked as contacts are everywhere."""
    return ContactDraft(
        name=clean_text(draft.name, "contact.name", 200, required=False),
        email=clean_email(draft.email, "contact.email") if draft.email else "",
        phone=clean_phone(draft.phone, "contact.phone", country=country) if draft.phone else "",
    )


def clean_topic(draft: TopicDraft) -> TopicDraft:
    """The topic with every field cleaned. Refuses what cannot be, naming the field."""
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 80),
        answer_minutes=_minutes(draft.answer_minutes, "answer_minutes"),
        solution_minutes=_minutes(draft.solution_minutes, "solution_minutes"),
        priority=one_of(draft.priority, "priority", Priority),
    )


def _minutes(value: int, field: str) -> int:
    if type(value) is int and 0 <= value <= MOST_MINUTES:
        return value
    raise TimeNotUsable(field=field, value=str(value)[:40], most=MOST_MINUTES)


def clean_template(draft: TemplateDraft) -> TemplateDraft:
    """The template with every field cleaned. Refuses what cannot be, and placeholders that nobody can fill."""
    text = clean_text(draft.text, "text", MOST_TEXT, multiline=True)
    for name in _PLACE.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise UnknownPlaceholder(field="text", name=f"{{{name[:40]}}}", known=known)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 120),
        text=text,
        language=clean_language(draft.language, "language"),
    )


def filled(text: str, facts: Mapping[str, str]) -> str:
    """A template with what is known put in, once: braces in a customer's name stay braces."""
    return _PLACE.sub(lambda found: facts.get(found[1], found[0]), text)


def clean_rating(value: int) -> int:
    """A rating from 1 to 5."""
    if type(value) is int and value in RATINGS:
        return value
    raise RatingNotUsable(field="rating", value=str(value)[:40])


def clean_tags(add: Iterable[str], remove: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags to put on and to take off, each once. Refuses none at all."""
    added = tuple(dict.fromkeys(clean_text(tag, "add", 40) for tag in add))
    removed = tuple(dict.fromkeys(clean_text(tag, "remove", 40) for tag in remove))
    if not added and not removed:
        raise Invalid(field="add", reason=_("Name a tag to add or to remove."))
    return added, removed
