"""Signatures against what Alipay's SDK, another SDK and OpenSSL made."""

import json

import pytest

from dingdan.integrations.alipay import keys
from dingdan.integrations.alipay.signing import is_signed, members, signed
from tests.integrations.alipay.vectors import TOLD, read

MINE, THEIRS = keys.private_key(read("app_key.pem")), keys.public_keys(read("alipay_public.pem"))
ANSWER = members(TOLD["answer"])
NODE, SIGNATURE = ANSWER["alipay_trade_precreate_response"], json.loads(ANSWER["sign"])


def test_it_works() -> None:
    assert signed(MINE, TOLD["parameters"])["sign"] == TOLD["official"] == TOLD["independent"]


def test_what_says_nothing_is_neither_signed_nor_sent() -> None:
    told = signed(MINE, {**TOLD["parameters"], "app_cert_sn": "", "return_url": TOLD["parameters"]["return_url"]})
    assert told == {**TOLD["parameters"], "sign": TOLD["official"]}


def test_an_answer_is_signed_as_it_was_written() -> None:
    assert NODE.startswith('{"code":"10000","msg":"Success"')
    assert NODE.endswith('"sign":"\\u8336 }","deep":{"a":[1.50,"}"]}}')
    assert is_signed(THEIRS, NODE.encode(), SIGNATURE)
    assert not is_signed(THEIRS, json.dumps(json.loads(NODE)).encode(), SIGNATURE)


def test_one_of_several_keys_is_enough() -> None:
    assert is_signed((MINE.public_key(), *THEIRS), NODE.encode(), SIGNATURE)
    assert not is_signed((MINE.public_key(),), NODE.encode(), SIGNATURE)
    assert not is_signed((), NODE.encode(), SIGNATURE)


@pytest.mark.parametrize(
    "signature", ["", "=", "no base64!", SIGNATURE + "\n", SIGNATURE[:-2], SIGNATURE[:-3] + "B==", SIGNATURE.swapcase()]
)
def test_a_signature_is_written_in_one_way(signature: str) -> None:
    assert not is_signed(THEIRS, NODE.encode(), signature)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"a":1',
        '{"a":1,}',
        '{"a" 1}',
        '{"a":1 "b":2}',
        '{"a":1}{}',
        '{"a":1,"a":2}',
        '{1:"a"}',
        '{"a":' + "[" * 100_000,
        '{"a":nothing}',
    ],
)
def test_what_is_no_object_has_no_members(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        members(text)


def test_blanks_between_members_mean_nothing() -> None:
    assert members(' { "a" : {"x": 1 } ,\n "sign":"s" } ') == {"a": '{"x": 1 }', "sign": '"s"'}
    assert members("{}") == {}
