"""The day's bill, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from dingdan.integrations.alipay import bills
from dingdan.integrations.alipay.amounts import BEIJING, moment_of
from dingdan.integrations.alipay.bills import Bills
from dingdan.integrations.alipay.client import Client, NotFetched, Said
from dingdan.integrations.alipay.gateway import Alipay
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import Answer, BillKind, BillLine, BillNotReady, BillUnreadable
from tests.integrations.alipay.shop import asked, back, opened
from tests.ledgers.payments.desk import Desk

Read = Callable[[bytes], Iterator[BillLine]]
DAY = date(2026, 11, 28)
HEAD = "支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）"
SUMS = "门店编号,交易订单总笔数\r\n合计\t,1\t\r\n"
KEY, OTHER = "01a224d2-5e5f-76d2-8725-b107b0cb45b2", "01a224d2-5e5f-76d2-8725-b107b0cb45b3"
PAID = f"2026112822001\t,{UUID(KEY).hex}\t,交易\t,2026-11-28 00:00:01\t,100.00\t,100.00\t,\t,-0.60\t"
BACK = f"2026112822001\t,{UUID(KEY).hex}\t,退款\t,2026-11-28 23:59:59\t,-10.00\t,-10.00\t,{UUID(OTHER).hex}\t,0.06\t"


def packed(*tables: str, encoding: str = "gbk") -> bytes:
    """A ZIP with these tables."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, written in enumerate(tables):
            archive.writestr(f"2088_{number}.csv", written.encode(encoding))
    return file.getvalue()


def table(*rows: str) -> str:
    """A table as Alipay writes it."""
    return "\r\n".join(["#支付宝业务明细查询", HEAD, *rows, "#-----业务明细列表结束-----", "#交易合计：1笔", ""])


BOMB = table(*[PAID] * 2_000)


@pytest.fixture
def billed(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a file as if Alipay had given it."""
    account = opened(desk, sandbox)

    def read(file: bytes) -> Iterator[BillLine]:
        told = Said(answer=Answer.DONE, facts={"bill_download_url": "https://dwbillcenter.alipay.com/x"})
        monkeypatch.setattr(Client, "ask", lambda *_asked: told)
        monkeypatch.setattr(Client, "fetch", lambda *_asked: iter([file[at : at + 1000] for at in range(0, len(file), 1000)]))
        return Bills().bill(account, DAY)

    return read


def test_it_works(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    account = opened(desk, sandbox)
    paid = asked(desk, account, "scan", 10_000, auth_code=f"28{'4' * 16}")
    reference = Alipay().capture(paid).reference
    refund = back(paid, 1_000)
    Alipay().refund(refund)
    today = clock.now().astimezone(BEIJING).date()
    with pytest.raises(BillNotReady):
        Bills().bill(account, today)
    monkeypatch.setattr(sandbox.world.clock, "offset", 86_400)
    first, second = (line for line in Bills().bill(account, today) if line.key in (paid.key, refund.key))
    trade = UUID(paid.key).hex
    assert (first.kind, first.reference, first.amount, first.fee) == (BillKind.PAYMENT, reference, 10_000, 60)
    assert (first.currency, first.payment_reference, first.key) == ("CNY", trade, paid.key)
    assert (second.kind, second.reference, second.amount, second.fee) == (BillKind.REFUND, UUID(refund.key).hex, -1_000, -6)
    assert (second.payment_reference, second.key) == (trade, refund.key)


def test_rows(billed: Read) -> None:
    first, second = billed(packed(table(PAID, "", BACK), SUMS))
    assert first == BillLine(
        kind=BillKind.PAYMENT,
        reference="2026112822001",
        amount=10_000,
        currency="CNY",
        at=moment_of("2026-11-28 00:00:01"),
        fee=60,
        payment_reference=UUID(KEY).hex,
        key=KEY,
    )
    assert (second.kind, second.amount, second.fee, second.key) == (BillKind.REFUND, -1_000, -6, OTHER)


def test_a_discount_that_the_shop_bears_is_a_fee(billed: Read) -> None:
    (line,) = billed(packed(table(PAID.replace(",100.00\t,100.00", ",100.00\t,95.00"))))
    assert (line.amount, line.fee) == (10_000, 560)


def test_what_is_not_ours_has_no_key(billed: Read) -> None:
    (line,) = billed(packed(table(PAID.replace(UUID(KEY).hex, "T-1").replace("交易\t", "转账\t"))))
    assert (line.kind, line.key, line.payment_reference) == (BillKind.OTHER, "", "T-1")


def test_nothing_moved(billed: Read) -> None:
    for file in (packed(), packed(table()), packed(SUMS), packed(SUMS, table())):
        assert list(billed(file)) == []


def test_what_is_no_bill(billed: Read) -> None:
    spoiled = bytearray(packed(table(PAID)))
    spoiled[60] ^= 1
    for file in [
        b"",
        b"<html>expired</html>",
        packed(table(PAID))[:-30],
        bytes(spoiled),
        packed(table(PAID.replace("100.00", "100.0O"))),
        packed(table(PAID.replace("100.00", "1e2"))),
        packed(table(PAID.replace("2026-11-28 00:00:01", "yesterday"))),
        packed(table(PAID.partition(",")[0])),
        packed(table(PAID.replace("交易", "交易,又"))),
        packed(table(PAID), encoding="utf-16"),
        packed(*[table()] * 33),
        packed("x" * 70_000),
    ]:
        with pytest.raises(BillUnreadable):
            list(billed(file))


@pytest.mark.parametrize("lies", [False, True])
def test_a_bomb_is_defused(billed: Read, monkeypatch: pytest.MonkeyPatch, lies: bool) -> None:
    monkeypatch.setattr(bills, "MOST_UNPACKED", 50_000)
    size, honest = len(BOMB.encode("gbk")), packed(BOMB)
    assert (size > 150_000, len(honest) < 5_000) == (True, True)
    lying = honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(BillUnreadable):
        list(billed(lying if lies else honest))


def test_a_file_without_end_is_not_fetched(billed: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bills, "MOST_FETCHED", 100)
    with pytest.raises(BillUnreadable):
        list(billed(packed(table(PAID))))


def test_rows_come_one_by_one(billed: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    original = bills._short

    def counted(text: Any) -> Iterator[str]:
        nonlocal read
        for row in original(text):
            read += 1
            yield row

    monkeypatch.setattr(bills, "_short", counted)
    next(billed(packed(BOMB)))
    assert read == 3


def test_a_day_on_which_nothing_moved_has_no_bill(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    account, began = opened(desk, sandbox), moment_of(f"{DAY} 00:00:00")
    none = Said(answer=Answer.DECLINED, error="isp.bill_not_exist")
    for said, hours, is_empty in [
        (none, 35, False),
        (none, 37, True),
        (Said(answer=Answer.UNKNOWN, error="timeout"), 37, False),
        (Said(answer=Answer.DECLINED, error="isv.insufficient-isv-permissions"), 37, False),
        (Said(answer=Answer.DONE), 37, False),
    ]:
        monkeypatch.setattr(Client, "ask", lambda *_asked, said=said: said)
        with clock.moved_by(began + timedelta(hours=hours) - clock.now()):
            if is_empty:
                assert list(Bills().bill(account, DAY)) == []
            else:
                with pytest.raises(BillNotReady):
                    Bills().bill(account, DAY)


def test_a_file_that_does_not_come_is_fetched_later(billed: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = billed(packed())

    def broken(*_asked: object) -> Iterator[bytes]:
        yield b"PK"
        raise NotFetched("ReadError")

    monkeypatch.setattr(Client, "fetch", broken)
    with pytest.raises(BillNotReady):
        list(lines)
