"""The parcel of a return lies at the desk, to be opened later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import cancel_return, note_arrival, receive_return
from dingdan.trade.aftersales.commands.examining import ArrivedBefore
from dingdan.trade.aftersales.commands.inspecting import SeenBefore
from dingdan.trade.aftersales.models import Return
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.desk import announced


def _stages() -> dict[str, int]:
    at = clock.now()
    return {stage: queries.at_stage(stage, at=at).count() for stage in queries.STAGES}


def test_it_works(shop: Shop) -> None:
    rma = announced(shop)
    assert _stages() == {"announced": 1, "arrived": 0, "to_inspect": 0, "overdue": 0}
    told = note_arrival(shop.call(), return_id=rma.return_id)
    row = Return.objects.get()
    assert (told.node_id, row.state, row.arrived_at is not None) == (row.node_id, "authorized", True)
    assert _stages() == {"announced": 0, "arrived": 1, "to_inspect": 0, "overdue": 0}
    with clock.moved_by(timedelta(days=3)):
        assert _stages()["overdue"] == 1
    receive_return(shop.call(), return_id=rma.return_id)
    assert _stages() == {"announced": 0, "arrived": 0, "to_inspect": 1, "overdue": 0}


def test_it_arrives_once(shop: Shop) -> None:
    rma = announced(shop)
    note_arrival(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(ArrivedBefore):
        note_arrival(shop.call(), return_id=rma.return_id)


def test_what_is_called_off_does_not_arrive(shop: Shop) -> None:
    rma = announced(shop)
    cancel_return(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        note_arrival(shop.call(), return_id=rma.return_id)


def test_the_customer_does_not_call_off_what_is_here(shop: Shop) -> None:
    rma = announced(shop)
    note_arrival(shop.call(), return_id=rma.return_id)
    customer = replace(shop, actor=Actor(kind="customer", id=str(new_id()), permissions=frozenset({"*"}))).call()
    with sold.nothing_changes(shop), pytest.raises(SeenBefore):
        cancel_return(customer, return_id=rma.return_id)
