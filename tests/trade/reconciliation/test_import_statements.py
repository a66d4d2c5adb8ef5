"""Each line of an account is kept once, whichever statements it stands in."""

import pytest

from dingdan.kernel.errors import Busy
from dingdan.trade.reconciliation.commands import import_statements
from dingdan.trade.reconciliation.models import Statement, StatementLine
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, exceptions, head, part, statement


def _counts() -> list[tuple[int, int, int]]:
    return list(Statement.objects.order_by("imported_at", "id").values_list("lines_count", "known_count", "moved"))


def test_it_works(shop: Shop) -> None:
    ids = statement(shop, draft(1000, "first"), draft(-200, "fee"), opening=100, closing=900)
    assert list(StatementLine.objects.filter(id__in=ids).order_by("id").values_list("amount", "text", "payer_account")) == [
        (1000, "first", "DE02"),
        (-200, "fee", "DE02"),
    ]
    assert (_counts(), exceptions(), kit.breaches()) == ([(2, 0, 800)], [], [])


def test_overlapping_statements_bring_a_line_once(shop: Shop) -> None:
    same = [draft(100, "a"), draft(100, "a"), draft(100, "a", bank_reference="B1")]
    statement(shop, *same)
    statement(shop, *same, draft(100, "b"), number="2")
    assert (_counts(), StatementLine.objects.count()) == ([(3, 0, 300), (1, 3, 400)], 4)


def test_a_line_on_another_account_is_another_line(shop: Shop) -> None:
    statement(shop, draft(100))
    statement(shop, draft(100), account="GB33BUKB20201555555555")
    assert StatementLine.objects.count() == 2


def test_lines_that_do_not_come_out_at_the_balance_are_told(shop: Shop) -> None:
    statement(shop, draft(1000), opening=100, closing=1200)
    assert (exceptions(), kit.breaches()) == ([("missing_in_books", 1200, 1100)], [])


def test_a_long_statement_comes_in_parts(shop: Shop) -> None:
    whole = head(draft(1), opening=0, closing=300)
    first, last = (part(draft(amount, str(amount))) for amount in (100, 200))
    for number, one in enumerate((first, last)):
        wish = type(one)(head=whole, lines=one.lines, is_last=number == 1)
        import_statements.one(shop.call(), wish)
    assert (_counts(), exceptions(), kit.breaches()) == ([(2, 0, 300)], [], [])


def test_two_who_bring_the_same_at_once_bring_it_once(shop: Shop) -> None:
    wishes = [part(draft(100), number=str(number)) for number in range(2)]
    outcomes = kit.in_threads(lambda index: import_statements.one(shop.call(), wishes[index]), 2)
    assert {type(one) for one in outcomes} <= {Busy, type(outcomes[0]), type(outcomes[1])}
    assert StatementLine.objects.count() == 1
    with pytest.raises(StatementLine.DoesNotExist):
        StatementLine.objects.get(amount=200)
