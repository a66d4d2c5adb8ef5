"""What shops wrote at their levels of reminders becomes a wording of that level, so that it stands in one place.

It says what it said: a level whose wording was in force went out so, and what its level said is kept as the version before. Whoever
wrote it then stands beside it. Texts in languages in which no mail is written were never sent; the journal has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.db import migrations

from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import across_tenants

KIND: Final = "payment_reminder"


class _Usual(NamedTuple):
    """What the program said beside a text of a level, when levels had texts."""

    subject: str
    heading: str
    hello: str
    text: str


_USUAL: Final[Mapping[str, _Usual]] = {
    "en": _Usual(
        "Reminder: invoice {{ invoice.number }} of {{ shop.name }}",
        "{% if reminder.is_first %}A reminder{% else %}Reminder no. {{ reminder.level }}{% endif %}",
        "{% if customer.name %}Hello {{ customer.name }},{% endif %}",
        "{{ invoice.open }} of our invoice {{ invoice.number }} was due on {{ invoice.due_on }} and has not arrived here.\n\n"
        "If you have paid meanwhile, please forgive this mail. Otherwise please pay now.",
    ),
    "zh-Hant": _Usual(
        "提醒：{{ shop.name }} 的發票 {{ invoice.number }}",
        "{% if reminder.is_first %}付款提醒{% else %}第 {{ reminder.level }} 次催款{% endif %}",
        "{% if customer.name %}{{ customer.name }}，您好：{% endif %}",
        "我們的發票 {{ invoice.number }} 尚有 {{ invoice.open }} 未入帳，付款期限為{{ invoice.due_on }}。\n\n"
        "若您已付款，請忽略此信；否則請立即付款。",
    ),
    "zh-Hans": _Usual(
        "提醒：{{ shop.name }} 的发票 {{ invoice.number }}",
        "{% if reminder.is_first %}付款提醒{% else %}第 {{ reminder.level }} 次催款{% endif %}",
        "{% if customer.name %}{{ customer.name }}，您好：{% endif %}",
        "我们的发票 {{ invoice.number }} 尚有 {{ invoice.open }} 未到账，付款期限为{{ invoice.due_on }}。\n\n"
        "若您已付款，请忽略此邮件；否则请立即付款。",
    ),
}
_NAMES: Final = {
    "{invoice}": "{{ invoice.number }}", "{amount}": "{{ invoice.open }}", "{due}": "{{ invoice.due_on }}",
    "{number}": "{{ order.number }}", "{shop}": "{{ shop.name }}",
}  # fmt: skip
"""What levels named, as wordings do."""

_LEVELS: Final = """
SELECT level.tenant_id, level.level, level.subject_i18n, level.text_i18n, (
    SELECT max(subject.entry_id::text)::uuid FROM kernel_entrysubject AS subject
    WHERE subject.tenant_id = level.tenant_id AND subject.kind = 'reminder_level' AND subject.subject_id = level.id
) FROM methods_reminderlevel AS level WHERE level.subject_i18n <> '{}' OR level.text_i18n <> '{}'
ORDER BY level.tenant_id, level.level
"""
_KNOWN: Final = """
SELECT id, version, state, subject, heading, body, closing FROM wording_wording
WHERE tenant_id = %s AND kind = %s AND language = %s AND way = 'mail' AND level = %s
"""
_NEW: Final = """
INSERT INTO wording_wording (id, tenant_id, kind, language, way, level, subject, heading, body, closing, version, state, fault)
VALUES (%s, %s, %s, %s, 'mail', %s, %s, %s, %s, %s, 1, 'active', '')
"""
_AGAIN: Final = """
UPDATE wording_wording SET subject = %s, heading = %s, body = %s, closing = %s, version = %s, state = 'active', fault = '',
    failed_at = NULL WHERE tenant_id = %s AND id = %s
"""
_VERSION: Final = """
INSERT INTO wording_wordingversion (tenant_id, wording_id, entry_id, version, subject, heading, body, closing)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def move(cursor: Any) -> None:
    """Make wordings of all that levels say."""
    cursor.execute(_LEVELS)
    for tenant_id, level, subjects, texts, entry_id in cursor.fetchall():
        for language, said in _said(_mapping(subjects), _mapping(texts)):
            _keep(cursor, (tenant_id, language, level), said, entry_id)


def _mapping(told: Any) -> dict[str, str]:
    return dict(json.loads(told) if isinstance(told, str) else told)


def _said(subjects: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    for language, usual in _USUAL.items():
        subject, text = subjects.get(language, "").strip(), texts.get(language, "").strip()
        if subject or text:
            lines = [_named(line.strip()) for line in text.split("\n") if line.strip()] or [usual.text]
            yield language, (_named(subject) or usual.subject, usual.heading, "\n\n".join([usual.hello, *lines]), "")


def _named(text: str) -> str:
    for sign in ("{{", "{%", "}}", "%}"):  # they meant nothing, and would now
        text = text.replace(sign, " ".join(sign))
    for braces, name in _NAMES.items():
        text = text.replace(braces, name)
    return text


def _keep(cursor: Any, key: tuple[Any, str, int], said: tuple[str, str, str, str], entry_id: Any) -> None:
    tenant_id, language, level = key
    cursor.execute(_KNOWN, [tenant_id, KIND, language, level])
    known = cursor.fetchone()
    if known is None:
        id_, versions = new_id(), [(1, said)]
        cursor.execute(_NEW, [id_, tenant_id, KIND, language, level, *said])
    else:
        id_, version, state, *texts = known
        # What was in force stays so, as the last version; what had been put away gives way to what was sent instead of it.
        versions = [(version + 1, said), *([(version + 2, tuple(texts))] if state == "active" else [])]
        cursor.execute(_AGAIN, [*versions[-1][1], versions[-1][0], tenant_id, id_])
    for version, one in versions if entry_id is not None else ():
        cursor.execute(_VERSION, [tenant_id, id_, entry_id, version, *one])


def forwards(_apps: Any, schema_editor: Any) -> None:
    """Of all shops at once."""
    with across_tenants(), schema_editor.connection.cursor() as cursor:
        move(cursor)


class Migration(migrations.Migration):
    dependencies = [
        ("wording", "0002_each_way_is_worded"),
        ("methods", "0002_methods_and_reminders"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
