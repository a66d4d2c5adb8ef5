"""What the columns of a bank's table mean: said by a person once, or guessed from the header. Pure."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import clean_code, clean_text, one_of


class Column(StrEnum):
    """What a column may say."""

    BOOKED_ON = "booked_on"
    VALUE_ON = "value_on"
    AMOUNT = "amount"
    CREDIT = "credit"
    DEBIT = "debit"
    DIRECTION = "direction"
    CURRENCY = "currency"
    NAME = "name"
    ACCOUNT = "account"
    TEXT = "text"
    END_TO_END = "end_to_end"
    BANK_REFERENCE = "bank_reference"


DELIMITERS: Final = {"": "", "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DECIMALS: Final = (".", ",")
_MOST_SKIPPED: Final = 50


class MappingIncomplete(Refusal):
    """Without a day and an amount there is no line."""

    status = 422
    sentence = _("The mapping does not say which column holds {missing}.")
    remedy = _("Name a column for the day of booking, and one for the amount or two for money in and money out.")


class EncodingUnknown(Refusal):
    """Python knows no such encoding."""

    status = 422
    sentence = _("“{encoding}” is not an encoding of text.")
    remedy = _("Give utf-8, cp1252, gb18030 or big5, or leave it empty to have it found out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingDraft:
    """How a bank's table is read. `columns` says which column (by its heading) holds what; text may be in several.

    `date_format` as Python's `strptime` takes it; empty: found out. `delimiter` and `encoding` empty: found out. `skip_lines`
    come before the header. `debit_words` are what the column of direction says of money that went out.
    """

    code: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    date_format: str = ""
    decimal: str = "."
    delimiter: str = ""
    encoding: str = ""
    skip_lines: int = 0
    account: str = ""
    currency: str = ""
    debit_words: tuple[str, ...] = field(default=("D", "DBIT", "DR", "S", "-", "借", "支出", "支", "付", "往账"))


def clean_mapping(draft: MappingDraft) -> MappingDraft:
    """The mapping with every text cleaned. Refuses what cannot be read by, naming the field."""
    columns = {
        str(one_of(role, f"columns.{role}", Column)): tuple(clean_text(one, f"columns.{role}", 120) for one in names)
        for role, names in draft.columns.items()
        if names
    }
    if missing := missing_in(columns):
        raise MappingIncomplete(field="columns", missing=missing)
    if draft.encoding:
        try:
            codecs.lookup(draft.encoding)
        except (LookupError, ValueError):
            raise EncodingUnknown(field="encoding", encoding=draft.encoding[:40]) from None
    one_of(draft.delimiter, "delimiter", DELIMITERS)
    one_of(draft.decimal, "decimal", DECIMALS)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 120),
        columns=columns,
        date_format=clean_text(draft.date_format, "date_format", 40, required=False),
        skip_lines=max(0, min(draft.skip_lines, _MOST_SKIPPED)),
        account=clean_text(draft.account, "account", 40, required=False),
        currency=clean_text(draft.currency, "currency", 3, required=False),
        debit_words=tuple(clean_text(word, "debit_words", 20) for word in draft.debit_words),
    )


def missing_in(columns: Mapping[str, Sequence[str]]) -> str:
    """What a mapping lacks to be of use; empty when it lacks nothing."""
    if Column.BOOKED_ON not in columns and Column.VALUE_ON not in columns:
        return Column.BOOKED_ON.value
    return "" if any(one in columns for one in (Column.AMOUNT, Column.CREDIT, Column.DEBIT)) else Column.AMOUNT.value


# What headings contain, without blanks and signs; the first that fits decides, so what is more special comes first.
_WORDS: Final[tuple[tuple[Column, tuple[str, ...]], ...]] = (
    (Column.VALUE_ON, ("valuta", "valuedate", "起息日", "wertstellung")),
    (Column.BOOKED_ON, ("buchungstag", "buchungsdatum", "bookingdate", "postingdate", "posteddate", "transactiondate",
                        "completeddate",
                        "记账日", "入账日", "交易日", "交易日期", "交易时间", "日期", "帳務日", "記帳日", "datum", "date")),
    (Column.END_TO_END, ("endtoend", "kundenreferenz")),
    (Column.BANK_REFERENCE, ("bankreferenz", "transactionid", "流水号", "交易序号", "凭证号", "序號", "transactionreference")),
    (Column.ACCOUNT, ("对方账号", "对方帐号", "對方帳號", "收付方账号", "付款人账号", "对方账户", "ibanzahlungsbeteiligter",
                      "kontonummeriban", "counterpartyiban", "counterpartyaccount", "accountofpayer", "payeraccount",
                      "轉出入帳號")),
    (Column.NAME, ("对方户名", "对方名称", "對方戶名", "收付方名称", "付款人名称", "对方单位", "beguenstigterzahlungspflichtiger",
                   "namezahlungsbeteiligter", "zahlungspflichtiger", "auftraggeber", "counterparty", "payer", "name")),
    (Column.CREDIT, ("贷方", "貸方", "收入", "存入", "转入", "moneyin", "paidin", "credit", "haben", "gutschrift")),
    (Column.DEBIT, ("借方", "支出", "转出", "moneyout", "paidout", "withdrawn", "debit", "soll", "lastschrift")),
    (Column.DIRECTION, ("收支", "借贷", "借貸", "sollhaben", "creditdebit", "debitcredit", "direction")),
    (Column.CURRENCY, ("币种", "币别", "幣別", "currency", "wahrung", "waehrung")),
    (Column.TEXT, ("verwendungszweck", "摘要", "用途", "附言", "备注", "備註", "说明", "description", "reference", "remittance",
                   "details", "memo", "narrative", "purpose")),
    (Column.AMOUNT, ("betrag", "amount", "交易金额", "发生额", "金额", "金額", "umsatz", "value")),
)  # fmt: skip
_NOT_MEANT: Final = (
    "余额",
    "餘額",
    "balance",
    "saldo",
    "时间戳",
    "glaubiger",
    "mandat",
    "sammlerreferenz",
    "开户",
    "開戶",
    "bic",
)


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKD", heading).casefold()
    return re.sub(r"[\W_]", "", "".join(letter for letter in text if not unicodedata.combining(letter)))


def guess_columns(header: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What the columns of a header mean, by the words that banks use; those that say nothing known are left out."""
    found: dict[str, list[str]] = {}
    for heading in header:
        plain = _plain(heading)
        if not plain or any(word in plain for word in _NOT_MEANT):
            continue
        both = [role for role in (Column.CREDIT, Column.DEBIT) if any(word in plain for word in dict(_WORDS)[role])]
        role = (
            Column.DIRECTION if len(both) == 2 else next((role for role, words in _WORDS if any(w in plain for w in words)), None)
        )
        if role and (role not in found or role == Column.TEXT):
            found.setdefault(role.value, []).append(heading)
    return {role: tuple(headings) for role, headings in found.items()}
