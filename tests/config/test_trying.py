"""Rules are tried on past orders from the command line."""

import pytest

from dingdan.config import trying
from dingdan.kernel.errors import NotFound
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import rule, told


@pytest.fixture
def here(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop that the command line means."""
    monkeypatch.setattr(trying, "default_tenant", lambda: shop.tenant)
    monkeypatch.setattr(trying, "LARGEST_PAGE", 2)
    return shop


def test_what_would_have_been_otherwise(here: Shop) -> None:
    kit.stock(here, "TEA", 50)
    for quantity in (1, 5, 1, 6, 1):
        kit.place(here, ("TEA", quantity))
    rule(here, active=False)
    before, steps = told(), list[int]()
    trial = trying.try_rules(["amount"], 10, step=steps.append)
    assert steps == [2, 2, 1]
    assert trial.lines() == [
        "5 orders: 2 would wait, 3 would pass by themselves",
        "  amount (version 1) has found something in 2; 2 wait",
        "2 would have fared otherwise:",
        "  1004: waits, was not reviewed (amount)",
        "  1002: waits, was not reviewed (amount)",
    ]
    assert trial.as_dict()["rules"] == [{"code": "amount", "version": 1, "found": 2, "waits": 2}]
    assert told() == before


def test_no_more_than_asked_for(here: Shop) -> None:
    kit.stock(here, "TEA", 50)
    for _ in range(4):
        kit.place(here, ("TEA", 1))
    trial = trying.try_rules((), 3, step=lambda _count: None)
    assert (trial.orders, trial.waits) == (3, 0)
    assert trial.lines()[-1] == "0 would have fared otherwise"


def test_a_rule_that_is_not_there(here: Shop) -> None:
    with pytest.raises(NotFound):
        trying.try_rules(["nothing"], 10, step=lambda _count: None)
