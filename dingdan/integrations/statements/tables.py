"""Tables of banks (.csv), read by a mapping that a person has saved, or by one that is guessed from the header."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.statements.amounts import day_as, minor, words
from dingdan.integrations.statements.refusing import AccountNeeded, MappingNeeded, StatementNotReadable
from dingdan.trade.reconciliation.rules import LineDraft, MappingDraft, StatementDraft, guess_columns, missing_in
from dingdan.trade.reconciliation.rules.mapping import DELIMITERS, Column

_SHAPES: Final = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d-%m-%Y",
    "%d/%m/%y",
)
_SEARCHED: Final = 30
_CHINESE_WORDS: Final = ("日期", "金额", "金額", "摘要", "户名", "戶名", "交易")

Read = StatementDraft | LineDraft


def encoding_of(head: bytes) -> str:
    """What the bytes are: by their mark, by being UTF-8, by the Chinese words of a header, else Windows-1252."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig"
    for encoding in ("gb18030", "big5"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if any(word in text for word in _CHINESE_WORDS):
            return encoding
    return "cp1252"


def read_table(lines: Iterable[str], digest: str, *, mapping: MappingDraft | None, account: str, currency: str) -> Iterator[Read]:
    """The head and the lines of a table. Raises `MappingNeeded`, `AccountNeeded` and `StatementNotReadable`."""
    rows = iter(lines)
    first = [line for line, _index in zip(rows, range(_SEARCHED), strict=False)]
    used, start, delimiter = _explained(first, mapping)
    account, currency = account or used.account, currency or used.currency
    table = csv.reader(_from(first[start:], rows), delimiter=delimiter)
    header = [cell.strip() for cell in next(table, [])]
    reader = _Reader(header, used, currency)
    if not account or not (currency or Column.CURRENCY in used.columns):
        raise AccountNeeded
    body = reader.lines(table)
    one = next(body, None)
    yield StatementDraft(account=account, currency=currency or (one.currency if one else ""), source="csv", digest=digest)
    if one:
        yield one
    yield from body


def _from(first: Sequence[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def header_of(lines: Sequence[str], mapping: MappingDraft | None = None) -> list[str]:
    """The headings of a table, for a person who is to explain them."""
    used, start, delimiter = _explained(lines, mapping)
    del used
    return [cell.strip() for cell in next(csv.reader([lines[start]], delimiter=delimiter), [])]


def _explained(first: Sequence[str], mapping: MappingDraft | None) -> tuple[MappingDraft, int, str]:
    """The mapping to read by, the line of the header, and what parts the cells."""
    if mapping is not None:
        if len(first) <= mapping.skip_lines:
            raise StatementNotReadable(_("it has no header."))
        delimiter = DELIMITERS[mapping.delimiter] or _delimiter(first[mapping.skip_lines])
        return mapping, mapping.skip_lines, delimiter
    for start, line in enumerate(first):
        delimiter = _delimiter(line)
        header = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        columns = guess_columns(header)
        if not missing_in(columns):
            return MappingDraft(code="guess", name="guess", columns=columns, decimal=""), start, delimiter
    raise MappingNeeded(field="mapping", columns=words(first[0] if first else "", most=300) or "–")


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


class _Reader:
    """Rows of a table as lines."""

    def __init__(self, header: Sequence[str], mapping: MappingDraft, currency: str) -> None:
        places = {heading: place for place, heading in reversed(list(enumerate(header)))}
        missing = [one for names in mapping.columns.values() for one in names if one not in places]
        if missing:
            raise StatementNotReadable(_("it has no column “{column}”.").format(column=missing[0]))
        self._places = {role: [places[one] for one in names] for role, names in mapping.columns.items()}
        self._mapping = mapping
        self._currency = currency
        self._shape = mapping.date_format
        self._debits = {word.casefold() for word in mapping.debit_words}
        self._decimal = mapping.decimal

    def lines(self, rows: Iterable[Sequence[str]]) -> Iterator[LineDraft]:
        """One line for each row with an amount; rows without a day (sums, remarks) are no lines."""
        try:
            for row in rows:
                if any(cell.strip() for cell in row) and (line := self._line(row)) is not None:
                    yield line
        except csv.Error as wrong:
            raise StatementNotReadable(_("it is no table ({what}).").format(what=wrong)) from None

    def _cell(self, row: Sequence[str], role: Column) -> str:
        return next((row[place].strip().strip("\t'") for place in self._places.get(role, ()) if place < len(row)), "")

    def _line(self, row: Sequence[str]) -> LineDraft | None:
        booked = self._cell(row, Column.BOOKED_ON) or self._cell(row, Column.VALUE_ON)
        if not any(letter.isdigit() for letter in booked):
            return None
        currency = (self._currency or _currency(self._cell(row, Column.CURRENCY)))[:3]
        amount = self._amount(row, currency)
        if not amount:
            return None
        value = self._cell(row, Column.VALUE_ON)
        texts = [row[place].strip() for place in self._places.get(Column.TEXT, ()) if place < len(row)]
        return LineDraft(
            booked_on=self._day(booked), value_on=self._day(value) if value else None, amount=amount, currency=currency,
            name=words(self._cell(row, Column.NAME), most=200), account=words(self._cell(row, Column.ACCOUNT), most=40),
            text=words(*texts), end_to_end=words(self._cell(row, Column.END_TO_END), most=40),
            bank_reference=words(self._cell(row, Column.BANK_REFERENCE), most=80),
        )  # fmt: skip

    def _day(self, text: str) -> date:
        plain = text.split(maxsplit=1)[0] if " " in text else text
        if not self._shape:
            self._shape = next((shape for shape in _SHAPES if _fits(plain, shape)), "%Y-%m-%d")
        return day_as(plain if " " not in self._shape else text, self._shape)

    def _amount(self, row: Sequence[str], currency: str) -> int:
        if Column.AMOUNT in self._places:
            amount = self._signed(self._cell(row, Column.AMOUNT), currency)
            goes_out = self._cell(row, Column.DIRECTION).casefold() in self._debits and Column.DIRECTION in self._places
            return -abs(amount) if goes_out else amount
        came = self._signed(self._cell(row, Column.CREDIT), currency)
        went = self._signed(self._cell(row, Column.DEBIT), currency)
        return abs(came) - abs(went)

    def _signed(self, text: str, currency: str) -> int:
        plain = text.strip().replace("\u2212", "-").replace(" ", "").replace("\u00a0", "").replace("'", "")
        plain = plain.strip("¥￥€£$").removesuffix(currency).removeprefix(currency)
        if not plain or plain in ("-", "--"):
            return 0
        is_negative = plain.startswith(("-", "(")) or plain.endswith(("-", "S"))
        bare = plain.strip("-+()SH")
        point = self._decimal or _point(bare)
        amount = minor(bare.replace("," if point == "." else ".", ""), currency, point)
        return -amount if is_negative else amount


def _currency(text: str) -> str:
    named = {
        "人民币": "CNY",
        "RMB": "CNY",
        "人民幣": "CNY",
        "新臺幣": "TWD",
        "新台幣": "TWD",
        "台幣": "TWD",
        "港币": "HKD",
        "美元": "USD",
    }
    return named.get(text.strip(), text.strip().upper())


def _point(number: str) -> str:
    """Which sign parts the decimals: the last of the two, where both or one are there."""
    comma, dot = number.rfind(","), number.rfind(".")
    if comma >= 0 and dot < 0:
        return "," if len(number) - comma - 1 in (1, 2) else "."
    return "," if comma > dot else "."


def _fits(text: str, shape: str) -> bool:
    try:
        day_as(text, shape)
    except StatementNotReadable:
        return False
    return True
