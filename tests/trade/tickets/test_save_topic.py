"""What tickets may be about, and by when."""

from __future__ import annotations

import pytest

from dingdan.kernel.text import UnusableCode
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import retire_topic, save_topic
from dingdan.trade.tickets.rules import NotStaff, TimeNotUsable, TopicDraft
from tests.conftest import Shop
from tests.trade.tickets.desk import member, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    owner = member(shop)
    first = save_topic(shop.call(), topic=TopicDraft(code="gift_card", name="禮物卡", answer_minutes=30, owner_id=owner))
    again = save_topic(shop.call(), topic=TopicDraft(code="gift_card", name="禮物卡", answer_minutes=60, owner_id=owner))
    assert (first.created, again.created) == (True, False)
    assert [(one.field, one.before, one.after) for one in again.changes] == [("answer_minutes", "30", "60")]
    assert list(queries.topics())[-1] == "gift_card"
    assert queries.topic("gift_card").answer_minutes == 60


def test_a_usual_topic_is_the_shops_own_once_it_is_saved(shop: Shop) -> None:
    before = opened(shop, topic="late")
    save_topic(shop.call(), topic=TopicDraft(code="late", name="Overdue", answer_minutes=5))
    assert (queries.topic("late").name, list(queries.topics()).index("late")) == ("Overdue", 3)
    assert row(before).answer_by_at == before.answer_by_at


def test_a_retired_topic_is_used_again(shop: Shop) -> None:
    retire_topic(shop.call(), topic="late")
    save_topic(shop.call(), topic=TopicDraft(code="late", name="Late"))
    assert "late" in queries.topics()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"code": "two words"}, UnusableCode), ({"answer_minutes": -1}, TimeNotUsable), ({"escalates_to_id": 1}, NotStaff)],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, object], refusal: type[Exception]) -> None:
    with nothing_changes(shop), pytest.raises(refusal):
        save_topic(shop.call(), topic=TopicDraft(**({"code": "x", "name": "X"} | changes)))  # type: ignore[arg-type]
