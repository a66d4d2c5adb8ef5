"""How a bank's table is read is said once."""

from dataclasses import replace

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.text import UnknownChoice, UnusableCode
from dingdan.trade.reconciliation.commands import retire_statement_mapping, save_statement_mapping
from dingdan.trade.reconciliation.models import StatementMapping
from dingdan.trade.reconciliation.queries import mapping
from dingdan.trade.reconciliation.rules import MappingDraft, guess_columns
from dingdan.trade.reconciliation.rules.mapping import EncodingUnknown, MappingIncomplete
from tests.conftest import Shop

DRAFT = MappingDraft(code="west", name="West Bank", columns={"booked_on": ("Date",), "amount": ("Amount",)}, encoding="gb18030")


def test_it_works(shop: Shop) -> None:
    first = save_statement_mapping(shop.call(), mapping=DRAFT)
    assert (first.created, mapping("west")) == (True, DRAFT)
    retire_statement_mapping(shop.call(), mapping_id=first.mapping_id)
    again = save_statement_mapping(shop.call(), mapping=replace(DRAFT, name="West"))
    assert (again.created, {one.field for one in again.changes}, mapping("west").name) == (False, {"name", "state"}, "West")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"columns": {"amount": ("Amount",)}}, MappingIncomplete),
        ({"columns": {"booked_on": ("Date",), "text": ("Text",)}}, MappingIncomplete),
        ({"columns": {"booked": ("Date",)}}, UnknownChoice),
        ({"encoding": "klingon"}, EncodingUnknown),
        ({"delimiter": ";"}, UnknownChoice),
        ({"code": "a b"}, UnusableCode),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, changes: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        save_statement_mapping(shop.call(), mapping=replace(DRAFT, **changes))  # type: ignore[arg-type]
    assert not StatementMapping.objects.exists()
    with pytest.raises(NotFound):
        mapping("west")


def test_headings_of_banks_are_known() -> None:
    assert guess_columns(["Date", "Description", "Money in", "Money out", "Balance"]) == {
        "booked_on": ("Date",), "text": ("Description",), "credit": ("Money in",), "debit": ("Money out",)
    }  # fmt: skip
    assert guess_columns(["记账日", "支出/借方金额", "收入/贷方金额", "账户余额", "对方账号", "对方户名", "流水号"]) == {
        "booked_on": ("记账日",), "debit": ("支出/借方金额",), "credit": ("收入/贷方金额",), "account": ("对方账号",),
        "name": ("对方户名",), "bank_reference": ("流水号",),
    }  # fmt: skip
