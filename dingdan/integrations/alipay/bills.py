"""The day's bill: a ZIP of tables in GBK, read row by row and no further than a bill can be."""

from __future__ import annotations

import csv
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
_COLUMNS: Final = (_TRADE, _NUMBER, _KIND, _REQUEST, _DONE_AT, _ORDERED, _RECEIVED, _FEE)


class Bills:
    """Fetches what Alipay calls the trade bill."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Payments and refunds of a day in Beijing, with fees. Refuses `BillNotReady`, and `BillUnreadable` on the way."""
        client = Client(credentials_of(account_id))
        url = _address(client, day)
        return _lines(client, url, day) if url else iter(())


def _address(client: Client, day: date) -> str:
    """Where the bill is, for half a minute. Of a day on which nothing moved Alipay makes none: empty."""
    said = client.ask("alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day.isoformat()})
    if said.answer == Answer.DONE and said.text("bill_download_url"):
        return said.text("bill_download_url")
    is_none = said.answer == Answer.DECLINED and "BILL_NOT_EXIST" in said.error.upper()
    if is_none and clock.now() >= datetime.combine(day, time(), BEIJING) + MADE_BY:
        return ""
    raise BillNotReady(day=day.isoformat())


def _lines(client: Client, url: str, day: date) -> Iterator[BillLine]:
    try:
        with _fetched(client, url) as file, zipfile.ZipFile(file) as packed:
            for row in _rows(packed):
                yield _line(row)
    except NotFetched:
        raise BillNotReady(day=day.isoformat()) from None
    except _BROKEN as fault:
        raise BillUnreadable(day=day.isoformat(), gateway="Alipay", why=type(fault).__name__) from fault


@contextmanager
def _fetched(client: Client, url: str) -> Iterator[IO[bytes]]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        size = 0
        for part in client.fetch(url):
            size += len(part)
            if size > MOST_FETCHED:
                raise ValueError("too large")
            file.write(part)
        file.seek(0)
        yield file


def _rows(packed: zipfile.ZipFile) -> Iterator[Mapping[str, str]]:
    """The rows of all tables that list trades. What Alipay packs beside them, such as sums, has other columns."""
    names = packed.namelist()
    if len(names) > MOST_FILES:
        raise ValueError("too many files")
    left = _Left(MOST_UNPACKED)
    for name in names:
        with packed.open(name) as raw:
            yield from _table(io.TextIOWrapper(io.BufferedReader(_Measured(raw, left)), encoding="gb18030", newline=""))


def _table(text: io.TextIOWrapper) -> Iterator[Mapping[str, str]]:
    heads: list[str] = []
    for cells in csv.reader(_short(text)):
        written = [cell.strip() for cell in cells]
        if not any(written) or written[0].startswith("#"):
            continue
        if not heads:
            heads = [head.partition("（")[0].partition("(")[0] for head in written]
            if not set(_COLUMNS) <= set(heads):
                return
            continue
        yield dict(zip(heads, written, strict=True))


def _short(text: io.TextIOWrapper) -> Iterator[str]:
    while row := text.readline(_LONGEST_ROW):
        if len(row) == _LONGEST_ROW:
            raise ValueError("a row without end")
        yield row


def _line(row: Mapping[str, str]) -> BillLine:
    """A row. What came less than the customer paid is Alipay's fee, or a discount that the shop bears at Alipay."""
    number = row[_NUMBER]
    kind = _KINDS.get(row[_KIND], BillKind.OTHER)
    request = row[_REQUEST] if kind == BillKind.REFUND else ""
    amount, received, service = (fen(row[name].replace("+", "") or "0", signed=True) for name in (_ORDERED, _RECEIVED, _FEE))
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
