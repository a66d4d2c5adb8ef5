"""Wording a kind of mail: versions, and what is refused before it is kept."""

from __future__ import annotations

import time

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.masterdata.wording.commands import save_wording
from dingdan.masterdata.wording.models import Wording, WordingVersion
from dingdan.masterdata.wording.queries import version_of, versions_of, wording_in_force
from dingdan.masterdata.wording.rules import (
    KINDS,
    LeadsNowhere,
    TemplateBroken,
    TemplateTooMuch,
    UnknownFilter,
    UnknownName,
    UnknownTag,
    clean_wording,
    sample_values,
    worded,
)
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_it_works(shop: Shop) -> None:
    first = save_wording(shop.call(), wording=wording())
    assert (first.kind, first.language, first.version, first.created) == ("order_confirmed", "en", 1, True)
    assert [(one.field, one.before, one.after) for one in first.changes] == [
        ("subject", None, None), ("heading", None, None), ("body", None, None), ("state", None, "active"),
    ]  # fmt: skip
    second = save_wording(shop.call(), wording=wording(closing="Bye\n\n**Amy**"))
    assert (second.wording_id, second.version, second.created) == (first.wording_id, 2, False)
    assert save_wording(shop.call(), wording=wording(closing="Bye\n\n**Amy**")).version == 2
    row = wording_in_force("order_confirmed", "en")
    assert row is not None
    assert (row.subject, row.heading, row.body, row.closing, row.version) == (
        "Order {{ order.number }}", "Thanks", "Hi {{ customer.name }}.", "Bye\n\n**Amy**", 2,
    )  # fmt: skip
    assert [(one.version, one.closing, one.entry.actor_id) for one in versions_of(row.id)] == [
        (2, "Bye\n\n**Amy**", row.versions.get(version=2).entry.actor_id), (1, "", versions_of(row.id)[1].entry.actor_id),
    ]  # fmt: skip
    assert version_of(row.id, 3) is None
    assert wording_in_force("order_confirmed", "zh-Hant") is None


@pytest.mark.parametrize(
    ("fields", "refusal", "field", "told"),
    [
        ({"kind": "poem"}, UnknownChoice, "kind", "“poem” is not one of"),
        ({"language": "fr"}, UnknownChoice, "language", "“fr” is not one of"),
        ({"subject": " "}, TextMissing, "subject", "must not be empty"),
        ({"body": "Hi\n{{ order.nubmer }}"}, UnknownName, "body", "Line 2, column 4: nothing here is called “order.nubmer”."),
        ({"body": "{{ shipment.number }}"}, UnknownName, "body", "There are: order.number, order.date, order.total"),
        ({"heading": "{{ order_lines }}"}, UnknownName, "heading", "“order_lines”"),
        ({"body": "{% if order.due == foo %}x{% endif %}"}, UnknownName, "body", "“foo”"),
        ({"body": "{% for line in lines %}{{ line.weight }}{% endfor %}"}, UnknownName, "body", "“line.weight”"),
        ({"body": "{{ order.number.__class__ }}"}, UnknownName, "body", "__class__"),
        ({"body": "{{ lines.first.name }}"}, UnknownName, "body", "lines.first.name"),
        ({"body": "{{ order[customer.name] }}"}, UnknownName, "body", "order[customer.name]"),
        ({"body": "a\n\n{{ 1 | replace: '1', order.number }}"}, UnknownFilter, "body", "Line 3, column 8: there is no filter"),
        ({"body": "{% capture x %}a{% endcapture %}"}, UnknownTag, "body", "there is no tag “capture”"),
        ({"body": "{% include 'x' %}"}, UnknownTag, "body", "there is no tag “include”"),
        ({"body": "a\n{% if order.due %}b"}, TemplateBroken, "body", "cannot be read"),
        ({"subject": "{{ order.number"}, TemplateBroken, "subject", "Line 1, column 1 cannot be read"),
        ({"body": "{{ lines }}"}, TemplateBroken, "body", "only texts and numbers can be written"),
        ({"body": "[here](javascript:alert(1))"}, LeadsNowhere, "body", "“javascript:alert(1)”"),
        ({"closing": "[here](/backoffice/)"}, LeadsNowhere, "closing", "“/backoffice/”"),
        ({"subject": "{{ order.number }}" * 16 + "x" * 13 + "y" * 290}, Refusal, "subject", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(fields: dict[str, str], refusal: type[Refusal], field: str, told: str) -> None:
    with pytest.raises(refusal) as refused:
        clean_wording(wording(**fields))
    assert refused.value.field == field
    assert told in str(refused.value)


def test_a_refusal_changes_nothing(shop: Shop) -> None:
    with pytest.raises(UnknownName):
        save_wording(shop.call(), wording=wording(body="{{ nothing }}"))
    assert (Wording.objects.count(), WordingVersion.objects.count()) == (0, 0)


DOUBLED = "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | append: x %}" * 150


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% assign x = (1..1000000000) %}",
        "{% for a in lines %}" * 11 + "x" + "{% endfor %}" * 11,
        "{% if true %}" * 100 + "x" + "{% endif %}" * 100,
        DOUBLED,
        "{{" * 2900,
        "{%" * 2900,
        "{{ " + "9" * 5900 + " }}",
    ],
)
def test_bombs_are_refused_at_once(body: str) -> None:
    began = time.monotonic()
    with pytest.raises((TemplateTooMuch, TemplateBroken)):
        clean_wording(wording(body=body))
    assert time.monotonic() - began < 2


def test_sending_is_limited_as_well() -> None:
    """A wording that was kept when mails were short: loops in loops over a mail of two hundred lines."""
    body = "{% for a in lines %}{% for b in lines %}{% for c in lines %}x" + "{% endfor %}" * 3
    draft, kind = clean_wording(wording(body=body)), KINDS["order_confirmed"]
    line = {"name": "x", "sku": None, "quantity": "1", "amount": "1"}
    began = time.monotonic()
    with pytest.raises(TemplateTooMuch):
        worded(draft, kind, sample_values(kind) | {"lines": [line] * 200})
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "body", ["[" * 5900, "**a" * 1900, "[a](" * 1400, "\\" * 5900, "{{ 1" + " | append: 'aaaa'" * 300 + " }}"]
)
def test_what_is_odd_takes_no_time(body: str) -> None:
    began = time.monotonic()
    clean_wording(wording(body=body))
    assert time.monotonic() - began < 3
