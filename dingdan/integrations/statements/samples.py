"""Statements as a bank would send them, to show and to measure: transfers for orders, whose references people damaged.

The same orders and the same seed always give the same statement.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from dingdan.kernel.money import plain
from dingdan.trade.reconciliation.rules import LineDraft, creditor_reference, spaced_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An order that somebody is to pay by bank: what a customer copies from it."""

    number: str
    invoice: str
    amount: int
    currency: str
    name: str
    account: str
    on: date


@dataclass(frozen=True, slots=True)
class Transfer:
    """A line of a statement, what was done to its reference, and the numbers of the orders that it is really for."""

    line: LineDraft
    damage: str
    numbers: tuple[str, ...]


def _swapped(number: str, chance: random.Random) -> str:
    """The number with two different digits beside each other swapped."""
    places = [place for place in range(len(number) - 1) if number[place] != number[place + 1]]
    place = chance.choice(places) if places else 0
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _wrong(number: str, chance: random.Random) -> str:
    """The number with one digit wrong."""
    place = chance.randrange(len(number))
    return number[:place] + str((int(number[place]) + chance.randrange(1, 10)) % 10) + number[place + 1 :]


def _split(number: str, chance: random.Random) -> str:
    """The number broken over two lines."""
    place = chance.randrange(1, len(number))
    return f"{number[:place]} {number[place:]}"


_LOOKALIKES: Final = str.maketrans({"0": "O", "1": "I"})
Damage = Callable[[Payable, random.Random], str]

#: What is done to references, and how many of a thousand transfers it happens to.
DAMAGES: Final[dict[str, tuple[int, Damage]]] = {
    "checked reference, as printed": (330, lambda one, _c: spaced_reference(one.number)),
    "checked reference, in one piece": (120, lambda one, _c: creditor_reference(one.number)),
    "order number with words": (170, lambda one, _c: f"Order {one.number}, thank you"),
    "number alone": (60, lambda one, _c: one.number),
    "invoice number instead": (60, lambda one, _c: f"Invoice {one.invoice}"),
    "small letters": (20, lambda one, _c: f"order no {creditor_reference(one.number).lower()}"),
    "blanks in it": (30, lambda one, _c: " ".join(one.number)),
    "hyphens in it": (20, lambda one, _c: f"{one.number[:3]}-{one.number[3:]}"),
    "split over lines": (30, lambda one, c: f"Payment for order {_split(one.number, c)} best regards"),
    "O for 0 and I for 1": (20, lambda one, _c: one.number.translate(_LOOKALIKES)),
    "letters of the number missing": (20, lambda one, _c: f"for {one.invoice.partition('-')[2]}"),
    "leading zeros lost": (15, lambda one, _c: f"inv {one.invoice.partition('-')[2].lstrip('0')}"),
    "two digits swapped": (20, lambda one, c: f"Order {_swapped(one.number, c)}"),
    "a digit wrong": (10, lambda one, c: f"Order {_wrong(one.number, c)}"),
    "a digit wrong in a checked reference": (10, lambda one, c: creditor_reference(one.number)[:4] + _wrong(one.number, c)),
    "cut off at 27 letters": (15, lambda one, _c: f"Payment for our orders {one.number}"[:27]),
    "no reference at all": (20, lambda _one, _c: "Thank you"),
    "several in one transfer": (30, lambda one, _c: one.number),
}  # fmt: skip
ONLY_PART: Final = 15
TOO_MUCH: Final = 10
STRANGER: Final = 120
"""Of a thousand: who pays only a part, pays too much, and for whom somebody else pays."""


def transfers(orders: Sequence[Payable], seed: int) -> Iterator[Transfer]:
    """A transfer for each order (or for two at once), in the order given."""
    chance = random.Random(seed)  # noqa: S311 - a sample, to be the same each time
    kinds, weights = list(DAMAGES), [weight for weight, _damage in DAMAGES.values()]
    waiting = iter(orders)
    for one in waiting:
        (kind,) = chance.choices(kinds, weights)
        text, paid = DAMAGES[kind][1](one, chance), [one]
        if kind == "several in one transfer":
            other = next(waiting, None)
            paid += [other] if other else []
            text = "Orders " + " and ".join(order.number for order in paid)
        yield Transfer(_line(paid, text, chance), kind, tuple(order.number for order in paid))


def _line(paid: Sequence[Payable], text: str, chance: random.Random) -> LineDraft:
    first, amount, luck = paid[0], sum(one.amount for one in paid), chance.randrange(1000)
    if luck < ONLY_PART:
        amount = max(amount // 2, 1)
    elif luck < ONLY_PART + TOO_MUCH:
        amount += 500
    is_strange = chance.randrange(1000) < STRANGER
    name = f"{chance.choice(_STRANGERS)} {chance.choice(_STRANGERS)}" if is_strange else _as_banks_write(first.name, chance)
    return LineDraft(
        booked_on=first.on, value_on=first.on, amount=amount, currency=first.currency, name=name,
        account="" if is_strange else first.account, text=text, end_to_end="NOTPROVIDED",
        bank_reference=f"{first.on:%y%m%d}{chance.getrandbits(60):015X}",
    )  # fmt: skip


_STRANGERS: Final = ("Avery", "Blake", "Casey", "Drew", "Ellis", "Finley", "Gale", "Harper", "Indigo", "Jules", "Kerr", "Lane")


def _as_banks_write(name: str, chance: random.Random) -> str:
    """A name as it comes back: in capitals, the other way round, or as it is."""
    ways = (name, name.upper(), " ".join(reversed(name.split())), f"{name} or spouse")
    return chance.choice(ways)


def write_camt053(
    account: str, currency: str, lines: Iterable[LineDraft], *, opening: int = 0, number: str = "1"
) -> Iterator[bytes]:
    """The lines as a camt.053 (version 8) of one statement, in pieces."""
    kept = list(lines)
    closing = opening + sum(line.amount for line in kept)
    on = [line.booked_on for line in kept] or [date(2026, 1, 1)]
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{max(on)}T18:00:00</CreDtTm></GrpHdr><Stmt><Id>{number}</Id>"
        f"<ElctrncSeqNb>{number}</ElctrncSeqNb><FrToDt><FrDtTm>{min(on)}T00:00:00</FrDtTm><ToDtTm>{max(on)}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{escape(account)}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{_balance('OPBD', opening, currency, min(on))}{_balance('CLBD', closing, currency, max(on))}\n"
    ).encode()
    for line in kept:
        yield _entry(line).encode()
    yield b"</Stmt></BkToCstmrStmt></Document>\n"


def _balance(code: str, amount: int, currency: str, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<Dt><Dt>{on}</Dt></Dt></Bal>"
    )  # fmt: skip


def _amount(amount: int, currency: str) -> str:
    mark = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{plain(abs(amount), currency)}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _entry(line: LineDraft) -> str:
    who = "Dbtr" if line.amount > 0 else "Cdtr"
    account = f"<{who}Acct><Id><IBAN>{escape(line.account)}</IBAN></Id></{who}Acct>" if line.account else ""
    return (
        f"<Ntry><NtryRef>{escape(line.bank_reference)}</NtryRef>{_amount(line.amount, line.currency)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.booked_on}</Dt></BookgDt><ValDt><Dt>{line.value_on or line.booked_on}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(line.bank_reference)}</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF+166</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{escape(line.end_to_end)}</EndToEndId></Refs>"
        f'<Amt Ccy="{line.currency}">{plain(abs(line.amount), line.currency)}</Amt>'
        f"<RltdPties><{who}><Pty><Nm>{escape(line.name)}</Nm></Pty></{who}>{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


SAMPLE_ACCOUNT: Final = "DE89370400440532013000"
"""An account that is in every book about IBANs, and nobody's."""


def sample_statement(orders: Sequence[Payable], *, account: str = SAMPLE_ACCOUNT, seed: int = 1) -> bytes:
    """A small camt.053 that pays these orders as people do, with a fee of the bank at its end."""
    if not orders:
        return b"".join(write_camt053(account, "EUR", ()))
    lines = [one.line for one in transfers(orders, seed)]
    last = orders[-1]
    lines.append(LineDraft(
        booked_on=last.on, amount=-490, currency=last.currency, name="", text="Account fee", bank_reference=f"FEE{last.on:%Y%m}",
    ))  # fmt: skip
    return b"".join(write_camt053(account, last.currency, lines))
