"""What is wrong with an account is said when it is saved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.ports import firms
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.methods.rules import NotUsable
from tests.integrations.paypal.till import draft
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk, paypals: Sandbox) -> None:
    saved = save_merchant_account(desk.call(), account=draft(paypals))
    found = credentials(saved.merchant_account_id)
    assert found is not None
    secret = draft(paypals).secrets["client_secret"]
    assert found.secrets == {"client_secret": secret}
    assert secret not in repr(found) + repr(saved)
    assert [way.value for way in firms["paypal"].ways] == ["page", "wap"]


@pytest.mark.parametrize(
    ("part", "name", "text"),
    [
        ("settings", "client_id", "AbcdefghijklmnopＱ"),
        ("settings", "client_id", "short"),
        ("settings", "webhook_id", "1AB23456CD789012E\nhttps://shop.example/"),
        ("secrets", "client_secret", "Abcdefghijklmnop qrst"),
    ],
)
def test_what_cannot_be_paypals_is_refused(desk: Desk, paypals: Sandbox, part: str, name: str, text: str) -> None:
    good = draft(paypals)
    wrong = replace(good, **{part: {**getattr(good, part), name: text}})
    with desk.nothing_changes(), pytest.raises(NotUsable) as refused:
        save_merchant_account(desk.call(), account=wrong)
    assert refused.value.field == f"{part}.{name}"
    assert text not in str(refused.value)
    assert MerchantAccount.objects.count() == 0
