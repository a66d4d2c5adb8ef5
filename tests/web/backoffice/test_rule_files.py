"""Rules of the review are written out as files, and read in again as they were."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from dingdan.trade.review.commands import retire_rule, save_rule
from dingdan.trade.review.models import Rule
from dingdan.trade.review.rules import RuleDraft
from tests.conftest import Shop
from tests.trade.review.desk import rule
from tests.web.backoffice.desk import Desk, client, member, text_of

RULES = "review/rule/"
LARGE = {"amounts": {"GBP": 50_000, "JPY": 90}}


def _rules(shop: Shop) -> None:
    rule(shop, approvals=2)
    drafts = [
        RuleDraft(code="words", name="=Words", kind="remark", parameters={"words": ["gift", "急"]}, follows="note", weight=7),
        RuleDraft(code="places", name="Places", kind="address_trouble", parameters={"troubles": ["po_box", "no_contact"]}),
        RuleDraft(
            code="large", name="Large", kind="amount", parameters={"amounts": {"GBP": 50_000, "JPY": 90}}, holds_money=True
        ),
    ]
    for draft in drafts:
        save_rule(shop.call(), rule=draft)


def _said() -> list[dict[str, Any]]:
    names = ("code", "name", "kind", "parameters", "channel_ids", "follows", "approvals", "holds_money", "weight")
    return list(Rule.objects.order_by("code").values(*names))


def _versions() -> dict[str, int]:
    return dict(Rule.objects.values_list("code", "version"))


def _file(desk: Desk, form: str) -> bytes:
    answer = desk.browser.get(f"/backoffice/{RULES}file/{form}/")
    assert (answer.status_code, f".{form}" in answer["Content-Disposition"]) == (200, True)
    return answer.content


def _read(desk: Desk, content: bytes, name: str = "rules.csv", **sent: str) -> str:
    answer = desk.browser.post(f"/backoffice/{RULES}import/", {"file": SimpleUploadedFile(name, content), **sent}, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_works(desk: Desk, form: str) -> None:
    _rules(desk.shop)
    before, versions, content = _said(), _versions(), _file(desk, form)
    assert "4 rules were read." in _read(desk, content, f"rules.{form}")
    assert _said() == before
    assert _versions() == versions  # what says the same is no new version
    Rule.objects.filter(code="words").update(weight=1, parameters={"words": ["x"]})
    _read(desk, content, f"rules.{form}")
    assert _said() == before


def test_a_cell_is_no_formula(desk: Desk) -> None:
    _rules(desk.shop)
    (sheet,) = load_workbook(io.BytesIO(_file(desk, "xlsx"))).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=Words"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_new_rule_is_paused(desk: Desk) -> None:
    assert "1 rule was read." in _read(desk, b"Kind,Code,Name,Amounts\namount,big,Big,GBP 100.00\n")
    row = Rule.objects.get()
    assert (row.code, row.state, row.parameters, row.follows) == ("big", "paused", {"amounts": {"GBP": 10_000}}, "wait")


def test_nothing_is_read_where_a_line_is_wrong(desk: Desk) -> None:
    content = b"kind,code,name,weight\nshort_of_stock,short,Short,5\nnothing,x,X,\nshort_of_stock,y,Y,-1\n"
    said = _read(desk, content)
    assert "Line 3: kind:" in said
    assert "Line 4: weight:" in said
    assert Rule.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rules.csv", b"code,name\nx,X\n", "The header has no column kind."),
        ("rules.pdf", b"%PDF", "of no kind that can be read"),
        ("rules.xlsx", b"PK", "not a whole Excel workbook"),
        ("rules.csv", b"x" * 1_000_001, "at most a megabyte"),
    ],
)
def test_what_is_no_file_of_rules(desk: Desk, name: str, content: bytes, said: str) -> None:
    assert said in _read(desk, content, name)
    assert Rule.objects.count() == 0


def test_what_is_put_away_is_not_written_out(desk: Desk) -> None:
    made = rule(desk.shop)
    rule(desk.shop, code="other")
    retire_rule(desk.shop.call(), rule_id=made)
    rows = list(csv.DictReader(io.StringIO(_file(desk, "csv").decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == ["other"]


def test_who_may_only_look_reads_nothing_in(desk: Desk) -> None:
    rule(desk.shop)
    browser = client()
    browser.force_login(member(desk.shop, "sales"))
    assert browser.get(f"/backoffice/{RULES}file/csv/").status_code == 200
    sent = {"file": SimpleUploadedFile("rules.csv", b"kind,code,name\nshort_of_stock,x,X\n")}
    assert browser.post(f"/backoffice/{RULES}import/", sent).status_code == 403
    assert browser.get(f"/backoffice/{RULES}file/exe/").status_code == 404
    assert Rule.objects.count() == 1
