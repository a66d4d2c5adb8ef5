"""Short texts are worded in the same language, in the room that there is; reminders level by level."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.masterdata.wording.commands import restore_wording_version, retire_wording, save_wording
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import wording_in_force, wordings_in_force
from dingdan.masterdata.wording.rules import (
    KINDS,
    LEVELED,
    ROOMS,
    SHORTS,
    BilledTooOften,
    TooLongForWay,
    UnknownName,
    WordingDraft,
    clean_wording,
    linked,
    measured,
    said_short,
    sample_values,
    starting_short,
)
from dingdan.masterdata.wording.rules.shorts import NothingSaid
from tests.conftest import Shop

NAMES = sample_values(KINDS["shipped"])


def short(way: str = "sms", body: str = "{{ shop.name }}: {{ order.number }}", **other: Any) -> WordingDraft:
    return WordingDraft(**{"kind": "shipped", "language": "en", "way": way, "subject": "Sent", "body": body, **other})


def test_each_way_and_level_has_words_of_its_own(shop: Shop) -> None:
    first = save_wording(shop.call(), wording=short())
    assert (first.kind, first.way, first.level, first.version) == ("shipped", "sms", 0, 1)
    for way in ("line", "wechat", "push"):
        save_wording(shop.call(), wording=short(way, f"By {way}"))
    kept = {row.way: (row.subject, row.heading, row.body, row.closing) for row in Wording.objects.all()}
    assert kept == {
        "sms": ("", "", "{{ shop.name }}: {{ order.number }}", ""), "line": ("", "", "By line", ""),
        "wechat": ("Sent", "", "", ""), "push": ("Sent", "", "By push", ""),
    }  # fmt: skip
    assert wording_in_force("shipped", "en") is None  # by mail
    save_wording(shop.call(), wording=short(body="Gone: {{ order.number }}"))
    assert restore_wording_version(shop.call(), wording_id=first.wording_id, version=1).version == 3
    retire_wording(shop.call(), wording_id=first.wording_id)
    assert (wording_in_force("shipped", "en", "sms"), Wording.objects.count()) == (None, 4)
    for level in (0, 1, 3):
        save_wording(shop.call(), wording=short(kind="payment_reminder", body=f"No. {level}", level=level))
    assert {level: row.body for level, row in wordings_in_force("payment_reminder", "en", "sms").items()} == {
        0: "No. 0", 1: "No. 1", 3: "No. 3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"way": "pigeon"}, UnknownChoice, "way"),
        ({"kind": "order_changed"}, UnknownChoice, "kind"),  # a mail says more than fits
        ({"body": " "}, TextMissing, "body"),
        ({"way": "push", "subject": ""}, TextMissing, "subject"),
        ({"body": "{{ order_lines }}"}, UnknownName, "body"),
        ({"body": "{{ lines.size }}"}, UnknownName, "body"),
        ({"body": "{{ order.due }}"}, NothingSaid, "body"),  # nil where nothing is due
        ({"way": "wechat", "subject": "x" * 21}, TooLongForWay, "subject"),
        ({"way": "push", "body": "x" * 301}, TooLongForWay, "body"),
        ({"body": "x" * 920}, BilledTooOften, "body"),
        ({"body": "出" * 401}, BilledTooOften, "body"),
        ({"level": 1}, Invalid, "level"),
        ({"kind": "payment_reminder", "level": 10}, Invalid, "level"),
        ({"kind": "payment_reminder", "level": -1}, Invalid, "level"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        clean_wording(short(**fields))
    assert refused.value.field == field


def test_a_broken_template_is_told_by_line_and_column() -> None:
    with pytest.raises(UnknownName) as refused:
        clean_wording(short(body="One\nand {{ order.nubmer }}"))
    assert str(refused.value).startswith("Line 2, column 8: nothing here is called “order.nubmer”.")


def test_lines_stay_and_the_way_to_the_order_stands_behind_unless_it_is_said() -> None:
    said = said_short(short(body="{{ shop.name }}\n\n\n\n  {{ order.number }}   left"), "sms", NAMES)
    assert said.text == "Amy’s Mugs\n\n1042 left"
    assert linked(said.text, "https://x.example/1") == "Amy’s Mugs\n\n1042 left https://x.example/1"
    assert linked("See https://x.example/1 now", "https://x.example/1") == "See https://x.example/1 now"
    assert linked("Hello", "") == "Hello"


def test_the_programs_words_are_wordings() -> None:
    for kind in SHORTS:
        for way, room in ROOMS.items():
            draft = replace(WordingDraft(kind=kind, language="en", way=way), **starting_short(kind, way))  # type: ignore[arg-type]
            assert clean_wording(draft) == draft
            assert (bool(draft.subject), bool(draft.body)) == (bool(room.title), bool(room.text))
    assert set(LEVELED) <= set(SHORTS) <= set(KINDS)


def test_a_text_is_counted_as_firms_bill_it() -> None:
    counted = {
        "a" * 160: (1, 160, 160), "a" * 161: (2, 153, 161), "a" * 306: (2, 153, 306), "a" * 307: (3, 153, 307),
        "€" * 80: (1, 160, 160), "€" * 81: (2, 153, 162), "a" * 152 + "€" + "a" * 152: (3, 153, 306),
        "a" * 306 + "€": (3, 153, 308),
        "出" * 70: (1, 70, 70), "出" * 71: (2, 67, 71), "出" * 134: (2, 67, 134), "出" * 135: (3, 67, 135),
        "😀" * 35: (1, 70, 70), "😀" * 66: (2, 67, 132), "😀" * 67: (3, 67, 134),
    }  # fmt: skip
    assert {text: tuple(measured(text))[:3] for text in counted} == counted
    assert [measured(text).odd for text in ("Hello", "Hello – 出", "€[]")] == ["", "–", ""]
