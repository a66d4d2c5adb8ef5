"""The first weeks of Online Retail, which ship with the program."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from dingdan.integrations.importers.online_retail import SLICE
from dingdan.integrations.importers.online_retail.documents import Stage
from tests.integrations.importers.online_retail.told import Told


@pytest.fixture(scope="module")
def told() -> Told:
    return Told(SLICE)


def test_it_works(told: Told) -> None:
    summary = told.book.summary
    assert (summary.lines, summary.invoices, summary.duplicate_lines, summary.guest_orders) == (41_227, 1_965, 498, 145)
    assert summary.documents == {
        Stage.SALES: 1_514,
        Stage.CANCELLATIONS: 23,
        Stage.DISPATCHES: 1_511,
        Stage.LOSSES: 69,
        Stage.RETURNS: 127,
        Stage.FINDS: 236,
        Stage.CREDIT_NOTES: 186,
        Stage.EXPENSES: 10,
    }
    assert (summary.credit_lines, summary.credit_lines_on_orders) == (705, 280)
    assert len(told.keys) == sum(summary.documents.values())


def test_nothing_is_left_out_and_every_day_adds_up_to_the_penny(told: Told) -> None:
    assert told.findings.kept == []
    assert told.book.summary.amount == 73_102_614
    assert told.book.summary.days == told.plain.days
    assert told.book.survey.amount == 73_102_614


def test_each_undoing_is_within_what_it_undoes(told: Told) -> None:
    assert told.wrong == []


def test_every_unit_of_the_file_moves_once(told: Told) -> None:
    assert told.closing == told.plain.units


def test_the_opening_is_enough_and_not_one_unit_more(told: Told) -> None:
    opening = {line.sku: line.quantity for line in told.book.survey.opening.lines}
    assert {sku: -units for sku, units in told.lowest.items() if units} == opening
    assert (len(opening), sum(opening.values())) == (2_700, 347_267)
    assert told.book.survey.opening.units == 347_267


def test_items_and_customers_are_known_beforehand(told: Told) -> None:
    assert (len(told.book.survey.products), len(told.book.survey.customers)) == (2_741, 933)
    names = {product.sku: product.name for product in told.book.survey.products}
    assert names["85123A"] == "WHITE HANGING HEART T-LIGHT HOLDER"


def test_the_slice_is_the_beginning_of_the_file_and_small(datasets: Callable[[str], Path]) -> None:
    with gzip.open(datasets("online_retail/online_retail.csv.gz"), "rb") as whole, gzip.open(SLICE, "rb") as part:
        mine = part.read()
        assert whole.read(len(mine)) == mine
        assert b",2010-12-22 " in whole.readline()
    assert SLICE.stat().st_size == 573_153
