"""Answers to be used again."""

from __future__ import annotations

import pytest

from dingdan.kernel.ids import new_id
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import save_template
from dingdan.trade.tickets.models import AnswerTemplate
from dingdan.trade.tickets.rules import About, TemplateDraft, UnknownPlaceholder, UnknownTopic
from tests.conftest import Shop
from tests.trade.tickets.desk import nothing_changes, opened, row

SORRY = TemplateDraft(code="sorry", name="Sorry", text="Dear {customer}, sorry about {order}. {agent}, {shop}", topic="damaged")


def test_it_works(shop: Shop) -> None:
    assert save_template(shop.call(), template=SORRY).created
    told = opened(shop, about=About(kind="order", id=new_id(), number="1001"))
    text = queries.written_out(AnswerTemplate.objects.get(), row(told), agent="Amy")
    assert text == "Dear Ann Lee, sorry about 1001. Amy, A shop"


def test_those_for_the_topic_and_the_language_come_first(shop: Shop) -> None:
    for draft in (
        TemplateDraft(code="a", name="A", text="a"),
        TemplateDraft(code="b", name="乙", text="乙", language="zh-Hant"),
        SORRY,
    ):
        save_template(shop.call(), template=draft)
    assert [one.code for one in queries.templates(topic="damaged", language="zh-Hant")] == ["sorry", "b", "a"]


def test_what_cannot_be_filled_in_is_refused(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(UnknownPlaceholder):
        save_template(shop.call(), template=TemplateDraft(code="x", name="x", text="{password}"))
    with nothing_changes(shop), pytest.raises(UnknownTopic):
        save_template(shop.call(), template=TemplateDraft(code="x", name="x", text="x", topic="weather"))
