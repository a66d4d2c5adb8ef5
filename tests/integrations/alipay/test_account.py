"""What a merchant copies wrongly is told when the account is saved, not when a customer wants to pay."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from dingdan.integrations.alipay import keys
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.methods.rules import MerchantAccountDraft, NotUsable
from tests.integrations.alipay.vectors import read
from tests.ledgers.payments.desk import Desk

SELLER = {"seller_id": "2088102146225135"}
CERTIFIED = {"app_certificate": read("app.crt"), "alipay_certificates": read("alipay.crt"), "root_certificate": read("root.crt")}
PLAIN = {"alipay_public_keys": read("alipay_public.pem")}
OWN = keys.private_key(read("app_key.pem")).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
_SHORT = generate_private_key(65537, 1024)  # noqa: S505 - that it is too short is the point
SHORT = _SHORT.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

REFUSED = [
    ({"seller_id": "208810214622513", **PLAIN}, "16 digits", "settings.seller_id"),
    ({"seller_id": "２０８８102146225135", **PLAIN}, "16 digits", "settings.seller_id"),
    ({}, "RSA key", "settings.alipay_public_keys"),
    ({"alipay_public_keys": "MIIBIjANBg"}, "RSA key", "settings.alipay_public_keys"),
    ({"alipay_public_keys": OWN}, "own public key", "settings.alipay_public_keys"),
    ({"app_certificate": CERTIFIED["app_certificate"], **PLAIN}, "all three", "settings.alipay_certificates"),
    (CERTIFIED | {"root_certificate": ""}, "all three", "settings.root_certificate"),
    (CERTIFIED | {"root_certificate": read("alipay_public.pem")}, ".crt", "settings.root_certificate"),
    (CERTIFIED | {"app_certificate": read("alipay.crt")}, "another private key", "settings.app_certificate"),
    (CERTIFIED | {"app_certificate": "2088"}, ".crt", "settings.app_certificate"),
    (CERTIFIED | {"alipay_certificates": read("app.crt")}, "own certificate", "settings.alipay_certificates"),
    (CERTIFIED | {"alipay_certificates": read("root.crt")}, ".crt", "settings.alipay_certificates"),
]
NO_KEYS = [(SHORT, "2048 bits"), ("no key", "RSA key"), (read("app.crt"), "RSA key")]


def draft(settings: dict[str, str], private_key: str = read("app_key.pem")) -> MerchantAccountDraft:
    """The account with these settings."""
    secrets = {"private_key": private_key}
    return MerchantAccountDraft(gateway="alipay", merchant="2014072300007148", settings=SELLER | settings, secrets=secrets)


@pytest.mark.parametrize("settings", [PLAIN, CERTIFIED])
def test_it_works(desk: Desk, settings: dict[str, str]) -> None:
    told = save_merchant_account(desk.call(), account=draft(settings))
    found = credentials(told.merchant_account_id)
    assert found is not None
    assert (found.merchant, found.settings["seller_id"]) == ("2014072300007148", SELLER["seller_id"])
    assert found.secrets == {"private_key": read("app_key.pem").strip()}
    assert "PRIVATE KEY" not in str(JournalEntry.objects.get().__dict__)


def test_it_refuses(desk: Desk) -> None:
    for settings, why, field in REFUSED:
        with desk.nothing_changes(), pytest.raises(NotUsable) as told:
            save_merchant_account(desk.call(), account=draft(settings))
        assert (why in told.value.detail, told.value.field) == (True, field)
    assert MerchantAccount.objects.count() == 0


def test_it_refuses_a_private_key(desk: Desk) -> None:
    for key, why in NO_KEYS:
        with desk.nothing_changes(), pytest.raises(NotUsable) as told:
            save_merchant_account(desk.call(), account=draft(PLAIN, key))
        assert (why in told.value.detail, told.value.field) == (True, "secrets.private_key")
        assert key not in str(told.value)
    assert MerchantAccount.objects.count() == 0


def test_it_looks_at_secrets_that_were_there_before(desk: Desk) -> None:
    save_merchant_account(desk.call(), account=draft(PLAIN))
    other = replace(draft(CERTIFIED | {"app_certificate": read("alipay.crt")}), secrets={})
    with desk.nothing_changes(), pytest.raises(NotUsable):
        save_merchant_account(desk.call(), account=other)
