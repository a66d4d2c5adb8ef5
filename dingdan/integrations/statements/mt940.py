"""MT940 of SWIFT, as banks write it: with or without envelopes, with the fields of German banks, with codes between slashes.

Read line by line and a statement at a time. (The library for it holds whole files, character by character.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.statements.amounts import day_as, minor, words
from dingdan.integrations.statements.refusing import StatementNotReadable, StatementNotSafe
from dingdan.trade.reconciliation.rules import LineDraft, StatementDraft

_TAG: Final = re.compile(r":(\d\d[A-Z]?):(.*)", re.DOTALL)
_MOVEMENT: Final = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4}|\s{4})?(?P<mark>R?[DC]|E[DC])(?P<funds>[A-Z])?[ \n]?"
    r"(?P<amount>\d[\d ]{0,14},\d{0,4}|\d{1,15})"
    r"(?P<kind>[NFS][A-Z0-9]{3})?(?P<own>.*?)(?://(?P<bank>[^\n]*))?(?:\n(?P<more>.*))?",
    re.DOTALL,
)
_BALANCE: Final = re.compile(r"(?P<mark>[DC])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>\d[\d ]*,?\d*)")
_FIELDS: Final = re.compile(r"\?(\d\d)")
_KEYWORDS: Final = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)\+")
_SLASHES: Final = re.compile(r"/(EREF|REMI|NAME|IBAN|BIC|ORDP|BENM|CNTP|PREF|MARF|CSID|TRTP|TRCD|RTRN|ADDR|ISDT|USTD|CDTRREF)/")
_WIDTH: Final = 27
"""Letters of a field of German banks: what is longer goes on in the next one without a blank."""
_MOST_OF_ONE: Final = 200_000

Read = StatementDraft | LineDraft


@dataclass(slots=True)
class _Sheet:
    account: str = ""
    number: str = ""
    currency: str = ""
    opening: int | None = None
    closing: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)


def read_mt940(lines: Iterable[str], digest: str) -> Iterator[Read]:
    """The heads and lines of a file, a statement at a time. Raises `StatementNotReadable` and `StatementNotSafe`."""
    place, sheet = 0, _Sheet()
    for tag, value in _tags(lines):
        if tag in ("20", "end") and (sheet.account or sheet.lines):
            yield from _told(sheet, digest, place)
            place, sheet = place + 1, _Sheet()
        elif tag == "61":
            sheet.lines.append((value, ""))
        elif tag == "86" and sheet.lines and not sheet.lines[-1][1]:
            sheet.lines[-1] = sheet.lines[-1][0], value
        else:
            _note(sheet, tag, value)
        if len(sheet.lines) > _MOST_OF_ONE:
            raise StatementNotSafe(_("one statement in it has more lines than any bank sends."))
    if place == 0:
        raise StatementNotReadable(_("it begins like MT940, but holds no statement."))


def _tags(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each field with its tag; what goes on in further lines is put to it."""
    tag, value = "", ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        found = _TAG.match(line if line.startswith(":") else line[line.find(":20:") :] if ":20:" in line else "")
        if found:
            if tag:
                yield tag, value
            tag, value = found[1], found[2]
        elif line.startswith("-") and len(line) <= 3:
            if tag:
                yield tag, value
            tag, value = "end", ""
        elif len(value) < 4000:
            value += f"\n{line}"
    if tag:
        yield tag, value
    yield "end", ""


def _note(sheet: _Sheet, tag: str, value: str) -> None:
    if tag == "25":
        sheet.account = words(value.partition("\n")[0].rpartition("/")[2] if value.count("/") else value, most=40)
    elif tag in ("28", "28C"):
        sheet.number = words(value, most=40)
    elif tag[:2] in ("60", "62") and (found := _BALANCE.match(value)):
        sheet.currency = found["currency"]
        amount = minor(found["amount"].replace(" ", ""), sheet.currency, ",")
        signed, on = amount if found["mark"] == "C" else -amount, day_as(found["day"], "%y%m%d")
        if tag.startswith("60"):
            sheet.opening, sheet.from_on = signed, on
        else:
            sheet.closing, sheet.to_on = signed, on


def _told(sheet: _Sheet, digest: str, place: int) -> Iterator[Read]:
    if not sheet.currency:
        raise StatementNotReadable(_("a statement in it has no balance, so nobody knows its currency."))
    yield StatementDraft(
        account=sheet.account, currency=sheet.currency, source="mt940", digest=digest, place=place, number=sheet.number,
        from_on=sheet.from_on, to_on=sheet.to_on, opening=sheet.opening, closing=sheet.closing,
    )  # fmt: skip
    for movement, details in sheet.lines:
        yield _line(movement, details, sheet.currency)


def _line(movement: str, details: str, currency: str) -> LineDraft:
    found = _MOVEMENT.fullmatch(movement)
    if found is None:
        raise StatementNotReadable(_("“{line}” is not a movement of MT940.").format(line=movement[:60]))
    value_on = day_as(found["value"], "%y%m%d")
    amount = minor(found["amount"].replace(" ", ""), currency, ",")
    mark = found["mark"]
    said = _details(details)
    own = (found["own"] or "").strip()
    return LineDraft(
        booked_on=_booked(found["booked"] or "", value_on),
        value_on=value_on,
        amount=amount if mark in ("C", "RD", "EC") else -amount,
        currency=currency,
        name=words(said.name, most=200),
        account=words(said.account, most=40),
        text=words(said.text or found["more"] or "", *([own] if own.upper() not in ("NONREF", "") else [])),
        end_to_end=words(said.end_to_end, most=40),
        bank_reference=words(found["bank"] or "", most=80),
        is_reversal=mark.startswith("R"),
    )


def _booked(month_and_day: str, value_on: date) -> date:
    """The day of booking, which has no year: the one nearest to the day of value."""
    if not month_and_day.strip():
        return value_on
    guesses = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            guesses.append(date(year, int(month_and_day[:2]), int(month_and_day[2:])))
        except ValueError:
            continue
    return min(guesses, key=lambda one: abs(one - value_on), default=value_on)


@dataclass(slots=True)
class _Details:
    name: str = ""
    account: str = ""
    text: str = ""
    end_to_end: str = ""


def _details(value: str) -> _Details:
    """What field 86 says, in whichever of its three ways."""
    flat = value.replace("\n", "")
    if _FIELDS.match(flat[3:6]) or (flat[:1] == "?" and _FIELDS.match(flat)):
        return _of_fields(flat)
    if _SLASHES.search(flat):
        return _of_slashes(flat)
    return _Details(text=value.replace("\n", " "))


def _of_fields(flat: str) -> _Details:
    _code, *parts = _FIELDS.split(flat)
    fields = [(parts[place], parts[place + 1]) for place in range(0, len(parts), 2)]
    purpose = _glued([text for code, text in fields if "20" <= code <= "29" or "60" <= code <= "63"])
    words_ = _keyworded(purpose)
    named = dict(fields)
    return _Details(
        name=_glued([named.get("32", ""), named.get("33", "")]) or words_.get("ABWA", ""),
        account=named.get("31", "") or words_.get("IBAN", ""),
        text=words_.get("SVWZ", words_.get("", "")) or words_.get("", ""),
        end_to_end=words_.get("EREF", ""),
    )


def _glued(parts: Sequence[str]) -> str:
    joined, last = "", ""
    for part in parts:
        joined += part if not last or len(last) >= _WIDTH else f" {part}"
        last = part or last
    return joined.strip()


def _keyworded(text: str) -> dict[str, str]:
    """The texts behind keywords such as SVWZ+; what stands before the first by an empty one."""
    first, *rest = _KEYWORDS.split(text)
    found = {"": first.strip()}
    for place in range(0, len(rest), 2):
        found[rest[place]] = rest[place + 1].strip()
    return found


def _of_slashes(flat: str) -> _Details:
    first, *rest = _SLASHES.split(flat)
    found: dict[str, str] = {}
    for place in range(0, len(rest), 2):
        found.setdefault(rest[place], rest[place + 1].strip("/ "))
    text = found.get("REMI", first)
    for prefix in ("USTD//", "STRD/CUR/", "STRD//"):
        text = text.removeprefix(prefix)
    account, _bic, name = (*found.get("CNTP", "").split("/"), "", "", "")[:3]
    return _Details(
        name=found.get("NAME", "") or name, account=found.get("IBAN", "") or account,
        text=" ".join([found.get("CDTRREF", ""), text]), end_to_end=found.get("EREF", ""),
    )  # fmt: skip
