"""The bank desk: a statement comes in, lines are matched, split, left alone, and all of that is undone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.automation.statements import match_statements
from dingdan.insight.board.upkeep import refresh
from dingdan.integrations.statements.importing import Imported, match_open
from dingdan.integrations.statements.samples import Payable, sample_statement, write_camt053
from dingdan.kernel.journal import SYSTEM
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.models import Discrepancy, StatementLine
from dingdan.trade.reconciliation.rules import LineDraft
from tests import kit
from tests.ledgers.payments.desk import SilentGateway
from tests.trade.reconciliation.desk import ACCOUNT, draft, due, line, match, order, statement, unapplied
from tests.trade.reconciliation.test_return_refund import found, given_back, paid
from tests.web.backoffice.desk import Desk, text_of

LINES = "/backoffice/reconciliation/statementline/"


def _sent(desk: Desk, where: str, **sent: object) -> str:
    answer = desk.browser.post(f"{LINES}{where}", sent, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def _page(desk: Desk, where: str = "", base: str = LINES) -> str:
    answer = desk.browser.get(f"{base}{where}")
    assert answer.status_code == 200, answer
    return text_of(answer.content.decode())


def _file(*lines: LineDraft) -> SimpleUploadedFile:
    return SimpleUploadedFile("camt053.xml", b"".join(write_camt053(ACCOUNT, "GBP", lines)))


def _do(desk: Desk, line_id: UUID, name: str, **sent: str) -> str:
    return _sent(desk, f"{line_id}/do/{name}/", **sent)


def test_it_works(desk: Desk) -> None:
    assert "No statement yet" in _page(desk)
    first = order(desk.shop, 1000)
    second = order(desk.shop, 700)
    told = _sent(desk, "import/", file=_file(draft(1000, first.number), draft(700, "thank you"), draft(-490, "Account fee")))
    assert "3 new lines came in; 0 were here before." in told
    assert "0 of 3 lines were compared" in told
    match_statements(tenant_id=str(desk.shop.tenant_id))
    assert "3 of 3 lines were compared with what is awaited; 1 are matched." in _page(
        desk, f"{StatementLine.objects.values_list('statement_id', flat=True)[0]}/", base="/backoffice/reconciliation/statement/"
    )
    waits = _page(desk)
    assert (due(first), f"Order {second.number}" in waits, "Account fee" in waits) == ((0, "paid"), True, True)
    (likely,) = StatementLine.objects.filter(amount=700).values_list("id", flat=True)
    assert "45 % · amount, name" in _page(desk, f"{likely}/")
    assert "1 line is matched." in _sent(desk, "accept/", id=[str(likely)], key="k1")
    assert (due(second), line(likely)) == ((0, "paid"), ("matched", 700))
    assert kit.breaches() == []


def test_the_same_file_adds_nothing(desk: Desk) -> None:
    _sent(desk, "import/", file=_file(draft(1000)))
    assert "0 new lines came in; 1 were here before." in _sent(desk, "import/", file=_file(draft(1000)))
    assert StatementLine.objects.count() == 1


def test_what_is_no_statement_is_told_and_adds_nothing(desk: Desk) -> None:
    told = _sent(desk, "import/", file=SimpleUploadedFile("x.xml", b"<html></html>"))
    assert "it is XML, but no camt.052, camt.053 or camt.054." in told
    assert StatementLine.objects.count() == 0


def test_a_line_is_split_and_that_is_undone(desk: Desk) -> None:
    first, second = order(desk.shop, 1000), order(desk.shop, 700)
    (one,) = statement(desk.shop, draft(1500))
    assert "The line is matched." in _do(desk, one, "match", orders=f"{first.number}=9.00, {second.number}")
    assert (due(first), due(second), line(one)) == ((100, "partly_paid"), (100, "partly_paid"), ("matched", 1500))
    assert "Undone: the orders are owed again." in _do(desk, one, "unmatch")
    assert (due(first), line(one), unapplied()) == ((1000, "unpaid"), ("open", 0), 1500)
    assert kit.breaches() == []


def test_an_order_is_searched_by_number_and_by_amount(desk: Desk) -> None:
    placed = order(desk.shop, 1234)
    refresh([placed.order_id])
    (one,) = statement(desk.shop, draft(1234, name="Eve"))
    for sought in (placed.number, "12.34", "Lee"):
        assert f"Order {placed.number} · Ann Lee · £12.34" in _page(desk, f"{one}/?q={sought}")
    assert "Nothing fits." in _page(desk, f"{one}/?q=nobody")


def test_an_order_that_was_paid_before_is_named(desk: Desk) -> None:
    placed = order(desk.shop, 1000)
    first, again = statement(
        desk.shop, draft(1000, placed.number, bank_reference="B1"), draft(1000, placed.number, bank_reference="B2")
    )
    match(desk.shop, first, placed)
    assert f"Orders that await no money Order State Payment {placed.number} Placed Paid" in _page(desk, f"{again}/")


def test_a_line_is_left_alone_and_taken_up_again(desk: Desk) -> None:
    (one,) = statement(desk.shop, draft(-490))
    _do(desk, one, "ignore", reason="Account fee")
    assert "Account fee" in _page(desk, f"{one}/")
    assert ("Nothing waits" in _page(desk), line(one)) == (True, ("ignored", 0))
    _do(desk, one, "reopen")
    assert line(one) == ("open", 0)


def test_exceptions_say_what_to_do_and_are_settled(desk: Desk) -> None:
    placed = order(desk.shop, 1000)
    (one,) = statement(desk.shop, draft(1300))
    match(desk.shop, one, placed)
    row = Discrepancy.objects.get()
    base = "/backoffice/reconciliation/discrepancy/"
    assert "Overpaid" in _page(desk, base=base)
    assert "Use the rest for another order, or give it back." in _page(desk, f"{row.id}/", base=base)
    desk.browser.post(f"{base}{row.id}/do/resolve/", {"resolution": "refunded", "note": "By bank"})
    row.refresh_from_db()
    assert (row.state, row.resolution, row.note) == ("resolved", "refunded", "By bank")


def test_a_refund_that_came_back_is_taken_into_the_books(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, "silent", SilentGateway())
    placed, _payment = paid(desk.shop)
    row_id, base = found(desk.shop, given_back(desk.shop, placed)), "/backoffice/reconciliation/discrepancy/"
    page = _page(desk, f"{row_id}/", base=base)
    assert ("ask the customer for a bank account first" in page, "Give it back again by" in page) == (True, True)
    answer = desk.browser.post(f"{base}{row_id}/do/return/", {"again_by": "bank_transfer", "key": "k1"}, follow=True)
    assert "Taken back. The refund waits to be paid another way." in text_of(answer.content.decode())
    assert Discrepancy.objects.get().resolution == "booked"
    assert list(Attempt.objects.order_by("id").values_list("gateway", "kind", "state")) == [
        ("silent", "capture", "succeeded"), ("silent", "refund", "returned"), ("bank_transfer", "refund", "requested"),
    ]  # fmt: skip
    assert "The refund came back" not in _page(desk, f"{row_id}/", base=base)


def test_a_sample_of_a_statement_is_one(desk: Desk) -> None:
    placed: list[OrderPlaced] = [order(desk.shop, 1000 + place) for place in range(6)]
    orders = [
        Payable(
            number=one.number, invoice=f"INV-{one.number}", amount=one.total, currency="GBP", name="Ann Lee", account="DE02",
            on=date(2026, 1, 5),
        )
        for one in placed
    ]  # fmt: skip
    _sent(desk, "import/", file=SimpleUploadedFile("s.xml", sample_statement(orders, account=ACCOUNT)))
    told = Imported()
    match_open(SYSTEM, told)
    assert (told.matched + told.proposed + told.open, sum(due(one)[0] == 0 for one in placed) >= 4) == (7, True)
    assert kit.breaches() == []
