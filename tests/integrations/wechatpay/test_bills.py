# ruff: noqa: E501 - in a font as wide as it is tall, what the firm writes is long
"""Bills, line by line: what came, what went back, what the firm kept; whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dingdan.integrations.sandbox.firms.sandbox import running_sandbox
from dingdan.integrations.wechatpay.bills import Bills, _fen
from dingdan.integrations.wechatpay.client import Client, Said
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.integrations.wechatpay.ways import BEIJING
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import BillKind, BillLine, BillNotReady, BillUnreadable
from tests.integrations.wechatpay.street import Street, hang_up, open_account
from tests.ledgers.payments.desk import Desk

TRADES = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`2,`1.00,`0.50,`0.00,`0.00000,`1.00,`0.50\r\n"
FLOWS = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"
KEY, BACK = "01a224d25e5f76d28725b107b0cb45b2", "01a224d25b4074cfaa523a69d98d4d1b"
DAY = date(2026, 11, 28)


def _trade(state: str = "SUCCESS", **changes: str) -> str:
    row = dict.fromkeys(TRADES.split(","), "")
    row |= {
        "交易时间": "2026-11-28 23:59:59", "公众账号ID": "wx1", "商户号": "1900000109", "特约商户号": "0", "微信订单号": "420001",
        "商户订单号": KEY, "用户标识": "o1", "交易类型": "JSAPI", "交易状态": state, "付款银行": "CMB_DEBIT", "货币种类": "CNY",
        "应结订单金额": "100.00", "代金券金额": "0.00", "微信退款单号": "0", "商户退款单号": "0", "退款金额": "0.00",
        "充值券退款金额": "0.00", "商品名称": "Tea", "手续费": "0.60000", "费率": "0.60%", "订单金额": "100.00", "申请退款金额": "0.00",
    }  # fmt: skip
    return ",".join(f"`{value}" for value in (row | changes).values())


def _flow(**changes: str) -> str:
    row = dict.fromkeys(FLOWS.split(","), "") | {
        "记账时间": "2026-11-28 10:00:00", "微信支付业务单号": "5001", "资金流水单号": "9001", "业务名称": "提现", "业务类型": "提现",
        "收支类型": "支出", "收支金额(元)": "99.40", "账户结余(元)": "0.00", "资金变更提交申请人": "system",
    }  # fmt: skip
    return ",".join(f"`{value}" for value in (row | changes).values())


@dataclass
class Files:
    """A firm that gives out these two files, or answers with a code instead; `digest` and `packed` may be wrong."""

    trades: bytes | str = "NO_STATEMENT_EXIST"
    flows: bytes | str = "NO_STATEMENT_EXIST"
    digest: str = ""
    packed: bytes | None = None
    asked: list[str] = field(default_factory=list)

    def ask(self, path: str) -> Said:
        self.asked.append(path)
        found = self.trades if "tradebill" in path else self.flows
        if isinstance(found, str):
            return Said(found, {})
        digest = self.digest or hashlib.sha1(found, usedforsecurity=False).hexdigest()
        return Said("", {"hash_type": "SHA1", "hash_value": digest, "download_url": f"https://elsewhere.example{path}"})

    @contextmanager
    def file(self, url: str) -> Iterator[Iterator[bytes]]:
        found = self.trades if "tradebill" in url else self.flows
        assert isinstance(found, bytes)
        packed = gzip.compress(found) if self.packed is None else self.packed
        yield (packed[at : at + 7] for at in range(0, len(packed), 7))


@pytest.fixture
def files(street: Street, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The firm's files, in place of the double's."""
    files = Files()
    monkeypatch.setattr(Client, "ask", lambda _client, _method, path: files.ask(path))
    monkeypatch.setattr(Client, "file", lambda _client, url: files.file(url))
    return files


def _written(head: str, *rows: str, sums: str = SUMS) -> bytes:
    return ("\r\n".join([head, *rows, ""]) + sums).encode("utf-8-sig")


def _lines(street: Street, day: date = DAY) -> list[BillLine]:
    return list(Bills().bill(street.account_id, day))


def test_a_payment_and_its_fee(street: Street, files: Files) -> None:
    files.trades = _written(TRADES, _trade())
    assert _lines(street) == [
        BillLine(
            kind=BillKind.PAYMENT, reference="420001", amount=100_00, currency="CNY", fee=60, payment_reference="420001",
            at=datetime(2026, 11, 28, 15, 59, 59, tzinfo=UTC), key="01a224d2-5e5f-76d2-8725-b107b0cb45b2",
        )
    ]  # fmt: skip
    assert files.asked == [
        "/v3/bill/tradebill?bill_date=2026-11-28&bill_type=ALL&tar_type=GZIP",
        "/v3/bill/fundflowbill?bill_date=2026-11-28&account_type=BASIC&tar_type=GZIP",
    ]


def test_a_refund_gives_back_its_part_of_the_fee(street: Street, files: Files) -> None:
    back = {
        "微信退款单号": "5030001",
        "商户退款单号": BACK,
        "退款金额": "50.00",
        "退款状态": "SUCCESS",
        "手续费": "-0.30000",
        "应结订单金额": "0.00",
    }
    files.trades = _written(TRADES, _trade("REFUND", **back))
    (line,) = _lines(street)
    assert (line.kind, line.reference, line.payment_reference) == (BillKind.REFUND, "5030001", "420001")
    assert (line.amount, line.fee, line.key) == (-50_00, -30, "01a224d2-5b40-74cf-aa52-3a69d98d4d1b")


@pytest.mark.parametrize("state", ["FAIL", "CHANGE"])
def test_a_refund_that_the_bank_did_not_take_is_none(street: Street, files: Files, state: str) -> None:
    files.trades = _written(TRADES, _trade("REFUND", 退款状态=state, 退款金额="50.00"), _trade())
    assert [line.kind for line in _lines(street)] == [BillKind.PAYMENT]


def test_a_reversal_at_the_till_goes_back_whole(street: Street, files: Files) -> None:
    files.trades = _written(TRADES, _trade(), _trade("REVOKED", 手续费="-0.60000"))
    paid, reversed_ = _lines(street)
    assert (paid.amount + reversed_.amount, paid.fee + reversed_.fee) == (0, 0)
    assert (reversed_.kind, reversed_.reference, reversed_.key) == (BillKind.REFUND, "420001-reversed", "")


def test_what_was_sold_outside_has_no_key_of_ours(street: Street, files: Files) -> None:
    files.trades = _written(TRADES, _trade(商户订单号="T1217752501201407033233368018"), _trade(商户订单号="1217752501"))
    assert [(line.key, line.amount) for line in _lines(street)] == [("", 100_00)] * 2


@pytest.mark.parametrize("name", ["Tea, green", "Tea,`,`,`9.99", ",", "`", "`,"])
def test_commas_in_what_is_sold_move_no_column(street: Street, files: Files, name: str) -> None:
    files.trades = _written(TRADES, _trade(商品名称=name))
    (line,) = _lines(street)
    assert (line.amount, line.fee) == (100_00, 60)


def test_what_else_moves_comes_from_the_other_bill(street: Street, files: Files) -> None:
    files.flows = _written(
        FLOWS, _flow(业务类型="交易", 收支类型="收入"), _flow(业务类型="扣除交易手续费"), _flow(业务类型="退款"), _flow(业务类型="退还手续费", 收支类型="收入"),
        _flow(备注="to the bank, at last"), _flow(业务类型="平台服务手续费", **{"资金流水单号": "9002", "收支金额(元)": "1.5"}),
        _flow(业务类型="充值", 收支类型="收入", **{"资金流水单号": "9003", "收支金额(元)": "10"}),
        sums="资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n`7.0,`3.0,`0.35,`3.0,`0.18\r\n",
    )  # fmt: skip
    assert [(line.kind, line.amount, line.fee, line.reference, line.payout) for line in _lines(street)] == [
        (BillKind.PAYOUT, -99_40, 0, "9001", "5001"),
        (BillKind.FEE, -1_50, 0, "9002", ""),
        (BillKind.OTHER, 10_00, 0, "9003", ""),
    ]


def test_trades_come_before_what_else_moves(street: Street, files: Files) -> None:
    files.trades, files.flows = _written(TRADES, _trade()), _written(FLOWS, _flow())
    assert [line.kind for line in _lines(street)] == [BillKind.PAYMENT, BillKind.PAYOUT]


def test_columns_are_found_by_their_names(street: Street, files: Files) -> None:
    names = ["新列", *reversed(TRADES.split(","))]
    values = ["`", *reversed(_trade().split(","))]
    files.trades = _written(",".join(names), ",".join(values))
    assert _lines(street)[0].fee == 60


# ── whole or not at all ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_not_packed_is_read_as_it_is(street: Street, files: Files) -> None:
    files.trades = files.packed = _written(TRADES, _trade())
    files.flows = "NO_STATEMENT_EXIST"
    assert len(_lines(street)) == 1


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_file_that_is_cut_off_is_not_told(street: Street, files: Files, cut: int) -> None:
    files.trades = _written(TRADES, _trade())
    files.packed = gzip.compress(files.trades)[:-cut]
    with pytest.raises(BillUnreadable):
        Bills().bill(street.account_id, DAY)


def test_a_file_that_was_changed_is_not_told(street: Street, files: Files) -> None:
    files.trades, files.digest = _written(TRADES, _trade()), "79bb0f45fc4c42234a918000b2668d689e2bde04"
    with pytest.raises(BillUnreadable, match="its digest differs"):
        Bills().bill(street.account_id, DAY)


@pytest.mark.parametrize(
    "row",
    [
        _trade(手续费="0.605"), _trade(手续费="0.60001"), _trade(应结订单金额="1,00"), _trade(应结订单金额="１00.00"), _trade(应结订单金额="+1.00"),
        _trade(应结订单金额="1e3"), _trade(应结订单金额=""), _trade("PAID"), _trade(交易时间="2026-11-28T10:00:00"), "`2026-11-28 23:59:59,`wx1",
    ],
)  # fmt: skip
def test_a_row_that_is_not_as_the_firm_writes_it_is_not_guessed(street: Street, files: Files, row: str) -> None:
    files.trades = _written(TRADES, row)
    with pytest.raises(BillUnreadable):
        _lines(street)


@pytest.mark.parametrize(
    ("text", "fen"), [("0", 0), ("0.0", 0), ("1.00", 100), ("0.6", 60), ("0.60000", 60), ("-0.30000", -30), ("12345.67", 1234567)]
)
def test_yuan_are_read_to_the_fen(text: str, fen: int) -> None:
    assert _fen(text) == fen


@pytest.mark.parametrize("text", ["", " 1", "1 ", "1.", ".5", "--1", "1.005", "1.0000001", "٣", "0x1", "1_0", "NaN", "1,000.00"])
def test_what_is_no_yuan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        _fen(text)


def test_a_firm_that_does_not_answer_gives_no_bill(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_args: Any) -> Any:
        raise Silence("timeout")

    monkeypatch.setattr(Client, "ask", silent)
    with pytest.raises(BillUnreadable, match="timeout"):
        Bills().bill(street.account_id, DAY)


def test_a_bill_that_is_being_made_is_asked_for_later(street: Street, files: Files) -> None:
    files.trades = "STATEMENT_CREATING"
    with pytest.raises(BillNotReady):
        Bills().bill(street.account_id, DAY)


def test_a_day_without_trade_has_no_bill_once_bills_are_made(street: Street, files: Files) -> None:
    now = clock.now()
    ten = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(days=1, hours=2)  # ten in Beijing
    with clock.moved_by(ten - now - timedelta(minutes=1)), pytest.raises(BillNotReady):
        Bills().bill(street.account_id, DAY)
    with clock.moved_by(ten - now + timedelta(minutes=1)):
        assert _lines(street) == []


# ── from the double ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tomorrow(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    """A shop at a double of its own, whose clock may be moved."""
    with running_sandbox() as sandbox:
        yield open_account(desk, sandbox, monkeypatch)
        hang_up()


def test_the_bill_of_a_day_at_the_double(tomorrow: Street) -> None:
    street = tomorrow
    request, paid = street.paid(amount=1250)
    back = street.refunding(request, paid, 250)
    street.gateway.refund(back)
    street.settle()
    done = street.gateway.query(back)
    gone = street.charge("scan")
    street.gateway.capture(gone)
    street.double.orders.reverse(UUID(gone.key).hex)
    day = datetime.fromtimestamp(street.sandbox.world.clock.now(), tz=BEIJING).date()
    street.sandbox.world.clock.move(86_400)
    with pytest.raises(BillNotReady):  # by our clock the day lasts
        Bills().bill(street.account_id, day)
    with clock.moved_by(timedelta(days=1)):
        lines = list(Bills().bill(street.account_id, day))
    found = {line.key: line for line in lines}
    came, went = found[request.key], found[back.key]
    assert (came.kind, came.amount, came.fee, came.reference) == (BillKind.PAYMENT, 1250, 8, paid.reference)
    assert (went.kind, went.amount, went.fee, went.reference) == (BillKind.REFUND, -250, -2, done.reference)
    assert went.payment_reference == paid.payment_reference
    reversed_ = [line for line in lines if line.payment_reference == found[gone.key].reference]
    assert [line.amount for line in reversed_] == [1250, -1250]
    assert sum(line.fee for line in reversed_) == 0
