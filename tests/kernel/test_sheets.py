"""Tables for spreadsheets: nothing in them is a formula, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io

from openpyxl import load_workbook

from dingdan.kernel.sheets import ROWS_AT_ONCE, guarded, table, unguarded
from dingdan.kernel.workbook import workbook


def test_it_works() -> None:
    rows = [[str(number), f"杯 {number}"] for number in range(ROWS_AT_ONCE + 1)]
    pieces = list(table(["No.", "Name"], rows, mark=True))
    assert len(pieces) == 2
    text = b"".join(pieces).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["No.", "Name"], *rows]
    assert b"".join(table(["No."], [])) == b"No.\r\n"


def test_what_a_spreadsheet_would_take_for_a_formula_comes_back_as_it_was() -> None:
    texts = ["=1+1", "+886912345678", "-", "@x", "'=x", "''=x", "'quoted'", "-5", "+5.50", "\tx", "plain", ""]
    assert [unguarded(guarded(text)) for text in texts] == texts
    assert [guarded(text) for text in ("=1+1", "＝1+1", "@x", "-5", "'=x")] == ["'=1+1", "'＝1+1", "'@x", "-5", "''=x"]


def test_a_workbook_holds_no_formula_and_nothing_that_breaks_it() -> None:
    book = load_workbook(io.BytesIO(workbook([["=1+1", "a\x00b\x1f", "<&>", 5]])))
    (row,) = book[book.sheetnames[0]].iter_rows()
    assert [(cell.value, cell.data_type) for cell in row] == [("=1+1", "s"), ("ab", "s"), ("<&>", "s"), (5, "n")]
