"""The laws of closing can be broken, and then say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.closing.commands import record_bill_lines
from dingdan.trade.closing.models import BillLine, CashCount, DayBalance, DayClose
from dingdan.trade.closing.queries import laws
from dingdan.trade.closing.rules import LineTold
from tests.trade.closing.biller import CODE
from tests.trade.closing.till import MONDAY, NEVER_MIND, TUESDAY, Till, noon


def told(law: Callable[[], Iterator[str]]) -> list[str]:
    return list(law())


def test_a_statement_that_is_not_its_postings_is_found() -> None:
    till = Till()
    Tenant.objects.create(id=till.id, slug=f"shop-{till.id.hex}", name="Shop", currency="GBP", time_zone="Europe/London")
    with tenant_scope(till.id):
        till.receive(10_00, on=MONDAY)
        till.close(MONDAY, acknowledged=NEVER_MIND)
        entry = JournalEntry.objects.order_by("id")[0]
        feed.sequence(till.id)
        made_up = DayClose.objects.create(
            moved_on=TUESDAY, currency="GBP", starts_at=noon(TUESDAY), ends_at=noon(TUESDAY).replace(hour=23),
            position=feed.end(), behind=1, closed_at=noon(TUESDAY), closed_by_kind="staff",
        )  # fmt: skip
        DayBalance.objects.create(close=made_up, account="cash", opening=1, late=0, debits=2, credits=0, closing=3)
        CashCount.objects.create(
            entry=entry, number=new_id(), counted_on=TUESDAY, currency="GBP", at=noon(TUESDAY), expected=1, counted=2
        )
        assert told(laws.law_a_closed_day_is_the_sum_of_its_postings) == [
            "2026-11-24 GBP, cash: the statement says 3, postings 0"
        ]
        assert told(laws.law_a_closed_day_balances) == ["2026-11-24 GBP: the accounts add up to 3"]
        assert told(laws.law_closes_follow_each_other) == ["2026-11-24 GBP: does not go on from the closed day before"]
        assert told(laws.law_cash_differences_are_posted) == ["GBP: counts differ by 1, postings say 0"]
        DayClose.objects.filter(id=made_up.id).update(previous=DayClose.objects.get(moved_on=MONDAY).id)
        assert told(laws.law_a_close_opens_with_what_the_one_before_left) == [
            "2026-11-24 GBP, cash: opens with 1, the day before left 1000",
            "2026-11-24 GBP, unapplied_money: opens with None, the day before left -1000",
        ]


def test_a_matched_line_that_says_something_else_is_found() -> None:
    other = Till()
    Tenant.objects.create(id=other.id, slug=f"shop-{other.id.hex}", name="Shop", currency="GBP", time_zone="Europe/London")
    with tenant_scope(other.id):
        call = Call(tenant_id=other.id, actor=SYSTEM)
        account = save_merchant_account(call, account=MerchantAccountDraft(gateway=CODE, merchant="m-1")).merchant_account_id
        line = LineTold(kind="payment", reference="ch-1", amount=5, currency="GBP", at=noon(MONDAY))
        record_bill_lines(other.call(), account_id=account, day=MONDAY, lines=(line,))
        BillLine.objects.update(state="matched")
        assert told(laws.law_a_matched_line_says_what_the_books_say) == ["biller ch-1: the bill says 5, the attempt None"]
