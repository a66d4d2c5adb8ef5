"""The review desk: how many orders the rules look at in a second, in runs of a hundred, and trying rules on past orders."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from benchmarks.placing import counted, wanted

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

RUN: Final = 100
ORDERS: Final = int(os.environ.get("DINGDAN_BENCH_REVIEWS", "2000"))
USUAL: Final[dict[str, dict[str, Any]]] = {
    "amount": {"amounts": {"GBP": 10_000_000}},
    "address_trouble": {"troubles": ["po_box", "not_of_country"]},
    "remark": {"words": ["urgent", "gift", "急", "加急"]},
    "duplicate": {"hours": 24},
}
EVERY: Final[dict[str, dict[str, Any]]] = USUAL | {
    "new_customer": {},
    "blacklist": {},
    "trusted": {},
    "short_of_stock": {},
    "unusual_quantity": {"times": 20},
    "price_under_floor": {"percent": 10},
    "risk_score": {"limit": 1000},
}


def reviews(house: House) -> Iterator[Figure]:
    """R1, R2, R3: orders that four usual rules look at, that all kinds look at, and past orders that they are tried on."""
    from benchmarks.figures import Figure
    from dingdan.kernel import clock
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.trade.review.queries import rehearse, rules_in_force

    with tenant_scope(house.tenant.id):
        for name, what, kinds in (("R1", "four usual rules", USUAL), ("R2", "all eleven kinds", EVERY)):
            _keep(house, kinds)
            orders = _placed(house)
            rate, statements = _reviewed(house, orders)
            yield Figure(name=name, what=f"orders reviewed by {what}, in runs of {RUN}", unit="orders/s", value=rate)
            yield Figure(name=f"{name}s", what=f"statements for an order reviewed by {what}", unit="statements", value=statements)
        rules, started = rules_in_force(), time.perf_counter()
        told = rehearse(rules, at=clock.now())
        seconds = time.perf_counter() - started
    yield Figure(name="R3", what="past orders that all eleven kinds are tried on", unit="orders/s", value=told.orders / seconds)


def _keep(house: House, kinds: dict[str, dict[str, Any]]) -> None:
    from dingdan.trade.review.commands import RuleDraft, activate_rule, save_rule

    for kind, parameters in kinds.items():
        follows = "pass" if kind == "trusted" else "note" if kind in ("new_customer", "duplicate") else "wait"
        draft = RuleDraft(code=kind.replace("_", "-"), name=kind, kind=kind, parameters=parameters, follows=follows)
        saved = save_rule(house.call(), rule=draft)
        if saved.created:
            activate_rule(house.call(), rule_id=saved.rule_id)


def _placed(house: House) -> list[Any]:
    """Orders of as many buyers as there are orders, each of whom lives somewhere."""
    from dingdan.trade.orders.commands import place_orders

    address = {"city": "London", "postal_code": "N1 9GU", "street_address": "1 High Street", "country_code": "GB"}
    placed: list[Any] = []
    for first in range(0, ORDERS, RUN):
        orders = [wanted(first + number) for number in range(RUN)]
        people = [replace(one.ship_to, email=f"buyer{first + at}@example.com", address=address) for at, one in enumerate(orders)]
        sent = [replace(one, ship_to=person) for one, person in zip(orders, people, strict=True)]
        placed += place_orders.many([(house.call(), one) for one in sent])
    return placed


def _reviewed(house: House, orders: Sequence[Any]) -> tuple[float, float]:
    from dingdan.trade.review.commands import ReviewOrder, review_orders

    counts, started = [], time.perf_counter()
    for first in range(0, len(orders), RUN):
        run = [(house.call(), ReviewOrder(order.order_id)) for order in orders[first : first + RUN]]
        counts.append(counted(lambda run=run: review_orders.many(run)))  # type: ignore[misc]
    return len(orders) / (time.perf_counter() - started), sum(counts) / len(orders)
