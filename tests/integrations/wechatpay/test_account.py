"""An account is saved when every part of it can be read, and not a moment before the first payer waits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.wechatpay.account import LIVE, account_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from tests.integrations.wechatpay.street import account_draft
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk, sandbox: Sandbox) -> None:
    draft = account_draft(sandbox, True)
    saved = save_merchant_account(desk.call(), account=replace(draft, mode="live"))
    account = account_of(saved.merchant_account_id)
    assert (account.address, account.mchid, account.serial) == (LIVE, draft.merchant, draft.settings["serial"])
    assert [*account.public_keys] == [draft.settings["public_key_id"]]
    assert account.app_ids == {draft.settings["app_id"]}
    told = f"{account!r} {list(JournalEntry.objects.values())} {list(MerchantAccount.objects.values())}"
    assert draft.secrets["api_key"] not in told
    assert draft.secrets["private_key"].splitlines()[1] not in told


def test_two_public_keys_are_listed_while_they_change(desk: Desk, sandbox: Sandbox) -> None:
    draft = account_draft(sandbox, True)
    one = draft.settings["public_key"]
    other = generate_private_key(65537, 2048).public_key()
    two = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    ids = f"{draft.settings['public_key_id']} PUB_KEY_ID_0112345678"
    changed = replace(draft, settings={**draft.settings, "public_key_id": ids, "public_key": one + two})
    account = account_of(save_merchant_account(desk.call(), account=changed).merchant_account_id)
    assert [*account.public_keys] == ids.split()
    assert account.public_keys["PUB_KEY_ID_0112345678"].public_numbers() == other.public_numbers()


def _pem(bits: int = 2048, password: bytes = b"") -> str:
    seal = BestAvailableEncryption(password) if password else NoEncryption()
    return generate_private_key(65537, bits).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, seal).decode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app_id", "Amy's Mugs"),
        ("mini_app_id", "x"),
        ("serial", "not a number"),
        ("serial", "PUB_KEY_ID_0112345678"),
        ("api_key", "short"),
        ("api_key", "3" * 31),
        ("api_key", "鑰" * 32),
        ("private_key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"),
        ("private_key", "locked"),
        ("private_key", "weak"),
        ("private_key", "public"),
        ("public_key", ""),
        ("public_key", "private"),
        ("public_key", "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"),
        ("public_key_id", ""),
        ("public_key_id", "7132D72A03E93CDDF8C03BBD1F37EEDF2F11C5A1"),
        ("public_key_id", "PUB_KEY_ID_0112345678 PUB_KEY_ID_0112345679"),
    ],
)
def test_it_refuses_what_cannot_be_read(desk: Desk, sandbox: Sandbox, name: str, text: str) -> None:
    draft = account_draft(sandbox, True)
    made = {
        "locked": lambda: _pem(password=b"1900000109"), "weak": lambda: _pem(1024),
        "public": lambda: draft.settings["public_key"], "private": lambda: draft.secrets["private_key"],
    }  # fmt: skip
    field = "public_key" if name == "public_key_id" else name
    wrong = account_draft(sandbox, True, **{name: made[text]() if text in made else text})
    with desk.nothing_changes(), pytest.raises(Refusal) as refused:
        save_merchant_account(desk.call(), account=wrong)
    assert (refused.value.code, refused.value.field) == ("not_usable", field)
    assert MerchantAccount.objects.count() == 0
    assert "BEGIN" not in str(refused.value)


@pytest.mark.parametrize("name", ["app_id", "serial", "private_key", "api_key"])
def test_it_refuses_what_is_not_there(desk: Desk, sandbox: Sandbox, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        save_merchant_account(desk.call(), account=account_draft(sandbox, False, **{name: ""}))
    assert refused.value.code == "field_missing"
    assert MerchantAccount.objects.count() == 0


def test_the_firm_has_no_place_of_its_own_for_trying(desk: Desk, sandbox: Sandbox) -> None:
    with pytest.raises(Refusal) as refused:
        save_merchant_account(desk.call(), account=replace(account_draft(sandbox), mode="test"))
    assert (refused.value.code, refused.value.field) == ("unknown_choice", "mode")
    assert MerchantAccount.objects.count() == 0
