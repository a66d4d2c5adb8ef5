"""camt.053, camt.052 and camt.054 of ISO 20022, in whichever version: elements go by their local names.

The file is read as it comes, an entry at a time. A document type, entities and anything from outside are refused: no bank sends
them, and they are how such files do harm.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.sax import SAXException

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.statements.amounts import day, minor, words
from dingdan.integrations.statements.refusing import StatementNotReadable, StatementNotSafe
from dingdan.trade.reconciliation.rules import LineDraft, StatementDraft

_PIECE: Final = 1 << 16
_DEEPEST: Final = 60
_LONGEST_TEXT: Final = 20_000
_HEADS: Final = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
_PARTS: Final = frozenset([*_HEADS, "Bal", "Ntry", "TxDtls"])
_OPENING: Final = ("OPBD", "PRCD")

Read = StatementDraft | LineDraft


class Bag:
    """The texts of an element by their paths inside it, in the order of the file."""

    __slots__ = ("currencies", "inner", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.currencies: dict[str, str] = {}
        self.inner: list[Bag] = []

    def one(self, *paths: str) -> str:
        """The first text at the first path that has one."""
        return next((self.texts[path][0] for path in paths if path in self.texts), "")

    def all(self, *paths: str) -> list[str]:
        """Every text at the paths."""
        return [text for path in paths if path in self.texts for text in self.texts[path]]


class _Elements(DefusedExpatParser):  # type: ignore[misc] # without types
    """Puts elements into bags, and finished heads and entries where the reader takes them."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.ready: deque[Read] = deque()
        self.is_statement = False
        self._paths: list[str] = []
        self._names: list[str] = []
        self._bags: list[Bag] = []
        self._text: list[str] = []
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self._place = 0
        self._told = False
        self._currency = ""
        super().__init__(forbid_dtd=True)

    def reset(self) -> None:
        super().reset()
        parser = self._parser
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._opened, self._closed
        parser.CharacterDataHandler = self._text.append

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        parent = self._paths[-1] if self._paths else ""
        found = self._known.get((parent, name))
        if found is None:
            local = name.rpartition(":")[2]
            path = "" if local in _PARTS else f"{parent}/{local}" if parent else local
            found = self._known[parent, name] = local, path
        local, path = found
        self._names.append(local)
        self._paths.append(path)
        if len(self._paths) > _DEEPEST:
            raise StatementNotSafe(_("it is nested deeper than any statement."))
        if not path:
            self._begin(local)
        elif attributes and "Ccy" in attributes and self._bags:
            self._bags[-1].currencies[path] = attributes["Ccy"]

    def _begin(self, local: str) -> None:
        bag = Bag()
        if local in _HEADS:
            self.is_statement, self._told = True, False
            self._bags = [bag]
        elif self._bags:
            self._bags[-1].inner.append(bag)
            self._bags.append(bag)

    def _closed(self, _name: str) -> None:
        path, local = self._paths.pop(), self._names.pop()
        if path:
            if self._text and self._bags:
                text = "".join(self._text).strip()
                if len(text) > _LONGEST_TEXT:
                    raise StatementNotSafe(_("a text in it is longer than any statement has."))
                if text:
                    self._bags[-1].texts[path].append(text)
        elif self._bags:
            self._end(local)
        self._text.clear()

    def _end(self, local: str) -> None:
        bag = self._bags.pop()
        if local == "Ntry":
            self._tell_head(self._bags[0])
            self._bags[0].inner.clear()
            self.ready.extend(_lines(bag, self._currency))
        elif local in _HEADS:
            self._tell_head(bag, local)

    def _tell_head(self, bag: Bag, local: str = "") -> None:
        if self._told:
            return
        kind = local or next(name for name in reversed(self._names) if name in _HEADS)
        head = _head(bag, _HEADS[kind], self.digest, place=self._place)
        self._currency = head.currency
        self._told, self._place = True, self._place + 1
        self.ready.append(head)


def read_camt(file: BinaryIO, digest: str) -> Iterator[Read]:
    """The heads and booked lines of a file, as they come. Raises `StatementNotReadable` and `StatementNotSafe`."""
    elements = _Elements(digest)
    try:
        while piece := file.read(_PIECE):
            elements.feed(piece)
            while elements.ready:
                yield elements.ready.popleft()
        elements.close()
    except DefusedXmlException:
        raise StatementNotSafe(_("it has a document type or entities, which could make this program read other files.")) from None
    except SAXException as wrong:
        reason = _("the XML is broken ({what}).").format(what=words(str(wrong), most=120))
        raise StatementNotReadable(reason) from None
    while elements.ready:
        yield elements.ready.popleft()
    if not elements.is_statement:
        raise StatementNotReadable(_("it is XML, but no camt.052, camt.053 or camt.054."))


def _head(bag: Bag, source: str, digest: str, *, place: int) -> StatementDraft:
    account = bag.one("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN")
    balances = {one.one("Tp/CdOrPrtry/Cd", "Tp/Cd"): one for one in reversed(bag.inner) if "Amt" in one.texts}
    currency = bag.one("Acct/Ccy") or next((one.currencies.get("Amt", "") for one in balances.values()), "")
    days = bag.one("FrToDt/FrDtTm", "FrToDt/FrDt"), bag.one("FrToDt/ToDtTm", "FrToDt/ToDt")
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = balances.get("CLBD")
    ends = [one.one("Dt/Dt", "Dt/DtTm") if one else "" for one in (opening, closing)]
    from_on, to_on = (day(said or end) if said or end else None for said, end in zip(days, ends, strict=True))
    return StatementDraft(
        account=words(account, most=40), currency=currency, source=source, digest=digest, place=place,
        number=words(bag.one("ElctrncSeqNb", "LglSeqNb", "Id"), most=40), from_on=from_on, to_on=to_on,
        opening=_balance(opening), closing=_balance(closing),
    )  # fmt: skip


def _balance(bag: Bag | None) -> int | None:
    if bag is None:
        return None
    amount = minor(bag.one("Amt"), bag.currencies.get("Amt", ""))
    return amount if bag.one("CdtDbtInd") == "CRDT" else -amount


def _lines(entry: Bag, currency: str) -> Iterator[LineDraft]:
    """One line for each payment of an entry; the entry itself where it does not say, or says it in other amounts."""
    if entry.one("Sts/Cd", "Sts") not in ("BOOK", ""):
        return
    amount, currency = minor(entry.one("Amt"), entry.currencies.get("Amt", currency)), entry.currencies.get("Amt", currency)
    sign = 1 if entry.one("CdtDbtInd") == "CRDT" else -1
    details = entry.inner or [Bag()]
    parts = [amount] if len(details) == 1 else [_part(one, currency) for one in details]
    if sum(part or 0 for part in parts) != amount:
        merged = Bag()
        for one in details:
            for path, texts in one.texts.items():
                merged.texts[path] += texts
        details, parts = [merged], [amount]
    for place, (one, part) in enumerate(zip(details, parts, strict=True)):
        if part:
            yield _line(entry, one, amount=sign * part, currency=currency, place=place if len(details) > 1 else None)


def _part(one: Bag, currency: str) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if one.currencies.get(path) == currency:
            return minor(one.one(path), currency)
    return None


def _line(entry: Bag, one: Bag, *, amount: int, currency: str, place: int | None) -> LineDraft:
    booked = entry.one("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    value = entry.one("ValDt/Dt", "ValDt/DtTm")
    is_reversal = entry.one("RvslInd").lower() in ("true", "1") or bool(one.one("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"))
    payer_first = (amount > 0) != is_reversal
    name, account = _party(one, "Dbtr" if payer_first else "Cdtr")
    if not name and not account:
        name, account = _party(one, "Cdtr" if payer_first else "Dbtr")
    text = one.all("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "RmtInf/Strd/RfrdDocInf/Nb")
    reference = one.one("Refs/AcctSvcrRef") or _entry_reference(entry, place)
    return LineDraft(
        booked_on=day(booked), value_on=day(value) if value else None, amount=amount, currency=currency,
        name=name, account=account, is_reversal=is_reversal,
        text=words(*(text or one.all("AddtlTxInf") or entry.all("AddtlNtryInf"))),
        end_to_end=words(one.one("Refs/EndToEndId"), most=40), bank_reference=words(reference, most=80),
    )  # fmt: skip


def _entry_reference(entry: Bag, place: int | None) -> str:
    reference = entry.one("AcctSvcrRef", "NtryRef")
    return f"{reference}/{place + 1}" if reference and place is not None else reference


def _party(one: Bag, who: str) -> tuple[str, str]:
    """Name and account of a party; of whom they act for, where that is said."""
    name = one.one(f"RltdPties/Ultmt{who}/Nm", f"RltdPties/Ultmt{who}/Pty/Nm", f"RltdPties/{who}/Nm", f"RltdPties/{who}/Pty/Nm")
    account = one.one(f"RltdPties/{who}Acct/Id/IBAN", f"RltdPties/{who}Acct/Id/Othr/Id")
    return words(name, most=200), words(account, most=40)
