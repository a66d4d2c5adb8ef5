"""What an import says while it runs and when it is done."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from dingdan.integrations.importers.findings import Finding
from dingdan.integrations.importers.progress import Watch
from dingdan.integrations.importers.report import ImportReport, Sums, listed

REPORT = ImportReport(
    file="orders.csv", format="csv", dry_run=False, lines=1_234, sums={"GBP": Sums(file=300, imported=300, reported=0)},
    documents={"orders": 2}, findings={}, left_out=0, remarks=0, refused=0, exceptions="exceptions.csv",
)  # fmt: skip


def test_it_works() -> None:
    assert str(REPORT) == "imported 1,234 lines as 2 orders\nGBP 3.00 imported + 0.00 reported = 3.00 in the file"
    assert (REPORT.complete, REPORT.as_dict()["complete"], REPORT.as_dict()["sums"]["GBP"]["file"]) == (True, True, 300)


@pytest.mark.parametrize(
    "changes",
    [{"left_out": 1}, {"refused": 1}, {"sums": {"GBP": Sums(file=300, imported=299, reported=0)}}],
    ids=["left out", "refused", "does not add up"],
)
def test_whatever_is_missing_is_not_complete(changes: dict[str, object]) -> None:
    assert not replace(REPORT, **changes).complete  # type: ignore[arg-type]


def test_remarks_alone_are_complete_and_named() -> None:
    report = replace(REPORT, remarks=3, findings={"total_differs": 3})
    assert report.complete
    assert str(report).endswith("to look at: 3 total differs; see exceptions.csv")


def test_sums_that_do_not_make_the_file_are_said_loudly() -> None:
    report = replace(REPORT, sums={"GBP": Sums(file=300, imported=299, reported=0)})
    assert "imported and reported do not make the file" in str(report)


def test_findings_are_written_down_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "exceptions.csv"
    with listed(path) as write:
        write(Finding(line=2, code="no_sku", document="1", sentence="No item, sadly.", remedy="Fill it in.", amount=5))
        assert path.read_text().splitlines() == [
            "line,document,what became of it,code,amount,what,what to do",
            '2,1,stayed out,no_sku,5,"No item, sadly.",Fill it in.',
        ]
        write(Finding(line=3, code="no_sku", document="=cmd|' /C calc'!A0", sentence="@SUM(1)", remedy="", amount=-5))
        assert path.read_text().splitlines()[2] == "3,'=cmd|' /C calc'!A0,stayed out,no_sku,-5,'@SUM(1),"  # no formula


def test_a_console_that_is_no_terminal_gets_plain_lines_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 9.0, 10.0, 11.0, 20.5])
    monkeypatch.setattr("dingdan.integrations.importers.progress.time.monotonic", lambda: next(moments))
    console = Console(file=io.StringIO(), width=100)
    with Watch(console).task("orders", 2_000) as step:
        for _number in range(3):
            step(500)
    assert console.file.getvalue() == "orders: 1,000 of 2,000\norders: 2,000 of 2,000\n"  # type: ignore[attr-defined]


def test_a_terminal_gets_a_bar() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Watch(console).task("orders", 2_000) as step:
        step(2_000)
    assert "2000/2000" in console.file.getvalue()  # type: ignore[attr-defined]
