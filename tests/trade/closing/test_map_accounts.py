from __future__ import annotations

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.payments.rules import CHART
from dingdan.trade.closing.commands import MapAccount, map_accounts
from dingdan.trade.closing.queries import mapping_of
from dingdan.trade.closing.rules import AccountNotUsable, Target, Theirs, UnknownAccount, check_account, usual
from tests.trade.closing.till import Till


def test_it_works(till: Till) -> None:
    told = map_accounts(till.call(), target="kingdee", accounts=(MapAccount(account="bank", code="1002.01", name="中国银行"),))
    assert [(one.field, one.after) for one in told.changes] == [("bank.code", "1002.01"), ("bank.name", "中国银行")]
    again = map_accounts(till.call(), target="kingdee", accounts=(MapAccount(account="bank", code="1002.02", name="中国银行"),))
    assert [(one.field, one.before, one.after) for one in again.changes] == [("bank.code", "1002.01", "1002.02")]
    assert mapping_of(Target.KINGDEE)["bank"] == Theirs("1002.02", "中国银行")
    assert mapping_of(Target.KINGDEE)["cash"] == Theirs("1001", "库存现金")
    assert mapping_of(Target.XERO)["bank"].code == "855"


@pytest.mark.parametrize("target", Target)
def test_every_account_has_a_usual_name_that_its_program_reads(target: Target) -> None:
    for one in CHART:
        check_account(target, one.code, usual(target, one.code).code)


@pytest.mark.parametrize(
    ("target", "account", "code", "refusal"),
    [
        ("sage", "bank", "1", UnknownChoice),
        ("xero", "piggy_bank", "200", UnknownAccount),
        ("xero", "bank", "a code that is too long", AccountNotUsable),
        ("beancount", "bank", "Vault:Bank", AccountNotUsable),
        ("hledger", "bank", "assets:bank  x", AccountNotUsable),
        ("kingdee", "bank", "银行", AccountNotUsable),
    ],
)
def test_what_a_program_would_not_read_is_refused(
    till: Till, target: str, account: str, code: str, refusal: type[Refusal]
) -> None:
    with till.nothing_changes(), pytest.raises(refusal):
        map_accounts(till.call(), target=target, accounts=(MapAccount(account=account, code=code),))
