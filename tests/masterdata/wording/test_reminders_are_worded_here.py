"""What stood at levels of reminders becomes their wording: nothing that a shop wrote is lost, and mails say what they said."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django.db import connection, transaction

from dingdan.kernel.tenancy import across_tenants, current_tenant_id
from dingdan.masterdata.methods.commands import save_reminder_level
from dingdan.masterdata.methods.rules import ReminderLevelDraft
from dingdan.masterdata.wording.commands import retire_wording, save_wording
from dingdan.masterdata.wording.models import Wording, WordingVersion
from dingdan.masterdata.wording.rules import WordingDraft, clean_wording
from tests.conftest import Shop

moving = import_module("dingdan.masterdata.wording.migrations.0003_reminders_are_worded_here")
TEXTS = {
    1: ({"en": "Please pay {invoice}"}, {"en": "Dear {number},\n\n{amount} is due since {due}. {% not %} {this}\nYours, {shop}"}),
    2: ({}, {"zh-Hant": "請付款 {amount}", "de": "Bitte zahlen"}),
    3: ({"zh-Hans": "请付款"}, {}),
    4: ({}, {"en": "In place of the one put away"}),
    5: ({}, {"en": "Never sent"}),
}


class _Undone(Exception):
    pass


def _as_it_was(cursor: Any, tenant_id: Any) -> None:
    """Levels have texts again."""
    for name in ("subject_i18n", "text_i18n"):
        cursor.execute(f"ALTER TABLE methods_reminderlevel ADD COLUMN {name} jsonb NOT NULL DEFAULT '{{}}'")
    for level, (subjects, texts) in TEXTS.items():
        cursor.execute(
            "UPDATE methods_reminderlevel SET subject_i18n = %s, text_i18n = %s WHERE tenant_id = %s AND level = %s",
            [json.dumps(subjects), json.dumps(texts), tenant_id, level],
        )


def _draft(level: int, language: str = "en") -> WordingDraft:
    return WordingDraft(
        kind="payment_reminder", language=language, level=level, subject="Mine", heading="Mine", body="Mine", closing="Mine"
    )


def test_it_works(shop: Shop) -> None:
    for level in TEXTS:
        save_reminder_level(shop.call(), level=ReminderLevelDraft(level=level, days=level))
    retire_wording(shop.call(), wording_id=save_wording(shop.call(), wording=_draft(4)).wording_id)
    save_wording(shop.call(), wording=_draft(5))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _as_it_was(cursor, current_tenant_id())
            with across_tenants():
                moving.move(cursor)
            _look()
            raise _Undone
    except _Undone:
        pass


def _look() -> None:
    rows = {(row.level, row.language): row for row in Wording.objects.all()}
    assert sorted(rows) == [(1, "en"), (2, "zh-Hant"), (3, "zh-Hans"), (4, "en"), (5, "en")]
    first = rows[1, "en"]
    assert (first.subject, first.state, first.version) == ("Please pay {{ invoice.number }}", "active", 1)
    assert first.body == (
        "{% if customer.name %}Hello {{ customer.name }},{% endif %}\n\nDear {{ order.number }},\n\n"
        "{{ invoice.open }} is due since {{ invoice.due_on }}. { % not % } {this}\n\nYours, {{ shop.name }}"
    )
    assert rows[2, "zh-Hant"].body.endswith("\n\n請付款 {{ invoice.open }}")
    assert rows[2, "zh-Hant"].subject == "提醒：{{ shop.name }} 的發票 {{ invoice.number }}"
    assert rows[3, "zh-Hans"].subject == "请付款"
    assert rows[3, "zh-Hans"].body.count("\n\n") == 2, "the program's own text"
    for row in rows.values():  # what is said can be said
        texts = {name: getattr(row, name) for name in ("subject", "heading", "body", "closing")}
        clean_wording(WordingDraft(kind=row.kind, language=row.language, level=row.level, **texts))
    assert (rows[4, "en"].state, rows[4, "en"].version, rows[5, "en"].body, rows[5, "en"].version) == ("active", 2, "Mine", 3)
    kept = WordingVersion.objects.order_by("wording__level", "version")
    bodies = [(one.wording.level, one.version, one.body.rpartition("\n\n")[2][-12:]) for one in kept.select_related("wording")]
    assert bodies[-5:] == [
        (4, 1, "Mine"), (4, 2, "one put away"), (5, 1, "Mine"), (5, 2, "Never sent"), (5, 3, "Mine"),
    ]  # fmt: skip
    wrote = {one.entry.command for one in kept.select_related("entry") if (one.wording.level, one.version) != (5, 1)}
    assert wrote == {"methods.save_reminder_level", "wording.save_wording"}
