"""What tickets, topics and templates must look like."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.contact import EmailNotUsable, PhoneNotUsable
from dingdan.kernel.errors import Invalid
from dingdan.kernel.text import BrokenText, TextMissing, TextTooLong, UnknownChoice
from dingdan.trade.tickets.rules import (
    MOST_TEXT,
    USUAL_TOPICS,
    About,
    ContactDraft,
    RatingNotUsable,
    TemplateDraft,
    TicketDraft,
    TimeNotUsable,
    TopicDraft,
    UnknownPlaceholder,
    clean_rating,
    clean_tags,
    clean_template,
    clean_ticket,
    clean_topic,
    filled,
)

SOME_ID = UUID(int=1)


def test_a_ticket_is_cleaned_and_gets_its_title_from_its_text() -> None:
    draft = clean_ticket(TicketDraft(topic="late", text=" 我的訂單還沒到。\r\n請幫我查一下。 "), country="TW")
    assert draft.text == "我的訂單還沒到。\n請幫我查一下。"
    assert draft.title == "我的訂單還沒到。"


def test_a_phone_is_read_as_of_the_shops_country() -> None:
    draft = clean_ticket(TicketDraft(topic="late", text="x", contact=ContactDraft(phone="0912 345 678")), country="TW")
    assert draft.contact.phone == "+886912345678"


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"text": "  "}, TextMissing, "text"),
        ({"text": "長" * (MOST_TEXT + 1)}, TextTooLong, "text"),
        ({"text": "a\u202eb"}, BrokenText, "text"),
        ({"title": "two\nlines"}, BrokenText, "title"),
        ({"came_by": "pigeon"}, UnknownChoice, "came_by"),
        ({"priority": "now"}, UnknownChoice, "priority"),
        ({"contact": ContactDraft(email="ann")}, EmailNotUsable, "contact.email"),
        ({"contact": ContactDraft(phone="12")}, PhoneNotUsable, "contact.phone"),
        ({"about": About(kind="invoice", id=SOME_ID, number="1")}, UnknownChoice, "about.kind"),
        ({"about": About(kind="order", id=SOME_ID, number="")}, TextMissing, "about.number"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], refusal: type[Exception], field: str) -> None:
    draft = TicketDraft(**({"topic": "late", "text": "Where is it?"} | changes))  # type: ignore[arg-type]
    with pytest.raises(refusal) as refused:
        clean_ticket(draft, country="GB")
    assert refused.value.field == field  # type: ignore[attr-defined]


@pytest.mark.parametrize("minutes", [-1, 129_601, True, "5"])
def test_a_deadline_is_a_number_of_minutes(minutes: object) -> None:
    with pytest.raises(TimeNotUsable):
        clean_topic(TopicDraft(code="late", name="Late", answer_minutes=minutes))  # type: ignore[arg-type]


def test_the_usual_topics_are_such_as_a_shop_could_write_down() -> None:
    codes = [topic.code for topic in USUAL_TOPICS]
    assert codes == ["wrong_item", "damaged", "missing", "late", "invoice", "return", "question", "complaint", "other"]
    for topic in USUAL_TOPICS:
        assert clean_topic(TopicDraft(code=topic.code, name=str(topic.name))).code == topic.code


def test_a_template_is_filled_in_once() -> None:
    text = clean_template(
        TemplateDraft(code="sorry", name="Sorry", text="{customer}, about {number} ({order}): {agent}, {shop}")
    ).text
    facts = {"customer": "{shop} {0.__class__}", "number": "T1001", "order": "1001", "agent": "王", "shop": "A shop"}
    assert filled(text, facts) == "{shop} {0.__class__}, about T1001 (1001): 王, A shop"


@pytest.mark.parametrize("text", ["Hello {name}", "{}", "{0}", "{customer} {password}"])
def test_a_template_names_only_what_is_known(text: str) -> None:
    with pytest.raises(UnknownPlaceholder):
        clean_template(TemplateDraft(code="x", name="x", text=text))


def test_braces_that_are_no_placeholder_stay() -> None:
    text = "{customer.__class__} {{number}} { order }"
    assert (
        filled(clean_template(TemplateDraft(code="x", name="x", text=text)).text, {"number": "T1"})
        == "{customer.__class__} {T1} { order }"
    )


@pytest.mark.parametrize("rating", [0, 6, -1, True, "5", 2.0])
def test_a_rating_goes_from_one_to_five(rating: object) -> None:
    with pytest.raises(RatingNotUsable):
        clean_rating(rating)  # type: ignore[arg-type]


def test_tags_are_named_once() -> None:
    assert clean_tags(["vip", " vip "], ["old"]) == (("vip",), ("old",))
    with pytest.raises(Invalid):
        clean_tags([], [])
