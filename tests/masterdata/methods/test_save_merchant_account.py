from dataclasses import replace

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.methods.commands import retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.queries import account_in_use, credentials
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.masterdata.methods.firm import ACCOUNT
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_merchant_account(shop.call(), account=ACCOUNT)
    found = credentials(saved.merchant_account_id)
    assert found is not None
    assert (found.gateway, found.merchant, found.mode) == ("pennypay", "P-1", "test")
    assert (found.settings, found.secrets) == ({"region": "eu"}, {"secret_key": "sk_1"})
    assert account_in_use("pennypay") == MerchantAccount.objects.get()
    assert account_in_use("other") is None


def test_secrets_are_nowhere_to_be_read(shop: Shop) -> None:
    saved = save_merchant_account(shop.call(), account=ACCOUNT)
    row = MerchantAccount.objects.get()
    assert row.secrets_known == ["secret_key"]
    assert "sk_1" not in row.sealed
    assert "sk_1" not in repr(credentials(row.id))
    assert "sk_1" not in str(list(JournalEntry.objects.values()))
    assert [one.after for one in saved.changes if one.field == "sealed"] == [None]


def test_a_secret_that_is_not_given_stays_and_an_empty_one_is_forgotten(shop: Shop) -> None:
    save_merchant_account(shop.call(), account=replace(ACCOUNT, secrets={"secret_key": "sk_1", "certificate": "a\nb"}))
    kept = save_merchant_account(shop.call(), account=replace(ACCOUNT, name="Other", secrets={}))
    assert [one.field for one in kept.changes] == ["name"]
    save_merchant_account(shop.call(), account=replace(ACCOUNT, secrets={"certificate": ""}))
    found = credentials(kept.merchant_account_id)
    assert found is not None
    assert found.secrets == {"secret_key": "sk_1"}


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (replace(ACCOUNT, gateway="nobody"), "unknown_firm", "gateway"),
        (replace(ACCOUNT, merchant=" "), "text_missing", "merchant"),
        (replace(ACCOUNT, mode="dream"), "unknown_choice", "mode"),
        (replace(ACCOUNT, settings={"region": "us"}), "unknown_choice", "settings.region"),
        (replace(ACCOUNT, settings={}), "field_missing", "settings.region"),
        (replace(ACCOUNT, secrets={}), "field_missing", "secrets.secret_key"),
        (replace(ACCOUNT, settings={"region": "eu", "secret_key": "x"}), "unknown_field", "settings.secret_key"),
        (replace(ACCOUNT, secrets={"secret_key": "a\nb"}), "broken_text", "secrets.secret_key"),
        (replace(ACCOUNT, id=new_id()), "not_found", "merchant_account_id"),
    ],
)
def test_it_refuses_what_no_firm_could_use(shop: Shop, draft: MerchantAccountDraft, code: str, field: str) -> None:
    with shop.nothing_changes(MerchantAccount), pytest.raises(Refusal) as refused:
        save_merchant_account(shop.call(), account=draft)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_firm_has_one_account_in_use(shop: Shop) -> None:
    first = save_merchant_account(shop.call(), account=ACCOUNT)
    with shop.nothing_changes(MerchantAccount), pytest.raises(Refusal) as refused:
        save_merchant_account(shop.call(), account=replace(ACCOUNT, merchant="P-2"))
    assert (refused.value.code, refused.value.field) == ("key_taken", "gateway")
    retire_merchant_account(shop.call(), merchant_account_id=first.merchant_account_id)
    save_merchant_account(shop.call(), account=replace(ACCOUNT, merchant="P-2"))
