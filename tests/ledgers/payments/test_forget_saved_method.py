"""That a method was forgotten is written down. How the firm is told stands in tests/automation/test_saved_methods.py."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import forget_saved_method
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    customer_id = new_id()
    told = forget_saved_method(desk.call(), customer_id=customer_id, gateway="stripe", method_id="pm_1")
    assert (told.customer_id, told.gateway) == (customer_id, "stripe")
    (entry,) = timeline(customer_id)
    assert "pm_1" not in str(entry)


def test_what_is_no_method_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(Refusal):
        forget_saved_method(desk.call(), customer_id=new_id(), gateway="stripe", method_id="")
