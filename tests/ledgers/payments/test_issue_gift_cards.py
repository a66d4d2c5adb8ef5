from datetime import UTC, datetime

import pytest

from dingdan.kernel.codes import is_well_formed
from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import IssueGiftCard, issue_gift_cards
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import code_of
from dingdan.ledgers.payments.rules import months_later
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive
from tests.ledgers.payments.desk import NOON, Desk


def test_it_works(desk: Desk) -> None:
    told = issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(20_00, "GBP"), valid_months=3))
    assert (told.origin, told.amount, told.expires_at) == ("favor", 20_00, datetime(2027, 2, 23, 12, tzinfo=UTC))
    assert desk.posted() == [("gift_card_granted", "goodwill_expense", "gift_cards", 20_00)]
    code = code_of(told.gift_card_id)
    assert is_well_formed(code)
    assert code[-4:] == told.last4
    row = GiftCard.objects.get(id=told.gift_card_id)
    assert code not in row.sealed_code
    assert code.replace("-", "") not in (row.sealed_code, row.code_digest)
    assert desk.left(told.gift_card_id) == ("active", 20_00)


def test_over_the_counter_cash_comes_in(desk: Desk) -> None:
    issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(20_00, "GBP"), origin="counter"))
    assert desk.posted() == [("gift_card_sold_for_cash", "cash", "gift_cards", 20_00)]


def test_many_at_once_each_with_a_code_of_its_own(desk: Desk) -> None:
    told = issue_gift_cards.many((desk.call(), IssueGiftCard(money=Money(1, "GBP"))) for _ in range(20))
    assert len({one.last4 for one in GiftCard.objects.all()} | {code_of(one.gift_card_id) for one in told}) >= 20  # type: ignore[union-attr]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_card_over_nothing_is_refused(desk: Desk, amount: int) -> None:
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(amount, "GBP")))


@pytest.mark.parametrize("months", [0, 1201])
def test_a_validity_that_cannot_be_is_refused(desk: Desk, months: int) -> None:
    with desk.nothing_changes(), pytest.raises(Invalid, match="1 to 1200"):
        issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(1, "GBP"), valid_months=months))


@pytest.mark.parametrize("origin", ["order", "import", "luck"])
def test_nobody_issues_what_is_sold_or_brought_over(desk: Desk, origin: str) -> None:
    with desk.nothing_changes(), pytest.raises(Exception, match="favor"):
        issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(1, "GBP"), origin=origin))


def test_months_end_where_months_end() -> None:
    assert months_later(datetime(2026, 11, 30, 1, tzinfo=UTC), 3) == datetime(2027, 2, 28, 1, tzinfo=UTC)
    assert months_later(NOON, 12) == datetime(2027, 11, 23, 12, tzinfo=UTC)
