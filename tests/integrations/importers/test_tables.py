"""Files as they come: encodings, separators, compression, workbooks, and rows of the wrong shape."""

import gzip
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from dingdan.integrations.importers.findings import Finding, Findings, UnreadableFile
from dingdan.integrations.importers.tables import columns, open_table


def rows(path: Path, sheet: str | None = None) -> tuple[list[tuple[int, list[str]]], Findings]:
    findings = Findings()
    return list(open_table(path, sheet).rows(findings.add)), findings


def test_it_works(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x, ""y"""\n\n2,"two\nlines"\n3,z', encoding="utf-8")
    read, findings = rows(path)
    assert read == [(2, ["1", 'x, "y"']), (4, ["2", "two\nlines"]), (6, ["3", "z"])]
    assert findings.kept == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encoding_separator_and_line_ends_are_found_out(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    path = tmp_path / "a.csv.gz"
    text = ending.join([f"name{delimiter}price", f"Voucher £10{delimiter}8.33", ""])
    path.write_bytes(gzip.compress(text.encode(encoding)))
    table = open_table(path)
    assert table.header == ["name", "price"]
    assert list(table.rows(Findings().add)) == [(2, ["Voucher £10", "8.33"])]


def test_a_character_cut_by_the_reading_pieces_is_whole_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(f"{number},{'é' * 100}訂單\n" for number in range(5000)), encoding="utf-8")
    read, _ = rows(path)
    assert len(read) == 5000
    assert {cells[1] for _, cells in read} == {"é" * 100 + "訂單"}


def test_a_row_of_the_wrong_width_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2,3\n4,5\n6\n")
    read, findings = rows(path)
    assert read == [(3, ["4", "5"])]
    assert [(finding.line, finding.code, finding.sentence) for finding in findings.kept] == [
        (2, "misshaped_row", "The line has 3 cells, the header 2."),
        (4, "misshaped_row", "The line has 1 cells, the header 2."),
    ]


def test_a_quote_that_never_ends_is_reported_with_the_lines_it_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\n' + "2,y\n" * 60_000)
    read, findings = rows(path)
    assert findings.kept[0].line == 2
    assert findings.kept[0].sentence == "Lines 2 to 32770 cannot be read (field larger than field limit (131072))."
    assert all(line > 32770 for line, _ in read)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 9999)[:-20])
    with pytest.raises(UnreadableFile, match=r"a\.csv\.gz is damaged .* Fetch or compress it again\."):
        open_table(path)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "x" * 5_000_000)
    with pytest.raises(UnreadableFile, match="a line of more than 4,000,000 characters"):
        rows(path)


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b""), ("a.csv", b"\n1,2\n"), ("a.pdf", b"a,b\n"), ("b.xlsx", b"no workbook")]
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        open_table(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"There is no file a\.csv\. Check the path\."):
        open_table(tmp_path / "a.csv")


def test_columns_are_found_by_any_of_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Customer ID,invoice_no\n1,2\n")
    table = open_table(path)
    assert columns(table, {"invoice": ("InvoiceNo", "Invoice"), "customer": ("CustomerID",)}) == {"invoice": 1, "customer": 0}
    with pytest.raises(UnreadableFile, match="The header has no column Price; it has: Customer ID, invoice_no"):
        columns(table, {"price": ("Price",)})


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append(["no", "at", "price", "customer", "name"])
    sheet.append([1, datetime.fromisoformat("2024-05-06T07:08:09"), 2.55, 17850.0, "茶"])
    sheet.append([None, None, None, None, None])
    sheet.append([2, "2024-05-06", 3, None, None])
    sheet.append([3, None, None, None, None, "beyond"])
    book.create_sheet("Other").append(["x"])
    book.save(path)
    book.close()
    return path


def test_a_workbook_reads_like_a_file_of_text(tmp_path: Path) -> None:
    read, findings = rows(workbook(tmp_path / "a.xlsx"), "Orders")
    assert read == [(2, ["1", "2024-05-06 07:08:09", "2.55", "17850", "茶"]), (4, ["2", "2024-05-06", "3", "", ""])]
    assert [(finding.line, finding.code) for finding in findings.kept] == [(5, "misshaped_row")]


def test_a_workbook_with_a_hole_in_it_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx")
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(UnreadableFile, match=r"b\.xlsx is not a whole Excel workbook"):
        rows(path)


def test_a_sheet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="There is no sheet Sales; there are Orders, Other"):
        open_table(workbook(tmp_path / "a.xlsx"), "Sales")


def test_findings_count_all_keep_the_first_and_tell_each() -> None:
    told: list[Finding] = []
    findings = Findings(told.append)
    for line in range(10_003):
        findings.add(Finding(line=line, code="bad", document="", sentence="s", remedy="r", amount=2, imported=line == 0))
    assert (findings.counts["bad"], len(findings.kept), findings.not_kept, len(told)) == (10_003, 10_000, 3, 10_003)
    assert (findings.amount_left_out, findings.lines_left_out) == (20_004, 10_002)
