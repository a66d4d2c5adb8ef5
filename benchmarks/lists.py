"""What people look at all day, over HTTP, beside the bare statement that finds it: lists, searches, counts, pages."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet

from benchmarks import placing
from benchmarks.figures import Figure
from benchmarks.house import House
from dingdan.automation import audit
from dingdan.automation.consumers import drain
from dingdan.insight.board.models import BoardCount, BoardRow
from dingdan.insight.board.queries import Wanted, rows
from dingdan.kernel import feed
from dingdan.kernel.models import EntrySubject
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.models import Balance, Move
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import Invoice

TIMES: Final = 60
SHOWN: Final = 50
SINCE: Final = 400
"""Lives between two audits."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, and the question to the database that it cannot do without."""

    path: str
    bare: QuerySet[Any]


def figures(house: House) -> Iterator[Figure]:
    """B5: what 95 of 100 take at most, and how much longer that is than the bare statement."""
    with tenant_scope(house.tenant.id), house.serving() as web:
        host = web.address.removeprefix("http://")
        line = http.client.HTTPConnection(host)
        headers = {"Authorization": f"Bearer {house.token}"}
        for place, (name, asks) in enumerate(_asks().items(), 1):
            for ask in asks[:3]:
                _answered(line, headers, ask)
            taken = [_both(lambda ask: _answered(line, headers, ask), ask, number) for number, ask in enumerate(asks)]
            over_http = 1000 * sorted(asked for asked, _bare in taken)[len(taken) * 95 // 100]
            through = over_http / median(asked / bare for asked, bare in taken)  # so that the ratio is the median of their own
            yield Figure(
                name=f"B5.{place}", what=f"{name}: p95 over HTTP ÷ the bare statement", unit="ms", value=over_http,
                baseline=through, goal="<= 5",
            )  # fmt: skip


def audited(house: House) -> Iterator[Figure]:
    """F1: all laws over all rows, side by side; then, from the checkpoint, over what some hundred whole lives brought since."""
    with tenant_scope(house.tenant.id):
        drain(house.tenant.id)
        seconds = _seconds(audit.prove(house.tenant, processes=audit.processors(), tell=lambda _done, _of: None))
        yield Figure(name="F1", what="audit in full", unit="s", value=seconds, goal="<= 60")
        proved = feed.end()
        for first in range(0, SINCE, placing.BATCH):
            placing.live(house, first)
        seconds = _seconds(audit.audit_since_checkpoint(house.tenant))
        what = f"audit from the checkpoint, {feed.end() - proved:,} entries later"
        yield Figure(name="F1/since", what=what, unit="s", value=seconds, goal="<= 5")


def _seconds(breaches: Iterator[str]) -> float:
    began = time.perf_counter()
    for breach in breaches:
        raise RuntimeError(breach)
    return time.perf_counter() - began


def _asks() -> dict[str, list[Ask]]:
    """Requests about orders from anywhere in the books, by what they ask for."""
    some = random.Random(5)
    oldest, newest = (
        BoardRow.objects.order_by(way).values_list("placed_at", flat=True)[0] for way in ("placed_at", "-placed_at")
    )
    days = [oldest + (newest - oldest) * some.random() for _ in range(TIMES)]
    found = [BoardRow.objects.filter(placed_at__gte=day).order_by("placed_at", "id")[0] for day in days]
    people = {
        order.id: order.ship_to for order in Order.objects.filter(id__in=[row.id for row in found]).select_related("ship_to")
    }
    skus = [f"A{some.randint(1, 200)}" for _ in found]

    def listed(wanted: Callable[[Any], dict[str, Any]], of: Sequence[Any] = found) -> list[Ask]:
        return [_listed(wanted(one)) for one in of]

    return {
        "newest orders": listed(lambda _row: {}),
        "by state": listed(lambda state: {"state": state}, ["placed", "on_hold", "closed", "canceled"] * (TIMES // 4)),
        "by payment": listed(lambda row: {"payment_status": row.payment_status}),
        "by payment that is rare": listed(lambda status: {"payment_status": status}, [*PaymentStatus] * (TIMES // 9)),
        "by fulfillment": listed(lambda row: {"fulfillment_status": row.fulfillment_status}),
        "to be sent": listed(lambda _row: {"state": "placed", "payment_status": "paid", "fulfillment_status": "unfulfilled"}),
        "by channel": listed(lambda row: {"channel_id": row.channel_id}),
        "by channel and state": listed(lambda row: {"channel_id": row.channel_id, "state": "on_hold"}),
        "by external id": listed(lambda row: {"external_id": row.external_id or "M-1"}),
        "by day": listed(lambda row: {"placed_from": row.placed_at, "placed_before": row.placed_at + timedelta(days=1)}),
        "unpaid of a day": listed(lambda row: {"placed_before": row.placed_at, "payment_status": "unpaid"}),
        "of a customer": listed(lambda row: {"customer_id": row.customer_id}, [row for row in found if row.customer_id]),
        "with an article": listed(lambda sku: {"sku": sku}, skus),
        "article and status": listed(lambda sku: {"sku": sku, "payment_status": "unpaid"}, skus),
        "search: number": listed(lambda row: {"q": row.number}),
        "search: e-mail": listed(lambda row: {"q": people[row.id].email}),
        "search: phone": listed(lambda row: {"q": people[row.id].phone}),
        "search: name": listed(lambda row: {"q": row.name}),
        "search: part of a name": listed(lambda row: {"q": row.name[:3]}),
        "search: article": listed(lambda sku: {"q": sku}, skus),
        "search: nothing": listed(lambda row: {"q": f"{row.number}x"}),
        "counts by status": [Ask("/orders/counts", BoardCount.objects.all()) for _row in found],
        "an order with its timeline": [
            Ask(f"/orders/{row.id}", EntrySubject.objects.filter(subject_id=row.id).select_related("entry").order_by("id"))
            for row in found
        ],
        "stock by node": [Ask("/stock?limit=50", Balance.objects.select_related("variant", "node")[:51]) for _row in found],
        "why is it 47?": [
            Ask(f"/stock/{sku}/why?limit=50", Move.objects.filter(variant__sku=sku).order_by("-id")[:51]) for sku in skus
        ],
        "newest invoices": [Ask("/invoices?limit=50", Invoice.objects.order_by("-issued_on", "-id")[:51]) for _row in found],
    }


def _listed(wanted: dict[str, Any]) -> Ask:
    names = {"channel_id": "channel", "customer_id": "customer"}
    asked = {names.get(name, name): value.isoformat() if hasattr(value, "isoformat") else value for name, value in wanted.items()}
    return Ask(f"/orders?{urlencode(asked | {'limit': SHOWN})}", rows(Wanted(**wanted))[: SHOWN + 1])


def _answered(line: http.client.HTTPConnection, headers: dict[str, str], ask: Ask) -> None:
    line.request("GET", f"/api/v1{ask.path}", headers=headers)
    answer = line.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{ask.path}: {answer.status} {json.loads(said)}")


def _bare(ask: Ask) -> None:
    statement, params = ask.bare.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        cursor.fetchall()


def _both(over_http: Callable[[Ask], None], ask: Ask, number: int) -> tuple[float, float]:
    """Seconds over HTTP and of the bare statement, each first in turn: what comes second finds everything in memory."""
    taken = {}
    for do in (over_http, _bare) if number % 2 else (_bare, over_http):
        began = time.perf_counter()
        do(ask)
        taken[do] = time.perf_counter() - began
    return taken[over_http], taken[_bare]
