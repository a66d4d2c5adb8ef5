"""Messages for one browser: the example of RFC 8291, to the letter, and what has no room."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from dingdan.integrations.push.encrypting import MOST, TooLong, encrypted, keys_of, point_of, sealed_with
from dingdan.integrations.push.identifying import bytes_of, text_of
from tests.integrations.push.browser import Browser, opened

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
AUTH = bytes_of("BTBZMqHH6r4Tts7J_aSIgg")
SALT = bytes_of("DGv6ra1nlYgDCS1FRnbzlw")
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AS_PUBLIC = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6"
    "cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def _key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bytes_of(text)), ec.SECP256R1())


def test_the_example_of_the_standard_comes_out() -> None:
    own, theirs = _key(OURS), _key(THEIRS)
    assert (text_of(point_of(own)), text_of(point_of(theirs))) == (AS_PUBLIC, P256DH)
    secret = own.exchange(ec.ECDH(), theirs.public_key())
    assert text_of(secret) == "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"
    key, nonce = keys_of(secret, p256dh=bytes_of(P256DH), ours=bytes_of(AS_PUBLIC), auth=AUTH, salt=SALT)
    assert (text_of(key), text_of(nonce)) == ("oIhVW04MRdy2XN9CiKLxTg", "4h_95klXJ5E_qnoN")
    body = sealed_with(TEXT, p256dh=bytes_of(P256DH), auth=AUTH, own=own, salt=SALT)
    assert text_of(body) == BODY
    assert opened(body, key=theirs, auth=AUTH) == TEXT


def test_each_message_has_keys_of_its_own_and_one_reader() -> None:
    one, other = Browser(), Browser("other")
    told = [encrypted(b"hello", p256dh=point_of(one.key), auth=one.auth) for _ in range(2)]
    assert told[0][:86] != told[1][:86]
    assert [one.read(body) for body in told] == [b"hello", b"hello"]
    with pytest.raises(InvalidTag):
        other.read(told[0])
    with pytest.raises(InvalidTag):
        opened(told[0], key=one.key, auth=b"f" * 16)


def test_what_has_no_room_is_refused() -> None:
    one = Browser()
    assert len(encrypted(b"x" * MOST, p256dh=point_of(one.key), auth=one.auth)) == 4096
    with pytest.raises(TooLong):
        encrypted(b"x" * (MOST + 1), p256dh=point_of(one.key), auth=one.auth)
    with pytest.raises(ValueError, match=r"curve|point|key"):
        encrypted(b"x", p256dh=b"\x04" + b"\x01" * 64, auth=one.auth)
