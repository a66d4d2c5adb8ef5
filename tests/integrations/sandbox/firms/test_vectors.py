"""Signing and sealing, against what the firms publish and against OpenSSL."""

import pytest

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.alipay import signing as alipay
from dingdan.integrations.sandbox.firms.paypal.webhooks import signed_text
from dingdan.integrations.sandbox.firms.stripe.events import signature
from dingdan.integrations.sandbox.firms.wechatpay import signing as wechatpay
from tests.integrations.sandbox.firms import vectors


def test_it_works() -> None:
    assert keys.sign(vectors.TEST_KEY, b"source") == vectors.SIGNED_SOURCE
    assert keys.is_signed(vectors.TEST_PUBLIC_KEY, b"source", vectors.SIGNED_SOURCE)
    assert keys.public_of(vectors.TEST_KEY) == vectors.TEST_PUBLIC_KEY


@pytest.mark.parametrize("wrong", ["", "nonsense", "AAAA", keys.spoiled(vectors.SIGNED_SOURCE)])
def test_a_wrong_signature_is_none(wrong: str) -> None:
    assert not keys.is_signed(vectors.TEST_PUBLIC_KEY, b"source", wrong)
    assert not keys.is_signed(vectors.TEST_PUBLIC_KEY, b"sources", vectors.SIGNED_SOURCE)


def test_a_certificate_verifies_and_is_called_as_wechat_pay_calls_it() -> None:
    assert keys.is_signed(vectors.MERCHANT_CERTIFICATE, b"message", vectors.SIGNED_MESSAGE)
    assert keys.serial(vectors.MERCHANT_CERTIFICATE) == vectors.MERCHANT_SERIAL


@pytest.mark.parametrize(("key", "nonce", "extra", "plain", "cipher"), vectors.SEALED)
def test_aes_gcm(key: str, nonce: str, extra: str, plain: str, cipher: str) -> None:
    assert keys.sealed(key, plain, nonce=nonce, extra=extra) == cipher
    assert keys.opened(key, cipher, nonce=nonce, extra=extra) == plain


def test_wechat_pay_signs_five_lines_of_a_request_and_three_of_an_answer() -> None:
    lines = wechatpay.request_message("GET", "/v3/certificates", "1554208460", "593BEC0C930BF1AFEB40B4A08C8FB242", b"")
    assert lines == b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
    assert wechatpay.answer_message("1554209980", "c5ac7061fccab6bf3e254dcf98995b8c", b'{"data":[]}') == (
        b'1554209980\nc5ac7061fccab6bf3e254dcf98995b8c\n{"data":[]}\n'
    )


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_alipay_signs_sorted_parameters(charset: str) -> None:
    text = alipay.content(vectors.ALIPAY_PARAMS)
    assert text.startswith(vectors.ALIPAY_BEGINS)
    assert text.endswith(vectors.ALIPAY_ENDS)
    assert keys.sign(vectors.TEST_KEY, text.encode(charset)) == vectors.ALIPAY_SIGNED[charset]


def test_alipay_numbers_a_certificate_by_issuer_and_serial() -> None:
    assert alipay.certificate_sn(vectors.APP_CERTIFICATE) == vectors.APP_CERTIFICATE_SN
    assert alipay.root_sn(vectors.APP_CERTIFICATE * 2) == f"{vectors.APP_CERTIFICATE_SN}_{vectors.APP_CERTIFICATE_SN}"


def test_stripe_signs_time_and_body() -> None:
    assert signature(vectors.STRIPE_SECRET, 1492774577, vectors.STRIPE_BODY) == vectors.STRIPE_HEADER


def test_paypal_signs_ids_time_and_checksum() -> None:
    text = signed_text("dfb3be50-fd74-11e4-8bf3-77339302725b", "2015-05-18T15:45:13Z", "4JH86294D6297924G", vectors.PAYPAL_BODY)
    assert text == vectors.PAYPAL_TEXT
    assert keys.sign(vectors.TEST_KEY, text) == vectors.PAYPAL_SIGNED
