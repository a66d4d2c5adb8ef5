"""A person says how a discrepancy was settled."""

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies, resolve_discrepancy
from dingdan.trade.reconciliation.models import Discrepancy
from tests.conftest import Shop


def _open(shop: Shop) -> UUID:
    found = DiscrepancyFound(kind="overpaid", source="bank", reference="L1", currency="EUR", amount=900, expected=800)
    return report_discrepancies.one(shop.call(), found).discrepancy_id


def _row() -> tuple[str, str, str, str]:
    return Discrepancy.objects.values_list("state", "resolution", "note", "resolved_by_kind").get()


def test_it_works(shop: Shop) -> None:
    resolve_discrepancy(shop.call(), discrepancy_id=_open(shop), resolution="refunded", note="By bank, on Monday")
    assert _row() == ("resolved", "refunded", "By bank, on Monday", "system")


def test_twice_is_refused(shop: Shop) -> None:
    one = _open(shop)
    resolve_discrepancy(shop.call(), discrepancy_id=one, resolution="booked")
    with pytest.raises(NotInThisState):
        resolve_discrepancy(shop.call(), discrepancy_id=one, resolution="refunded")
    assert _row() == ("resolved", "booked", "", "system")


def test_ignoring_without_saying_why_is_refused(shop: Shop) -> None:
    with pytest.raises(TextMissing):
        resolve_discrepancy(shop.call(), discrepancy_id=_open(shop), resolution="ignored")
    assert _row() == ("open", "", "", "")


def test_another_word_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownChoice):
        resolve_discrepancy(shop.call(), discrepancy_id=_open(shop), resolution="gone")
    assert _row() == ("open", "", "", "")


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        resolve_discrepancy(shop.call(), discrepancy_id=new_id(), resolution="booked")
