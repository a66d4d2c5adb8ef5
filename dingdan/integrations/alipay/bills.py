"""The bills of a day: ZIPs of tables in GBK, read row by row and no further than a bill can be."""

from __future__ import annotations

import csv
import io
import lzma
import tempfile
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Final
from uuid import UUID

from dingdan.integrations.alipay.account import credentials_of
from dingdan.integrations.alipay.amounts import BEIJING, CURRENCY, fen, key_of, moment_of
from dingdan.integrations.alipay.client import Client, NotFetched
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import Answer, BillKind, BillLine, BillNotReady, BillUnreadable

MADE_BY: Final = timedelta(days=1, hours=12)
"""From the beginning of a day until its bill is there, if anything moved. Alipay says nine, or later."""
MOST_FETCHED: Final = 128 * 1024 * 1024
MOST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
MOST_FILES: Final = 32
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, csv.Error, ValueError),
    RuntimeError,  # encrypted, or packed in a way that nobody packs bills
)
_IN_MEMORY: Final = 8 * 1024 * 1024
_LONGEST_ROW: Final = 65_536

_KINDS: Final = {"交易": BillKind.PAYMENT, "退款": BillKind.REFUND}
_TRADE, _NUMBER, _KIND, _REQUEST = "支付宝交易号", "商户订单号", "业务类型", "退款批次号/请求号"
_DONE_AT, _ORDERED, _RECEIVED, _FEE = "完成时间", "订单金额", "商家实收", "服务费"
_FLOW, _MOVED_AT, _CAME, _WENT, _WITHDRAWAL = "账务流水号", "发生时间", "收入金额", "支出金额", "提现"

_Row = Mapping[str, str]


class Bills:
    """Fetches the bills of a day."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Payments and refunds of a day in Beijing with their fees, and withdrawals to the bank.

        Refuses `BillNotReady` and `BillUnreadable` before it tells anything: half a bill is worse than none.
        """
        client = Client(credentials_of(account_id))
        try:
            with ExitStack() as open_:
                files = [(open_.enter_context(_fetched(client, table, day)), table) for table in _TABLES]
                for file, table in files:
                    deque(_lines(file, table), maxlen=0)
                for file, table in files:
                    yield from _lines(file, table)
        except NotFetched:
            raise BillNotReady(day=day.isoformat()) from None
        except _BROKEN as fault:
            raise BillUnreadable(day=day.isoformat(), gateway="Alipay", why=type(fault).__name__) from fault


def _trade(row: _Row) -> BillLine:
    """A payment or a refund. What came less than the customer paid is Alipay's fee, or a discount that the shop bears."""
    number = row[_NUMBER]
    kind = _KINDS.get(row[_KIND], BillKind.OTHER)
    request = row[_REQUEST] if kind == BillKind.REFUND else ""
    amount, received, service = (_moved(row[name]) for name in (_ORDERED, _RECEIVED, _FEE))
    return BillLine(
        kind=kind,
        reference=request or row[_TRADE],
        amount=amount,
        currency=CURRENCY,
        at=moment_of(row[_DONE_AT]),
        fee=amount - received - service,
        payment_reference=number,
        key=key_of(request or number),
    )


def _withdrawal(row: _Row) -> BillLine | None:
    """Money that went from Alipay to the shop's bank. All else in the account's bill is told better by that of trades."""
    if row[_KIND] != _WITHDRAWAL:
        return None
    return BillLine(
        kind=BillKind.PAYOUT,
        reference=row[_FLOW],
        amount=_moved(row[_CAME]) + _moved(row[_WENT]),
        currency=CURRENCY,
        at=moment_of(row[_MOVED_AT]),
        payout=row[_FLOW],
    )


def _moved(text: str) -> int:
    return fen(text.replace("+", "") or "0", signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What is asked for as `kind`, the columns by which its rows are known, and what a row tells."""

    kind: str
    columns: frozenset[str]
    told: Callable[[_Row], BillLine | None]


_TABLES: Final = (
    _Table(
        kind="trade",
        columns=frozenset({_TRADE, _NUMBER, _KIND, _REQUEST, _DONE_AT, _ORDERED, _RECEIVED, _FEE}),
        told=_trade,
    ),
    _Table(kind="signcustomer", columns=frozenset({_FLOW, _MOVED_AT, _CAME, _WENT, _KIND}), told=_withdrawal),
)


@contextmanager
def _fetched(client: Client, table: _Table, day: date) -> Iterator[IO[bytes] | None]:
    """The file, on disk where it is large; None where there is none."""
    url = _address(client, table, day)
    if not url:
        yield None
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        size = 0
        for part in client.fetch(url):
            size += len(part)
            if size > MOST_FETCHED:
                raise ValueError("too large")
            file.write(part)
        yield file


def _address(client: Client, table: _Table, day: date) -> str:
    """Where the bill is, for half a minute. Of a day on which nothing moved Alipay makes none: empty."""
    asked = {"bill_type": table.kind, "bill_date": day.isoformat()}
    said = client.ask("alipay.data.dataservice.bill.downloadurl.query", asked)
    if said.answer == Answer.DONE and said.text("bill_download_url"):
        return said.text("bill_download_url")
    is_none = said.answer == Answer.DECLINED and "BILL_NOT_EXIST" in said.error.upper()
    if is_none and clock.now() >= datetime.combine(day, time(), BEIJING) + MADE_BY:
        return ""
    raise BillNotReady(day=day.isoformat())


def _lines(file: IO[bytes] | None, table: _Table) -> Iterator[BillLine]:
    if file is None:
        return
    file.seek(0)
    with zipfile.ZipFile(file) as packed:
        for row in _rows(packed, table):
            line = table.told(row)
            if line is not None:
                yield line


def _rows(packed: zipfile.ZipFile, table: _Table) -> Iterator[_Row]:
    """The rows of those tables that are meant. What Alipay packs beside them, such as sums, has other columns."""
    names = packed.namelist()
    if len(names) > MOST_FILES:
        raise ValueError("too many files")
    left = _Left(MOST_UNPACKED)
    for name in names:
        with packed.open(name) as raw:
            measured = io.BufferedReader(_Measured(raw, left))
            yield from _written(io.TextIOWrapper(measured, encoding="gb18030", newline=""), table.columns)


def _written(text: io.TextIOWrapper, columns: frozenset[str]) -> Iterator[_Row]:
    heads: list[str] = []
    for cells in csv.reader(_short(text)):
        row = [cell.strip() for cell in cells]
        if not any(row) or row[0].startswith("#"):
            continue
        if heads:
            yield dict(zip(heads, row, strict=True))
            continue
        heads = [head.partition("（")[0].partition("(")[0] for head in row]
        if not columns <= set(heads):
            return


def _short(text: io.TextIOWrapper) -> Iterator[str]:
    while row := text.readline(_LONGEST_ROW):
        if len(row) == _LONGEST_ROW:
            raise ValueError("a row without end")
        yield row


class _Left:
    """How many bytes may still be unpacked, of all files together: what a ZIP says of itself is not believed."""

    def __init__(self, most: int) -> None:
        self.bytes = most

    def take(self, size: int) -> None:
        """Refuse what is beyond. Raises `ValueError`."""
        self.bytes -= size
        if self.bytes < 0:
            raise ValueError("too large")


class _Measured(io.RawIOBase):
    """A file that is counted while it is unpacked."""

    def __init__(self, raw: IO[bytes], left: _Left) -> None:
        self._raw, self._left = raw, left

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Unpack so much."""
        part = self._raw.read(len(buffer))
        self._left.take(len(part))
        buffer[: len(part)] = part
        return len(part)
