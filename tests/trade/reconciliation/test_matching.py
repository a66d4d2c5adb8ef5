"""What is certain is booked without asking, so it must be; what is likely is proposed, and says why."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from dingdan.trade.reconciliation.rules import Awaited, Awaiting, LineDraft, Proposal, creditor_reference, judge

ANN, BOB = UUID(int=101), UUID(int=102)


def _order(number: str, due: int = 5000, *, name: str = "Ann Lee", customer: UUID | None = None, **more: Any) -> Awaited:
    id_ = UUID(int=int("".join(filter(str.isdigit, number))))
    return Awaited(kind="order", id=id_, number=number, currency="EUR", due=due, names=(name,), customer_id=customer, **more)


def _line(text: str = "", amount: int = 5000, *, name: str = "Ann Lee", account: str = "") -> LineDraft:
    return LineDraft(booked_on=date(2026, 1, 5), amount=amount, currency="EUR", name=name, account=account, text=text)


def _judged(line: LineDraft, *orders: Awaited, known: dict[str, set[UUID]] | None = None, exact: bool = False) -> list[Proposal]:
    return judge(line, Awaiting(orders), known or {}, exact=exact)


def _told(found: list[Proposal]) -> list[tuple[list[tuple[str, int]], bool]]:
    return [([(part.awaited.number, part.amount) for part in one.parts], one.is_certain) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "10017", "order 10017", "1OO17", "100 17", "100-17", "RF" + creditor_reference("10017")[2:], "rechnung 20009",
        "10017 vom 05.01.2026",
    ],
)  # fmt: skip
def test_a_reference_and_the_amount_are_certain_whoever_pays(text: str) -> None:
    found = _judged(_line(text, name="Somebody Else"), _order("10017", others=("20009",)), _order("10018", name="Bob"))
    assert _told(found) == [([("10017", 5000)], True)]


def test_a_stranger_with_somebody_elses_number_is_only_proposed() -> None:
    """Bob has mistyped his number, and hit one of the same amount."""
    found = _judged(_line("10017", name="Bob Ray"), _order("10017"), _order("10071", name="Bob Ray"))
    assert sorted(_told(found)) == [([("10017", 5000)], False), ([("10071", 5000)], False)]


@pytest.mark.parametrize("text", ["10071", "1017", "10018", "order 100", "", "Bestellung Nummer 1001"])
def test_a_mistyped_reference_needs_amount_and_payer(text: str) -> None:
    orders = _order("10017"), _order("30000", due=7777)
    is_mistyped = text not in ("", "order 100")
    assert _told(_judged(_line(text), *orders)) == [([("10017", 5000)], is_mistyped)]
    assert [one.is_certain for one in _judged(_line(text, name="Eve Ott"), *orders)] == [False]
    assert not any(one.is_certain for one in _judged(_line(text, amount=5001), *orders))


def test_part_of_an_order_is_certain_when_checked_or_when_the_payer_fits() -> None:
    checked = creditor_reference("10017")
    assert _told(_judged(_line(checked, 3000, name="Eve"), _order("10017"))) == [([("10017", 3000)], True)]
    assert _told(_judged(_line("10017", 3000), _order("10017"))) == [([("10017", 3000)], True)]
    assert _told(_judged(_line("10017", 3000, name="Eve"), _order("10017"))) == [([("10017", 3000)], False)]


def test_too_much_is_certain_in_the_same_way_and_the_rest_is_nobodys() -> None:
    assert _told(_judged(_line("10017", 6000), _order("10017"))) == [([("10017", 5000)], True)]
    assert _told(_judged(_line("10017", 6000, name="Eve"), _order("10017"))) == [([("10017", 5000)], False)]


def test_several_orders_in_one_transfer() -> None:
    orders = _order("10017", 2000), _order("10018", 3000)
    assert _told(_judged(_line("10017 und 10018"), *orders)) == [([("10017", 2000), ("10018", 3000)], True)]
    assert not any(one.is_certain for one in _judged(_line("10017, 10018", 4000), *orders))


def test_an_account_that_paid_before_and_the_amount_are_certain() -> None:
    known = {"DE1": {ANN}}
    orders = _order("10017", customer=ANN), _order("10018", customer=BOB, name="Bob")
    assert _told(_judged(_line(account="DE1", name=""), *orders, known=known)) == [([("10017", 5000)], True)]
    twice = (*orders, _order("10019", customer=ANN))
    assert [one.is_certain for one in _judged(_line(account="DE1", name=""), *twice, known=known)] == [False, False]


def test_a_name_and_the_amount_are_only_likely() -> None:
    (found,) = _judged(_line("thank you"), _order("10017"), _order("10018", name="Bob"))
    assert ([part.awaited.number for part in found.parts], found.is_certain, found.score) == (["10017"], False, 45)
    assert [sign.value for sign in found.signs] == ["amount", "same_name"]


def test_a_year_is_no_order() -> None:
    assert [one.is_certain for one in _judged(_line("invoice of 2024", name="Eve"), _order("2024"))] == [False]
    assert [one.is_certain for one in _judged(_line("2024"), _order("2024"))] == [True]


def test_digits_of_a_date_are_no_order() -> None:
    assert not any(one.is_certain for one in _judged(_line("vom 10.01.2026", name="Eve"), _order("1001")))


def test_another_currency_is_another_matter() -> None:
    assert _judged(_line("10017"), Awaited(kind="order", id=ANN, number="10017", currency="CHF", due=5000)) == []


def test_a_refund_is_only_found_whole() -> None:
    assert _told(_judged(_line("10017", -5000), _order("10017"), exact=True)) == [([("10017", 5000)], True)]
    assert not any(one.is_certain for one in _judged(_line("10017", -4000), _order("10017"), exact=True))


def test_what_was_paid_is_awaited_no_more() -> None:
    awaiting = Awaiting([_order("10017")])
    (first,) = judge(_line("10017", 2000), awaiting, {})
    awaiting.pay(first.parts)
    (rest,) = judge(_line("10017", 3000), awaiting, {})
    assert (rest.is_certain, rest.parts[0].amount) == (True, 3000)
    awaiting.pay(rest.parts)
    assert judge(_line("10017", 3000), awaiting, {}) == []
