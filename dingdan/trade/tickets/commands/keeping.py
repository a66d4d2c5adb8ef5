"""The registers that tickets go by: topics, templates for answers, hours of work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.events import (
    AnswerTemplateRetired,
    AnswerTemplateSaved,
    TopicRetired,
    TopicSaved,
    WorkingHoursSaved,
)
from dingdan.trade.tickets.models import AnswerTemplate, Topic, WorkingHours
from dingdan.trade.tickets.rules import HoursDraft, TemplateDraft, TopicDraft, clean_template, clean_topic, week_of

key_of("topic_code_is_unique", field="code", what="topic")
key_of("answer_template_code_is_unique", field="code", what="template")


class LastTopic(Refusal):
    """A ticket needs a topic."""

    sentence = _("This is the last topic: no ticket could be opened any more.")
    remedy = _("Save another topic first.")


@command
def save_topic(entry: Entry, *, topic: TopicDraft) -> TopicSaved:
    """Write a topic down, or change it: one that every shop has, or one of the shop's own. A retired one is used again.

    Tickets that are open keep their deadlines. Refuses texts, times and priorities that cannot be, and `NotStaff`.
    """
    draft = clean_topic(topic)
    for name in ("owner_id", "escalates_to_id"):
        if (user_id := getattr(draft, name)) is not None:
            queries.working_owner(user_id, name)
    row = Topic.objects.select_for_update(no_key=True).filter(code=draft.code).first()
    saved = put(entry, row, asdict(draft) | {"state": "active"}, model=Topic)
    return TopicSaved(topic=draft.code, created=saved.created, changes=saved.changes)


@command
def retire_topic(entry: Entry, *, topic: str) -> TopicRetired:
    """Let no new ticket have a topic. Refuses one that is not there (404), one that was retired (`UnknownTopic`), `LastTopic`."""
    draft = queries.topic(queries.topic_by_code(topic).code)
    if len(queries.topics()) == 1:
        raise LastTopic(field="topic")
    row = Topic.objects.select_for_update(no_key=True).filter(code=draft.code).first()
    put(entry, row, asdict(draft) | {"name": str(draft.name), "state": "retired"}, model=Topic)
    return TopicRetired(topic=draft.code)


@command
def save_template(entry: Entry, *, template: TemplateDraft) -> AnswerTemplateSaved:
    """Write a template for answers down, or change it; its code says which. A retired one is offered again.

    Refuses texts that cannot be, placeholders that nobody can fill (`UnknownPlaceholder`), and `UnknownTopic`.
    """
    draft = clean_template(template)
    if draft.topic:
        queries.topic(draft.topic)
    row = AnswerTemplate.objects.select_for_update(no_key=True).filter(code=draft.code).first()
    saved = put(entry, row, asdict(draft) | {"state": "active"}, model=AnswerTemplate)
    return AnswerTemplateSaved(template_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_template(entry: Entry, *, template_id: UUID) -> AnswerTemplateRetired:
    """Offer a template for answers no more. Doing it again changes nothing."""
    row = locked(entry, AnswerTemplate, template_id)
    put(entry, row, {"state": "retired"}, model=AnswerTemplate)
    return AnswerTemplateRetired(template_id=template_id)


@command
def save_working_hours(entry: Entry, *, hours: HoursDraft) -> WorkingHoursSaved:
    """Say when the shop works on tickets: hours of each weekday, days off, and days on that make up for them.

    Deadlines that were set stay. Refuses `HoursNotUsable`, `WeekTooShort` and `TooManyDays`.
    """
    before, week = queries.hours_as_they_are(), week_of(hours)
    row = WorkingHours.objects.select_for_update(no_key=True).filter(id=entry.tenant_id).first()
    values: dict[str, Any] = {
        "week": [[[span.opens, span.closes] for span in spans] for spans in week],
        "days_off": sorted(set(hours.days_off)),
        "days_on": sorted(set(hours.days_on)),
    }
    if row is None:
        WorkingHours.objects.create(id=entry.tenant_id, **values)
    else:
        WorkingHours.objects.filter(id=row.id).update(**values)
    entry.about("shop", entry.tenant_id)
    return WorkingHoursSaved(changes=changes(asdict(before), asdict(queries.hours_as_they_are())))
