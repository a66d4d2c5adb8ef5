"""All of Online Retail, where it lies beside the project: the check sums of its description, and the house's own."""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dingdan.integrations.importers.online_retail.documents import Reason, Stage
from tests.integrations.importers.online_retail.told import Told
from tests.laws.size import SIZE

pytestmark = pytest.mark.skipif(SIZE == "test", reason="all of Online Retail is read with DINGDAN_SIZE=change")
FILE = "online_retail/online_retail.csv.gz"


@pytest.fixture(scope="module")
def told(datasets: Callable[[str], Path]) -> Told:
    return Told(datasets(FILE))


def test_it_works(told: Told) -> None:
    summary = told.book.summary
    assert (summary.lines, summary.invoices, summary.duplicate_lines) == (541_909, 25_900, 5_268)
    assert (told.plain.lines, told.plain.quantity, told.plain.exact) == (541_909, 5_176_450, Decimal("9747747.934"))
    assert summary.documents == {
        Stage.SALES: 19_959,
        Stage.CANCELLATIONS: 259,
        Stage.DISPATCHES: 19_886,
        Stage.LOSSES: 1_336,
        Stage.RETURNS: 3_537,
        Stage.FINDS: 1_321,
        Stage.CREDIT_NOTES: 1_050,
        Stage.EXPENSES: 94,
        Stage.BAD_DEBTS: 3,
    }
    assert len(told.keys) == sum(summary.documents.values())
    assert told.largest_chunk == 50


def test_imported_and_reported_equal_the_file_to_the_penny(told: Told) -> None:
    summary = told.book.summary
    assert summary.amount + told.findings.amount_left_out == 974_774_793
    assert told.book.survey.amount == 974_774_793
    assert summary.amounts == {
        Stage.SALES: 1_064_179_834,
        Stage.CANCELLATIONS: -29_833_647,
        Stage.DISPATCHES: 0,
        Stage.LOSSES: 0,
        Stage.RETURNS: -16_292_609,
        Stage.FINDS: 0,
        Stage.CREDIT_NOTES: -18_188_183,
        Stage.EXPENSES: -23_984_396,
        Stage.BAD_DEBTS: -1_106_206,
    }


def test_the_day_totals_equal_a_plain_sum_over_the_file(told: Told) -> None:
    assert len(told.book.summary.days) == 305
    assert told.book.summary.days == told.plain.days


def test_only_services_without_a_price_are_left_out(told: Told) -> None:
    assert told.findings.counts == {"nothing_to_book": 10}
    assert told.findings.amount_left_out == 0


def test_credited_lines_find_their_orders(told: Told) -> None:
    summary = told.book.summary
    assert (summary.credit_lines, summary.credit_lines_on_orders) == (9_288, 7_496)
    assert (summary.whole_cancellations, summary.credit_notes_on_orders) == (72, 40)
    assert told.wrong == []


def test_the_lines_below_zero_are_stock_adjustments(told: Told) -> None:
    summary = told.book.summary
    assert summary.adjusted_lines == {Reason.CORRECTION_OUT: 1_336, Reason.CORRECTION_IN: 762, Reason.RETURN_WITHOUT_ORDER: 1_270}
    assert summary.adjusted_units == {
        Reason.CORRECTION_OUT: -206_957,
        Reason.CORRECTION_IN: 52_876,
        Reason.RETURN_WITHOUT_ORDER: 21_810,
    }


def test_every_unit_of_the_file_moves_once_and_no_balance_goes_below_zero(told: Told) -> None:
    assert told.closing == told.plain.units
    opening = {line.sku: line.quantity for line in told.book.survey.opening.lines}
    assert {sku: -units for sku, units in told.lowest.items() if units} == opening
    assert (len(opening), sum(opening.values())) == (3_888, 5_654_512)


def test_items_customers_and_guests_are_counted(told: Told) -> None:
    survey, summary = told.book.survey, told.book.summary
    # 4,070 codes as they are written, 112 of them only another spelling.
    assert (len(survey.products), len(survey.customers)) == (3_958, 4_372)
    assert (summary.guest_orders, summary.sales_without_country) == (1_423, 17)


def test_planning_all_of_it_needs_little_memory(datasets: Callable[[str], Path]) -> None:
    code = (
        "import re, sys; from pathlib import Path\n"
        "from dingdan.integrations.importers.online_retail.book import OnlineRetail\n"
        "lines = OnlineRetail(Path(sys.argv[1])).survey.lines\n"
        # The peak of this program alone: what resource says begins with the peak of whoever started it.
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(lines, int(peak[1]) // 1024)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(datasets(FILE))], capture_output=True, text=True, check=True)
    lines, megabytes = map(int, run.stdout.split())
    assert lines == 541_909
    assert megabytes <= 150
