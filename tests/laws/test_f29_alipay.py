"""F29 at Alipay: whatever one byte of a signed notice is changed to, it is refused; so is what is old, or for somebody else."""

from __future__ import annotations

import random
from collections.abc import Callable

from dingdan.integrations.alipay.account import credentials_of
from dingdan.ledgers.payments.ports import NotGenuine
from dingdan.masterdata.methods.queries import Credentials, at_hand
from tests.integrations.alipay.test_notices import certified, heard, merchant, posted, refund
from tests.integrations.alipay.vectors import TOLD, read
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

CHANGES = sized(1_000, 1_000, 10_000)


def _is_heard(account: Credentials, body: bytes) -> bool:
    try:
        with at_hand(account):
            heard(account.id, body)
    except NotGenuine:
        return False
    return True


def test_one_byte(desk: Desk, chance: random.Random, figure: Callable[[str], None]) -> None:
    account = credentials_of(merchant(desk))
    genuine = [posted(), TOLD["notice_gbk"].encode(), refund()]
    assert all(_is_heard(account, body) for body in genuine)
    taken = []
    for number in range(CHANGES):
        body = bytearray(genuine[number % len(genuine)])
        at = chance.randrange(len(body))
        body[at] = chance.choice([one for one in range(256) if one != body[at]])
        if _is_heard(account, bytes(body)):
            taken.append(bytes(body))
    assert taken == []
    figure(f"F29 Alipay: {CHANGES} one-byte changes, all refused")


def test_each_byte_of_the_signature(desk: Desk) -> None:
    account = credentials_of(certified(desk, read("alipay.crt")))
    body = posted({"alipay_cert_sn": TOLD["alipay_cert_sn"]})
    begin, end = body.index(b"&sign="), body.index(b"&sign_type=")
    taken = [at for at in range(begin, end) if _is_heard(account, body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])]
    assert (_is_heard(account, body), taken) == (True, [])
