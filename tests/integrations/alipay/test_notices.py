"""Notices: what a genuine one says, and why another is not believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dingdan.integrations.alipay import keys
from dingdan.integrations.alipay.amounts import moment_of
from dingdan.integrations.alipay.notices import Notices
from dingdan.integrations.sandbox.firms.keys import sign
from dingdan.ledgers.payments.ports import Answer, Heard, NotGenuine, Post, Topic
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.integrations.alipay.vectors import TOLD, read
from tests.ledgers.payments.desk import Desk

KEY = "01a224d2-5e5f-76d2-8725-b107b0cb45b2"
NOW = moment_of("2026-11-29 10:32:00")
APP, SELLER = "2014072300007148", "2088102146225135"
GENUINE = dict(parse_qsl(TOLD["notice_utf-8"]))


def merchant(desk: Desk, **settings: str) -> UUID:
    """The account that the vectors are about."""
    draft = MerchantAccountDraft(
        gateway="alipay",
        merchant=APP,
        settings={"seller_id": SELLER, "alipay_public_keys": read("alipay_public.pem")} | settings,
        secrets={"private_key": read("app_key.pem")},
    )
    return save_merchant_account(desk.call(), account=draft).merchant_account_id


def certified(desk: Desk, theirs: str) -> UUID:
    """The account with certificates, and these of Alipay."""
    return merchant(desk, app_certificate=read("app.crt"), alipay_certificates=theirs, root_certificate=read("root.crt"))


def posted(changes: Mapping[str, str | None] = GENUINE, *, charset: str = "utf-8") -> bytes:
    """A notice as Alipay would sign it, with changes; what is changed to None is left out."""
    changed = {**GENUINE, **changes, "sign": None, "sign_type": None}
    told = {name: text for name, text in changed.items() if text is not None}
    written = "&".join(f"{name}={text}" for name, text in sorted(told.items())).encode(charset)
    return urlencode(told | {"sign": sign(read("alipay_key.pem"), written), "sign_type": "RSA2"}, encoding=charset).encode()


def refund(**changes: str | None) -> bytes:
    """A notice of a refund."""
    return posted({"refund_fee": "10.00", "gmt_refund": "2026-11-29 10:31:00.123", "out_biz_no": UUID(KEY).hex} | changes)


def heard(account: UUID, body: bytes, *, after: timedelta = timedelta(0)) -> Heard:
    """What is understood, so long after the minute at which the vectors are heard."""
    return Notices().hear(Post(account_id=account, headers={}, query={}, body=body, at=NOW + after))


@pytest.mark.parametrize("name", ["notice_utf-8", "notice_gbk"])
def test_it_works(desk: Desk, name: str) -> None:
    told = heard(merchant(desk), TOLD[name].encode())
    assert told.answer == b"success"
    (notice,) = told.notices
    assert (notice.id, notice.topic, notice.key, notice.merchant) == (GENUINE["notify_id"], Topic.CAPTURE, KEY, APP)
    result = notice.result
    assert (result.answer, result.amount, result.currency) == (Answer.DONE, 8888, "CNY")
    assert (result.reference, result.payment_reference) == (GENUINE["trade_no"], UUID(KEY).hex)
    assert result.means == "Alipay (ALIPAYACCOUNT)"


def test_these_tests_sign_as_openssl_does() -> None:
    assert dict(parse_qsl(posted().decode())) == GENUINE


def test_a_signature_alone_is_not_enough(desk: Desk) -> None:
    account = merchant(desk)
    unreadable = (" 88.88", "+88.88", "-88.88", "88.8800", "8.888e1", "８８.８８", "88,88", ".5", "", "9" * 14, None)
    cases: list[tuple[dict[str, str | None], str]] = [
        ({"app_id": "2014072300007149"}, "another app"),
        ({"app_id": None}, "another app"),
        ({"seller_id": "2088102146225136"}, "another seller"),
        ({"seller_id": None}, "whose money"),
        ({"trade_no": None}, "whose money"),
        ({"trans_currency": "USD"}, "another currency"),
        ({"currency": "HKD"}, "another currency"),
        ({"notify_time": "2026-11-29 10:26:59"}, "not now"),
        ({"notify_time": "2026-11-29 10:37:01"}, "not now"),
        ({"notify_time": "1796000000"}, "not now"),
        ({"notify_time": None}, "not now"),
        ({"charset": "utf-16"}, "letters"),
        *[({"total_amount": text}, "no amount") for text in unreadable],
    ]
    for changes, why in cases:
        with pytest.raises(NotGenuine, match=why):
            heard(account, posted(changes))
    with pytest.raises(NotGenuine, match="letters"):
        heard(account, posted(charset="gbk"))


def test_another_amount_is_told_as_it_is(desk: Desk) -> None:
    (notice,) = heard(merchant(desk), posted({"total_amount": "88.89"})).notices
    assert notice.result.amount == 8889


def test_it_refuses_what_alipay_did_not_sign(desk: Desk) -> None:
    account = merchant(desk)
    for body, why in [
        (b"", "RSA2"),
        (b"\xff\xfe", "not a form"),
        (b'{"json": 1}', "not a form"),
        (posted() + b"&x=y", "does not fit"),
        (posted().replace(b"88.88", b"88.89"), "does not fit"),
        (posted().replace(b"&sign_type=RSA2", b"&sign_type=RSA"), "RSA2"),
        (posted().replace(b"&sign_type=RSA2", b""), "RSA2"),
        (posted() + b"&sign_type=RSA2", "twice"),
        (posted() + b"&total%5Famount=0.01", "twice"),
        (posted().replace(b"%2B", b"%2b", 1), "rewritten"),
        (posted().replace(b"+", b" ", 1), "not a form"),
        (posted().rpartition(b"&sign=")[0] + b"&sign_type=RSA2", "does not fit"),
        (posted().replace(b"%3D%3D", b"", 1), "does not fit"),
    ]:
        with pytest.raises(NotGenuine, match=why):
            heard(account, body)


def test_five_minutes(desk: Desk) -> None:
    account, body = merchant(desk), posted()  # of 10:31:00, heard at 10:32:00 and so many seconds
    for after in (-360, 240):
        assert heard(account, body, after=timedelta(seconds=after)).notices
    for after in (-361, 241):
        with pytest.raises(NotGenuine, match="not now"):
            heard(account, body, after=timedelta(seconds=after))


def test_small_letters_throughout_are_another_programs_habit(desk: Desk) -> None:
    body = re.sub(rb"%..", lambda found: found[0].lower(), posted())
    assert heard(merchant(desk), body).notices


def test_what_means_nothing_is_thanked_for(desk: Desk) -> None:
    account = merchant(desk)
    cases: list[dict[str, str | None]] = [
        {"trade_status": "WAIT_BUYER_PAY"},
        {"trade_status": "TRADE_CLOSED"},  # with gmt_payment: it was paid, and its refund is told by itself
        {"trade_status": "SOMETHING_NEW"},
        {"trade_status": None},
        {"notify_type": "servicemarket_order_notify"},
        {"notify_id": None},
    ]
    for changes in cases:
        told = heard(account, posted(changes))
        assert (told.notices, told.answer) == ((), b"success")


def test_a_trade_that_nobody_paid(desk: Desk) -> None:
    (notice,) = heard(merchant(desk), posted({"trade_status": "TRADE_CLOSED", "gmt_payment": None})).notices
    assert (notice.topic, notice.result.answer, notice.result.error) == (Topic.CAPTURE, Answer.DECLINED, "TRADE_CLOSED")


def test_a_refund(desk: Desk) -> None:
    account = merchant(desk)
    for state in ("TRADE_SUCCESS", "TRADE_CLOSED"):
        (notice,) = heard(account, refund(trade_status=state)).notices
        assert (notice.topic, notice.key, notice.result.answer) == (Topic.REFUND, KEY, Answer.DONE)
        assert (notice.result.reference, notice.result.payment_reference) == (UUID(KEY).hex, "")
        assert (notice.result.amount, notice.result.currency) == (0, ""), "it tells the sum of all refunds, and not this one"


def test_a_refund_that_somebody_made_at_alipay(desk: Desk) -> None:
    account = merchant(desk)
    for number, key in (("BY-HAND-1", "BY-HAND-1"), (None, "")):
        (notice,) = heard(account, refund(out_biz_no=number)).notices
        assert (notice.topic, notice.key) == (Topic.REFUND, key)


def test_a_refund_is_never_more_than_the_payment(desk: Desk) -> None:
    account = merchant(desk)
    for fee in ("88.89", "-1.00", "1.000"):
        with pytest.raises(NotGenuine):
            heard(account, refund(refund_fee=fee))


def test_a_number_that_is_not_ours_is_told(desk: Desk) -> None:
    (notice,) = heard(merchant(desk), posted({"out_trade_no": "T-1"})).notices
    assert (notice.key, notice.result.payment_reference) == ("T-1", "T-1")


def test_the_certificate_is_named(desk: Desk) -> None:
    account = certified(desk, read("alipay.crt"))
    assert heard(account, posted({"alipay_cert_sn": TOLD["alipay_cert_sn"]})).notices
    assert heard(account, posted()).notices
    with pytest.raises(NotGenuine, match="does not fit"):
        heard(account, posted({"alipay_cert_sn": TOLD["app_cert_sn"]}))


def test_while_alipay_changes_its_key_both_are_taken(desk: Desk) -> None:
    other = keys.rsa_key(keys.certificates(read("alipay.crt"))[1])
    new = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(NotGenuine, match="does not fit"):
        heard(merchant(desk, alipay_public_keys=new), posted())
    assert heard(merchant(desk, alipay_public_keys=f"{new}\n{read('alipay_public.pem')}"), posted()).notices


def test_no_secret_is_told_to_whoever_sends_nonsense(desk: Desk) -> None:
    with pytest.raises(NotGenuine) as told:
        heard(merchant(desk), posted() + b"&x=y")
    assert (GENUINE["sign"][:20] in str(told.value), "KEY" in str(told.value)) == (False, False)
