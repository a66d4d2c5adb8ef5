"""What to count next: by class, by how long ago, by what differed; and a sheet of what is ticked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.trade.counting.commands import apply_count, enter_counts, start_count
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import CountWanted, SeenGoods, rounds_due
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.web.backoffice.desk import Desk, member, sit_down

PAGE = "counting/count/plan/"


@pytest.mark.parametrize(
    ("letter", "days", "was_different", "rounds"),
    [
        ("A", 30, False, 1), ("A", 29, False, 29 / 30), ("A", 15, True, 1), ("B", 180, False, 2), ("C", 365, False, 1),
        ("–", 365, False, 1), ("A", None, False, 3), ("C", None, True, 3),
    ],
)  # fmt: skip
def test_how_pressing_it_is(letter: str, days: int | None, was_different: bool, rounds: float) -> None:
    assert rounds_due(letter, days, was_different=was_different) == rounds


def _counted(shop: Shop, sku: str, pieces: int, *, days_ago: int) -> None:
    call: Any = replace(shop.call(), at=clock.now() - timedelta(days=days_ago))
    sheet = start_count(call, wanted=CountWanted(skus=(sku,))).count_id
    line = CountLine.objects.get(count_id=sheet)
    enter_counts(replace(shop.call(), at=call.at), count_id=sheet, lines=(SeenGoods(sku, line.location_id, pieces),))
    apply_count(replace(shop.call(), at=call.at), count_id=sheet, without_recount=True)


def _told(desk: Desk) -> list[str]:
    """The SKUs that are to be counted, in their order."""
    return re.findall(r"<small>([A-Z]{3})</small>", desk.get(PAGE))


def test_what_is_due_is_proposed_and_a_sheet_begun(desk: Desk) -> None:
    for sku in ("TEA", "MUG", "CUP", "JAR"):
        kit.stock(desk.shop, sku, 10)
    kit.stock(desk.shop, "GNE")
    _counted(desk.shop, "TEA", 10, days_ago=200)  # C: not due before a year
    _counted(desk.shop, "MUG", 7, days_ago=200)  # differed: due after half of it
    _counted(desk.shop, "CUP", 10, days_ago=1000)
    assert _told(desk) == ["JAR", "CUP", "MUG"]
    said = desk.read(PAGE)
    for part in ("3 articles are to be counted.", "Never", "2 times over", "A every 30 days, B every 90, C every 365"):
        assert part in said, part
    ids = dict(zip(_told(desk), re.findall(r'name="id" value="([^"]+)"', desk.get(PAGE)), strict=True))
    sent = {"node": str(book.main()), "id": [ids["JAR"], ids["CUP"]], "is_blind": "on", "key": "one"}
    once, twice = desk.browser.post(f"/backoffice/{PAGE}", sent), desk.browser.post(f"/backoffice/{PAGE}", sent)
    assert once.status_code == twice.status_code == 302
    sheet = Count.objects.get(state="open")
    assert once["Location"] == twice["Location"] == f"/backoffice/counting/count/{sheet.id}/"
    assert (sheet.title, sheet.is_blind, sheet.lines.count()) == ("CUP, JAR", True, 2)
    assert _told(desk) == ["MUG"]


def test_nothing_ticked_is_refused(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 1)
    answer = desk.browser.post(f"/backoffice/{PAGE}", {"node": str(book.main()), "key": "one"})
    assert "Tick what is to be counted." in answer.content.decode()
    assert not Count.objects.exists()


def test_nothing_is_due(desk: Desk) -> None:
    assert "Nothing is to be counted now" in desk.read(PAGE)


def test_whoever_may_only_look_begins_nothing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 1)
    desk = sit_down(shop, as_user=lambda one: member(one, "reader"))
    assert "Begin a sheet" not in desk.get(PAGE)
    assert desk.browser.post(f"/backoffice/{PAGE}", {"node": str(book.main()), "key": "one"}).status_code == 403
