"""What is wrong with an account is said when it is saved."""

from __future__ import annotations

import pytest

from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.ports import firms
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.methods.rules import MerchantAccountDraft, NotUsable
from tests.ledgers.payments.desk import Desk

GOOD = {"secret_key": "rk_live_51Abcdefghijklmnop", "webhook_secret": "whsec_abcdefgh\nwhsec_ijklmnop"}


def draft(**secrets: str) -> MerchantAccountDraft:
    return MerchantAccountDraft(
        gateway="stripe", merchant="acct_1", settings={"capture": "at_shipping"}, secrets={**GOOD, **secrets}
    )


def test_it_works(desk: Desk) -> None:
    saved = save_merchant_account(desk.call(), account=draft())
    found = credentials(saved.merchant_account_id)
    assert found is not None
    assert (found.settings, found.secrets) == ({"capture": "at_shipping"}, GOOD)
    assert not [secret for secret in GOOD.values() if secret in repr(found) + repr(saved)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("secret_key", "pk_live_51Abcdefghijklmnop"),
        ("secret_key", "sk_live_51Abcdefghijkl mnop"),
        ("secret_key", "51Abcdefghijklmnop"),
        ("secret_key", "sk_live_51Ａbcdefghijklmnop"),
        ("webhook_secret", "we_1Abcdefghijklmnop"),
        ("webhook_secret", "whsec_abcdefgh\nsk_live_51Abcdefghijklmnop"),
    ],
)
def test_what_cannot_be_stripes_is_refused(desk: Desk, name: str, text: str) -> None:
    with desk.nothing_changes(), pytest.raises(NotUsable) as refused:
        save_merchant_account(desk.call(), account=draft(**{name: text}))
    assert refused.value.field == f"secrets.{name}"
    assert text not in str(refused.value)
    assert MerchantAccount.objects.count() == 0


def test_a_door_can_see_whether_money_is_held() -> None:
    (capture,) = [one for one in firms["stripe"].fields if one.name == "capture"]
    assert capture.choices == ("at_shipping", "at_once")
    assert firms["stripe"].holds
    assert [way.value for way in firms["stripe"].ways] == ["page", "wap", "saved"]
