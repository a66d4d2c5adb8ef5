"""What banks send is read, and what harms whoever reads it is refused in words that help."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from datetime import date

import pytest

from dingdan.integrations.statements.reading import Asked, read_statements
from dingdan.integrations.statements.refusing import AccountNeeded, MappingNeeded, StatementNotReadable, StatementNotSafe
from dingdan.integrations.statements.samples import write_camt053
from dingdan.trade.reconciliation.rules import LineDraft, MappingDraft, StatementDraft

VERSIONS = ("02", "04", "06", "08", "10", "13")


def _read(content: bytes, **asked: object) -> tuple[list[StatementDraft], list[LineDraft]]:
    found = list(read_statements(io.BytesIO(content), Asked(**asked)))  # type: ignore[arg-type]
    return [one for one in found if isinstance(one, StatementDraft)], [one for one in found if isinstance(one, LineDraft)]


def _camt(entries: str, *, kind: str = "BkToCstmrStmt><Stmt", version: str = "053.001.08") -> bytes:
    outer, inner = kind.split("><")
    written = (
        f'<?xml version="1.0"?><x:Document xmlns:x="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><x:{outer}><x:{inner}>'
        "<x:Id>7</x:Id><x:Acct><x:Id><x:IBAN>DE89370400440532013000</x:IBAN></x:Id><x:Ccy>EUR</x:Ccy></x:Acct>"
        '<x:Bal><x:Tp><x:CdOrPrtry><x:Cd>PRCD</x:Cd></x:CdOrPrtry></x:Tp><x:Amt Ccy="EUR">10.00</x:Amt>'
        "<x:CdtDbtInd>DBIT</x:CdtDbtInd><x:Dt><x:Dt>2026-01-04</x:Dt></x:Dt></x:Bal>"
        f"{entries}</x:{inner}></x:{outer}></x:Document>"
    )
    if version.endswith("02"):  # as most banks write it
        written = written.replace("xmlns:x=", "xmlns=").replace("x:", "")
    return written.encode()


def _entry(inside: str, *, amount: str = "12.34", mark: str = "CRDT", status: str = "<x:Sts><x:Cd>BOOK</x:Cd></x:Sts>") -> str:
    return (
        f'<x:Ntry><x:Amt Ccy="EUR">{amount}</x:Amt><x:CdtDbtInd>{mark}</x:CdtDbtInd>{status}<x:BookgDt><x:Dt>2026-01-05</x:Dt>'
        f"</x:BookgDt><x:ValDt><x:Dt>2026-01-06</x:Dt></x:ValDt><x:AcctSvcrRef>B1</x:AcctSvcrRef>{inside}</x:Ntry>"
    )


def _details(party: str, text: str = "<x:Ustrd>Order</x:Ustrd><x:Ustrd>10017</x:Ustrd>", amount: str = "") -> str:
    money = f'<x:AmtDtls><x:TxAmt><x:Amt Ccy="EUR">{amount}</x:Amt></x:TxAmt></x:AmtDtls>' if amount else ""
    return (
        f"<x:TxDtls><x:Refs><x:EndToEndId>E1</x:EndToEndId></x:Refs>{money}<x:RltdPties>{party}<x:DbtrAcct><x:Id><x:IBAN>DE02</x:IBAN>"
        f"</x:Id></x:DbtrAcct></x:RltdPties><x:RmtInf>{text}</x:RmtInf></x:TxDtls>"
    )


OLD, NEW = "<x:Dbtr><x:Nm>Ann Lee</x:Nm></x:Dbtr>", "<x:Dbtr><x:Pty><x:Nm>Ann Lee</x:Nm></x:Pty></x:Dbtr>"


@pytest.mark.parametrize("version", VERSIONS)
def test_camt_in_every_version(version: str) -> None:
    party, status = (NEW, "<x:Sts><x:Cd>BOOK</x:Cd></x:Sts>") if int(version) >= 8 else (OLD, "<x:Sts>BOOK</x:Sts>")
    content = _camt(_entry(f"<x:NtryDtls>{_details(party)}</x:NtryDtls>", status=status), version=f"053.001.{version}")
    (head,), (line,) = _read(content)
    assert (head.account, head.currency, head.source, head.number, head.opening, head.closing, head.from_on) == (
        "DE89370400440532013000", "EUR", "camt.053", "7", -1000, None, date(2026, 1, 4)
    )  # fmt: skip
    assert line == LineDraft(
        booked_on=date(2026, 1, 5), value_on=date(2026, 1, 6), amount=1234, currency="EUR", name="Ann Lee", account="DE02",
        text="Order 10017", end_to_end="E1", bank_reference="B1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "version", "source"),
    [("BkToCstmrAcctRpt><Rpt", "052.001.08", "camt.052"), ("BkToCstmrDbtCdtNtfctn><Ntfctn", "054.001.08", "camt.054")],
)
def test_its_sisters(kind: str, version: str, source: str) -> None:
    pending = _entry("", status="<x:Sts><x:Cd>PDNG</x:Cd></x:Sts>")
    heads, lines = _read(_camt(pending + _entry(""), kind=kind, version=version))
    assert ([one.source for one in heads], [one.amount for one in lines]) == ([source], [1234])


def test_a_batch_is_one_line_for_each_payment() -> None:
    both = _details(NEW, amount="10.00") + _details(NEW, amount="2.34")
    _heads, lines = _read(_camt(_entry(f"<x:NtryDtls>{both}</x:NtryDtls>")))
    assert [(one.amount, one.bank_reference) for one in lines] == [(1000, "B1/1"), (234, "B1/2")]
    _heads, lines = _read(_camt(_entry(f"<x:NtryDtls>{both}</x:NtryDtls>", amount="12.00")))
    assert [(one.amount, one.text) for one in lines] == [(1200, "Order 10017 Order 10017")]


def test_what_goes_out_and_what_is_taken_back() -> None:
    paid = "<x:Cdtr><x:Pty><x:Nm>Bob</x:Nm></x:Pty></x:Cdtr>" + NEW
    taken = _entry(f"<x:RvslInd>true</x:RvslInd><x:NtryDtls>{_details(paid)}</x:NtryDtls>", mark="DBIT")
    _heads, lines = _read(_camt(_entry(f"<x:NtryDtls>{_details(paid)}</x:NtryDtls>", mark="DBIT") + taken))
    assert [(one.amount, one.name, one.is_reversal) for one in lines] == [(-1234, "Bob", False), (-1234, "Ann Lee", True)]


def test_a_structured_reference_is_read() -> None:
    text = "<x:Strd><x:CdtrRefInf><x:Ref>RF401001</x:Ref></x:CdtrRefInf></x:Strd>"
    _heads, (line,) = _read(_camt(_entry(f"<x:NtryDtls>{_details(NEW, text)}</x:NtryDtls>")))
    assert line.text == "RF401001"


MT940 = """{1:F01BANKDEFFXXXX}{2:I940}{4:
:20:STARTUMS
:25:37040044/0532013000
:28C:5/1
:60F:C260104EUR100,00
:61:2601050105CR12,34NTRFNONREF//B1
:86:166?00GUTSCHRIFT?20EREF+E1?21SVWZ+Bestellung Nr. 1?2200017 danke?31DE02120300000000202051?32Ann?33 Lee
:61:2601060106D4,9NMSCNONREF
:86:Account fee
January
:61:2512310102RC5,00NRTI//B2
:86:/EREF/E9/ORDP//NAME/Bob Ray/REMI/USTD//order 10018/
:62F:C260106EUR102,44
-}
"""


def test_mt940() -> None:
    (head,), (first, second, third) = _read(MT940.replace("\n", "\r\n").encode())
    assert (head.account, head.number, head.currency, head.opening, head.closing) == ("0532013000", "5/1", "EUR", 10000, 10244)
    assert (first.amount, first.name, first.account, first.text, first.end_to_end, first.bank_reference) == (
        1234, "Ann Lee", "DE02120300000000202051", "Bestellung Nr. 1 00017 danke", "E1", "B1"
    )  # fmt: skip
    assert (second.amount, second.text, second.bank_reference) == (-490, "Account fee January", "")
    assert (third.amount, third.booked_on, third.value_on) == (-500, date(2026, 1, 2), date(2025, 12, 31))
    assert (third.name, third.text, third.end_to_end, third.is_reversal) == ("Bob Ray", "order 10018", "E9", True)


GERMAN = (
    "Buchungstag;Valutadatum;Beguenstigter/Zahlungspflichtiger;Verwendungszweck;Kontonummer/IBAN;Betrag;Waehrung;Saldo\n"
    "05.01.2026;06.01.2026;Müller GmbH;RF40 1001;DE02;1.234,50;EUR;9.999,00\n05.01.2026;;Bank;Gebühr;;-4,90;EUR;9.994,10\n"
)
CHINESE = (
    "账号：6222\n交易日期,摘要,收入,支出,余额,币种,对方户名,对方账号\n"
    '20260105,货款1001,"1,000.50",,9,人民币,王小明,6217\n20260106,手续费,,2.00,7,人民币,,\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_table(encoding: str) -> None:
    (head,), lines = _read(GERMAN.encode(encoding), account="DE89", currency="")
    assert (head.source, head.currency) == ("csv", "EUR")
    assert [(one.amount, one.name, one.text, one.booked_on) for one in lines] == [
        (123450, "Müller GmbH", "RF40 1001", date(2026, 1, 5)),
        (-490, "Bank", "Gebühr", date(2026, 1, 5)),
    ]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("gb18030", CHINESE), ("big5", CHINESE.translate(str.maketrans("账号额币种对户货款续费", "帳號額幣種對戶貨款續費")))],
)
def test_a_chinese_table(encoding: str, text: str) -> None:
    currency = "" if encoding == "gb18030" else "TWD"
    (head,), lines = _read(text.encode(encoding, "replace"), account="6222", currency=currency)
    assert head.currency == (currency or "CNY")
    assert [(one.amount, one.name) for one in lines] == [(100050, "王小明"), (-200, "")]


def test_a_mapping_says_what_is_what() -> None:
    columns = {"booked_on": ("A",), "amount": ("B",), "direction": ("C",), "text": ("D", "E")}
    mapping = MappingDraft(
        code="m", name="m", columns=columns, date_format="%d/%m/%y", decimal=",", skip_lines=1, account="1", currency="EUR"
    )
    _heads, lines = _read(b"Export\nA;B;C;D;E\n05/01/26;1,50;S;x;y\n06/01/26;2;H;z;\n", mapping=mapping)
    assert [(one.amount, one.text, one.booked_on.day) for one in lines] == [(-150, "x y", 5), (200, "z", 6)]


def test_a_table_that_nobody_explained_is_refused() -> None:
    with pytest.raises(MappingNeeded, match="foo bar"):
        _read(b"foo bar\n1,2\n")
    with pytest.raises(AccountNeeded):
        _read(GERMAN.encode())


def test_files_that_are_packed() -> None:
    content = b"".join(write_camt053("DE89", "EUR", [LineDraft(booked_on=date(2026, 1, 5), amount=1, currency="EUR")]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.xml", content)
        file.writestr("b.xml", content)
    assert [len(one) for one in _read(packed.getvalue())] == [2, 2]
    assert [len(one) for one in _read(gzip.compress(content))] == [1, 1]


XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><Document><a>&e;</a></Document>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 50
    + b'"><!ENTITY c "'
    + b"&b;" * 50
    + b'">]><Document>&c;</Document>'
)
DTD = b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><Document/>'


@pytest.mark.parametrize("content", [XXE, LAUGHS, DTD])
def test_what_would_make_us_read_other_files_is_refused(content: bytes) -> None:
    with pytest.raises(StatementNotSafe, match="document type or entities"):
        _read(content)


def test_what_was_made_to_fill_up_memory_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.xml", b"<Document>" + b" " * 30_000_000)
    with pytest.raises(StatementNotSafe, match="fill up memory"):
        _read(bomb.getvalue())
    with pytest.raises(StatementNotSafe, match="fill up memory"):
        _read(gzip.compress(b"<Document>" + b" " * 30_000_000))
    with pytest.raises(StatementNotSafe, match="nested deeper"):
        _read(b"<Document><BkToCstmrStmt>" + b"<a>" * 5000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (random.Random(7).randbytes(10_000_000), "neither XML nor text"),
        (b"a" * 10_000_000, "more than 100,000 characters"),
        (b"<Document><BkToCstmrStmt><Stmt><Ntry>", "the XML is broken"),
        (b"<html/>", "no camt.052"),
        (b":20:X\n:25:1\n:61:nonsense\n", "no balance"),
        (b"PK\x03\x04rubbish", "damaged"),
        (gzip.compress(b"<Document/>", mtime=0)[:-9], "damaged"),
        (_camt(_entry("", amount="1.2.3")), "not an amount of EUR"),
        (_camt(_entry("").replace("2026-01-05", "2026-13-45")), "not a day"),
    ],
)
def test_garbage_is_refused_in_clear_words(content: bytes, words: str) -> None:
    with pytest.raises(StatementNotReadable, match=words):
        _read(content)
