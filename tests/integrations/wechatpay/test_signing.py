"""F29: the firm's own vectors, and that nothing else fits."""

from __future__ import annotations

import json
import random
from base64 import b64decode
from collections.abc import Mapping

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from dingdan.integrations.wechatpay import signing
from dingdan.integrations.wechatpay.signing import NotSigned
from tests.integrations.wechatpay import vectors

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ "


def _platform() -> RSAPublicKey:
    key = x509.load_pem_x509_certificate(vectors.CERTIFICATE.encode()).public_key()
    assert isinstance(key, RSAPublicKey)
    return key


def test_the_firm_s_signature_is_ours() -> None:
    signed = signing.private_key(vectors.PRIVATE_KEY).sign(vectors.MESSAGE, PKCS1v15(), SHA256())
    assert signed == b64decode(vectors.SIGNATURE)


def test_what_is_signed_is_written_as_the_firm_writes_it() -> None:
    asked = signing.lines("POST", "/v3/certificates", "1624523846", "A1B2C3D4E5F6G7", b"Hello World!\n")
    assert asked == b"POST\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\nHello World!\n\n"
    assert signing.lines("GET", "/v3/certificates", "1624523846", "A1B2C3D4E5F6G7", b"").endswith(b"G7\n\n")


def test_our_signature_fits_its_lines() -> None:
    key = signing.private_key(vectors.PRIVATE_KEY)
    signed = b64decode(signing.signature(key, "wx888", "1414561699", "5K8264", "prepay_id=wx20"))
    key.public_key().verify(signed, b"wx888\n1414561699\n5K8264\nprepay_id=wx20\n", PKCS1v15(), SHA256())


def test_a_published_notice_is_genuine() -> None:
    signing.check(_platform(), vectors.HEADERS, vectors.BODY, at=vectors.AT)
    assert signing.opened(vectors.API_KEY, json.loads(vectors.BODY)["resource"]) == vectors.SEALED_TEXT


@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
def test_five_minutes_are_given(seconds: int) -> None:
    signing.check(_platform(), vectors.HEADERS, vectors.BODY, at=vectors.AT + seconds)


@pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
def test_what_is_old_or_of_the_future_is_refused(seconds: int) -> None:
    with pytest.raises(NotSigned, match="five minutes"):
        signing.check(_platform(), vectors.HEADERS, vectors.BODY, at=vectors.AT + seconds)


def test_every_change_of_a_byte_is_refused() -> None:
    """A thousand at random, in the body and in every header that the signature is about."""
    chance, key = random.Random(20_261_129), _platform()
    for _ in range(1000):
        headers, body = _changed(chance, vectors.HEADERS, vectors.BODY)
        with pytest.raises(NotSigned):
            signing.check(key, headers, body, at=vectors.AT)


def _changed(chance: random.Random, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    names = ("wechatpay-nonce", "wechatpay-timestamp", "wechatpay-signature")
    where = chance.choice((*names, "body", "body", "body"))
    if where == "body":
        at = chance.randrange(len(body))
        return dict(headers), body[:at] + bytes([body[at] ^ chance.randrange(1, 256)]) + body[at + 1 :]
    at, text = chance.randrange(len(headers[where])), headers[where]
    other = chance.choice([letter for letter in LETTERS if letter != text[at]])
    return {**headers, where: text[:at] + other + text[at + 1 :]}, body


def test_a_signature_is_written_in_one_way_only() -> None:
    """The last letter before the padding has four bits that mean nothing: they must be 0."""
    told, key = vectors.HEADERS["wechatpay-signature"], _platform()
    assert told.endswith("Q==")
    for other in ("R==", "Z==", "f=="):
        with pytest.raises(NotSigned):
            signing.check(key, {**vectors.HEADERS, "wechatpay-signature": told[:-3] + other}, vectors.BODY, at=vectors.AT)
    for other in (f" {told}", f"{told}\n", f"{told}=", told[:-1], ""):
        with pytest.raises(NotSigned):
            signing.check(key, {**vectors.HEADERS, "wechatpay-signature": other}, vectors.BODY, at=vectors.AT)


def test_another_kind_of_signature_is_refused() -> None:
    signing.check(_platform(), {**vectors.HEADERS, "wechatpay-signature-type": signing.SCHEME}, vectors.BODY, at=vectors.AT)
    other = {**vectors.HEADERS, "wechatpay-signature-type": "WECHATPAY2-SM2-WITH-SM3"}
    with pytest.raises(NotSigned, match="nobody agreed"):
        signing.check(_platform(), other, vectors.BODY, at=vectors.AT)


@pytest.mark.parametrize(("key", "sealed", "nonce", "extra", "text"), vectors.SEALS)
def test_published_seals_open(key: str, sealed: str, nonce: str, extra: str, text: bytes) -> None:
    told = {"algorithm": "AEAD_AES_256_GCM", "ciphertext": sealed, "nonce": nonce, "associated_data": extra}
    assert signing.opened(key, told) == text
    for changes in (
        {"ciphertext": "A" + sealed[1:]}, {"ciphertext": "?"}, {"nonce": nonce[::-1]}, {"nonce": ""}, {"associated_data": "x"},
        {"algorithm": "AEAD_SM4_GCM"}, {"algorithm": None},
    ):  # fmt: skip
        with pytest.raises(NotSigned):
            signing.opened(key, {**told, **changes})
    for wrong in (key[::-1], key[:-1], ""):
        with pytest.raises(NotSigned):
            signing.opened(wrong, told)


def test_keys_of_other_kinds_are_refused() -> None:
    curve = generate_private_key(SECP256R1())
    rsa = signing.private_key(vectors.PRIVATE_KEY)
    locked = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in (locked, other, vectors.CERTIFICATE, "", "-----BEGIN PRIVATE KEY-----\n"):
        with pytest.raises(ValueError, match=r".*"):
            signing.private_key(text)
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (public, vectors.CERTIFICATE, ""):
        with pytest.raises(ValueError, match=r".*"):
            signing.public_key(text)
