"""How well tickets are looked after."""

from __future__ import annotations

from datetime import timedelta

from dingdan.trade.tickets.commands import (
    AssignTicket,
    answer_ticket,
    assign_tickets,
    merge_tickets,
    rate_ticket,
    reply_ticket,
    solve_ticket,
)
from dingdan.trade.tickets.queries import ReportBy, ReportRow, report
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, member, opened

WEEK = timedelta(days=7)


def _rows(by: ReportBy, *, weeks: int = 2) -> dict[str, ReportRow]:
    return {row.key: row for row in report(by, since=MONDAY - WEEK, until=MONDAY + weeks * WEEK, now=MONDAY + weeks * WEEK)}


def test_it_works(shop: Shop) -> None:
    amy = member(shop)
    quick, slow, _never, late = opened(shop), opened(shop), opened(shop), opened(shop, at=MONDAY + WEEK, topic="late")
    for told, hours, rating in ((quick, 1, 5), (slow, 5, 2)):
        assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=amy))
        answer_ticket(shop.call(at=MONDAY + hours * HOUR), ticket_id=told.ticket_id, text="A photo?")
        reply_ticket(shop.call(at=MONDAY + (hours + 1) * HOUR), ticket_id=told.ticket_id, text="Here.")
        solve_ticket(shop.call(at=MONDAY + (hours + 2) * HOUR), ticket_id=told.ticket_id)
        rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=rating)
    solve_ticket(shop.call(at=MONDAY + WEEK + 3 * HOUR), ticket_id=late.ticket_id)
    by_topic = _rows(ReportBy.TOPIC)
    assert by_topic["damaged"] == ReportRow(
        key="damaged", opened=3, answered=2, answer_seconds=3600, answered_late=2, solved=2, solve_seconds=7200, solved_late=1,
        late=2, escalated=0, rated=2, rating_sum=7,
    )  # fmt: skip
    assert by_topic["late"].opened == 1
    by_owner = _rows(ReportBy.OWNER)
    assert (by_owner[str(amy)].answered_late, by_owner[str(amy)].solved, by_owner[""].opened) == (1, 2, 2)
    assert {key: row.opened for key, row in _rows(ReportBy.WEEK).items()} == {"2026-W10": 3, "2026-W11": 1}
    assert {key: row.opened for key, row in _rows(ReportBy.WEEK, weeks=1).items()} == {"2026-W10": 3}


def test_who_waits_for_the_customer_is_not_late(shop: Shop) -> None:
    told = opened(shop)
    answer_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="A photo?")
    assert _rows(ReportBy.TOPIC)["damaged"].late == 0


def test_a_double_counts_once(shop: Shop) -> None:
    kept, double = opened(shop), opened(shop)
    merge_tickets(shop.call(), kept_id=kept.ticket_id, merged_id=double.ticket_id)
    assert _rows(ReportBy.TOPIC)["damaged"].opened == 1


def test_nothing_to_report(shop: Shop) -> None:
    assert _rows(ReportBy.WEEK) == {}
