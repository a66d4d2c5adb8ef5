"""A topic that no new ticket has."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import retire_topic
from dingdan.trade.tickets.commands.keeping import LastTopic
from dingdan.trade.tickets.rules import USUAL_TOPICS, UnknownTopic
from tests.conftest import Shop
from tests.trade.tickets.desk import nothing_changes


def test_it_works(shop: Shop) -> None:
    assert retire_topic(shop.call(), topic="late").topic == "late"
    assert "late" not in queries.topics()
    assert "late" in queries.all_topics()


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    retire_topic(shop.call(), topic="late")
    for code, refusal in (("late", UnknownTopic), ("weather", NotFound)):
        with nothing_changes(shop), pytest.raises(refusal):
            retire_topic(shop.call(), topic=code)


def test_the_last_one_stays(shop: Shop) -> None:
    *others, last = (topic.code for topic in USUAL_TOPICS)
    for code in others:
        retire_topic(shop.call(), topic=code)
    with nothing_changes(shop), pytest.raises(LastTopic):
        retire_topic(shop.call(), topic=last)
