"""The firm's bills of a day: trades with their fees, and what else moved in the merchant's account.

A bill is fetched whole before a line of it is told, because only then its digest can be compared with the one that the firm has
signed. It lies in a file without a name meanwhile, so that a long one needs no memory.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import date, datetime, time, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from dingdan.integrations.wechatpay.account import account_of
from dingdan.integrations.wechatpay.client import Client
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.integrations.wechatpay.ways import BEIJING, key_of
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import BillKind, BillLine, BillNotReady, BillUnreadable

IN_MEMORY: Final = 1024 * 1024
LONGEST: Final = 2 * 1024**3
"""Bytes of a bill: of which the first are kept in memory, and how many there may be."""
MADE_AT: Final = time(10)
"""The firm makes the bills of a day until this hour of the next one, in Beijing."""

_YUAN: Final = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,13})(?:\.(?P<part>[0-9]{1,2})0*)?", re.ASCII)
_CAME_BACK: Final = frozenset({"FAIL", "CHANGE"})
"""Refunds whose money the bank would not take."""
_FREE_TEXT: Final = ("商品名称", "备注")
_IN_TRADES: Final = frozenset({"交易", "退款", "扣除交易手续费", "退还手续费"})
"""What the bill of trades tells better."""


class Bills:
    """Fetches the bills of one firm."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Everything that moved on a day in Beijing. Refuses `BillNotReady`, and `BillUnreadable` rather than half of it."""
        if clock.now() < datetime.combine(day + timedelta(days=1), time(), BEIJING):
            raise BillNotReady(day=day)  # the firm calls it a wrong question while the day lasts
        client = Client(account_of(account_id))
        with ExitStack() as open_:
            trades, flows = (open_.enter_context(closing(_Bill(day))) for _file in range(2))
            trades.fetch(client, "/v3/bill/tradebill", "bill_type=ALL")
            flows.fetch(client, "/v3/bill/fundflowbill", "account_type=BASIC")
            kept = open_.pop_all()
        return _told(kept, trades, flows)


def _told(open_: ExitStack, trades: _Bill, flows: _Bill) -> Iterator[BillLine]:
    with open_:
        yield from trades.lines(_trade)
        yield from flows.lines(_flow)


class _Bill:
    """One file of the firm's; empty until it was fetched, or where there is none."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - `close` closes it

    def close(self) -> None:
        """Forget the file."""
        self._file.close()

    def fetch(self, client: Client, path: str, kind: str) -> None:
        """Bring the file here and compare its digest."""
        try:
            said = client.ask("GET", f"{path}?bill_date={self.day.isoformat()}&{kind}&tar_type=GZIP")
            if said.code == "NO_STATEMENT_EXIST" and self._must_be_there():
                return
            if said.code in ("NO_STATEMENT_EXIST", "STATEMENT_CREATING"):
                raise BillNotReady(day=self.day)
            if said.code or said.told.get("hash_type") != "SHA1":
                raise self.unreadable(said.code or "its digest is of another kind")
            self._bring(client, str(said.told.get("download_url")), str(said.told.get("hash_value")).lower())
        except Silence as silence:
            raise self.unreadable(silence.code) from None

    def unreadable(self, why: str) -> BillUnreadable:
        """The refusal that says why."""
        return BillUnreadable(day=self.day, gateway="WeChat Pay", why=why)

    def _must_be_there(self) -> bool:
        """Whether the firm has made the bills of the day by now: then one that is not there is empty."""
        return clock.now() >= datetime.combine(self.day + timedelta(days=1), MADE_AT, BEIJING)

    def _bring(self, client: Client, url: str, digest: str) -> None:
        found, length = hashlib.sha1(usedforsecurity=False), 0
        with client.file(url) as parts:
            for part in _unpacked(parts):
                found.update(part)
                length += self._file.write(part)
                if length > LONGEST:
                    raise self.unreadable("it is too long")
        if found.hexdigest() != digest:
            raise self.unreadable("its digest differs from the one that was told")
        self._file.seek(0)

    def lines(self, read: Callable[[Mapping[str, str]], BillLine | None]) -> Iterator[BillLine]:
        """What each row of the file says, up to its sums."""
        for row in self._rows():
            try:
                line = read(row)
            except (KeyError, ValueError):
                raise self.unreadable("a row is not written as agreed") from None
            if line is not None:
                yield line

    def _rows(self) -> Iterator[dict[str, str]]:
        names: list[str] = []
        free = 0
        for raw in self._file:
            values = raw.decode("utf-8-sig", "replace").rstrip("\r\n").split(",")
            if not names:
                names = values
                free = next((names.index(name) for name in _FREE_TEXT if name in names), len(names) - 1)
            elif values[0].startswith("`"):
                yield self._row(names, values, free)
            else:  # the names of the sums
                return

    def _row(self, names: list[str], values: list[str], free: int) -> dict[str, str]:
        """The values of a row under their names.

        People write commas into what they sell: what stands behind that is counted from the end.
        """
        behind = len(names) - free - 1
        told = [*values[: free + 1], *(values[-behind:] if behind else ())]
        if len(values) < len(names) or any(value and not value.startswith("`") for value in told):
            raise self.unreadable("a row is not written as agreed")
        return {name: value.removeprefix("`").strip() for name, value in zip(names, told, strict=True)}


def _unpacked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a file, unpacked where it is packed. Raises `Silence` where it is broken."""
    packed = zlib.decompressobj(wbits=31)
    is_packed: bool | None = None
    try:
        for part in parts:
            if is_packed is None and part:
                is_packed = part[:1] == b"\x1f"
            if not is_packed:
                yield part
                continue
            while part:
                yield packed.decompress(part, IN_MEMORY)
                part = packed.unconsumed_tail  # noqa: PLW2901 - what is left of it
    except zlib.error:
        raise Silence("broken_file") from None
    if is_packed and not packed.eof:
        raise Silence("broken_file")


def _fen(text: str) -> int:
    """Yuan as fen. The firm writes fees with five decimals, of which more than two are never anything but 0."""
    found = _YUAN.fullmatch(text)
    if found is None:
        raise ValueError
    amount = int(found["whole"] + (found["part"] or "").ljust(2, "0"))
    return -amount if found["sign"] else amount


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def _trade(row: Mapping[str, str]) -> BillLine | None:
    """A payment, a refund, or a payment that was reversed at the till.

    What moves is what the firm settles: less than the price where a voucher of the shop's own was used.
    """
    state, transaction = row["交易状态"], row["微信订单号"]
    paid, back = _fen(row["应结订单金额"]), _fen(row["退款金额"])
    reference, key, kind, amount = transaction, key_of(row["商户订单号"]), BillKind.PAYMENT, paid
    if state == "REFUND":
        if row["退款状态"] in _CAME_BACK:
            return None
        reference, key, kind, amount = row["微信退款单号"], key_of(row["商户退款单号"]), BillKind.REFUND, -back
    elif state == "REVOKED":
        reference, key, kind, amount = f"{transaction}-reversed", "", BillKind.REFUND, -(back or paid)
    elif state != "SUCCESS":
        raise ValueError
    return BillLine(
        kind=kind,
        reference=reference,
        amount=amount,
        currency=row["货币种类"],
        at=_at(row["交易时间"]),
        fee=_fen(row["手续费"]),
        payment_reference=transaction,
        key=key,
    )


def _flow(row: Mapping[str, str]) -> BillLine | None:
    """What moved beside trades: money drawn to the bank, fees of other kinds, and everything else."""
    what, way = row["业务类型"], row["收支类型"]
    if what in _IN_TRADES:
        return None
    kind = BillKind.PAYOUT if "提现" in what else BillKind.FEE if "手续费" in what else BillKind.OTHER
    amount = {"收入": 1, "支出": -1}[way] * _fen(row["收支金额(元)"])
    return BillLine(
        kind=kind,
        reference=row["资金流水单号"],
        amount=amount,
        currency="CNY",
        at=_at(row["记账时间"]),
        payout=row["微信支付业务单号"] if kind == BillKind.PAYOUT else "",
    )
