"""References that people copy, and how they are found again in what banks pass on. Pure.

A number is looked for in the forms in which it survives: whole; without its letters; without the zeros that spreadsheets and
phones drop. Case, blanks, hyphens and line breaks do not count, O is 0, and I and l are 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from stdnum.iso7064 import mod_97_10

_RUNS: Final = re.compile(r"([A-Z]+)|([0-9]+)|[^A-Z0-9]+")
_LETTERS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LONGEST_CREDITOR: Final = 21
_LONGEST_JOINED: Final = 40
_MOST_RUNS: Final = 7
_MOST_LETTERS: Final = 10
"""Letters that a number has at most; words have more, or stand beside other words."""
SHORTEST: Final = 4
"""Digits that a number must have to be looked for: fewer are in every text."""


def creditor_reference(number: str) -> str:
    """The structured reference (ISO 11649) of a document's number: RF, two check digits, the number folded.

    Empty for a number that has nothing that may stand in it, or too much.
    """
    body = _fold("".join(run[0] for run in _RUNS.finditer(_capitals(number)) if run[1] or run[2]))
    if not body or len(body) > _LONGEST_CREDITOR:
        return ""
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def spaced_reference(number: str) -> str:
    """The structured reference as people read and copy it, in groups of four."""
    reference = creditor_reference(number)
    return " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))


@lru_cache(65536)
def forms_of(number: str) -> tuple[str, tuple[str, ...]]:
    """The number whole, and the weaker forms in which it may come back, each folded; none that is too short to mean anything."""
    runs = [run[0] for run in _RUNS.finditer(_capitals(number)) if run[1] or run[2]]
    whole = _fold("".join(runs))
    stripped = [run.lstrip("0") if run.isdigit() else run for run in runs]
    digits = "".join(run for run in runs if run.isdigit())
    weaker = dict.fromkeys(
        [_fold("".join(stripped)), digits, "".join(run for run in stripped if run.isdigit()), digits.lstrip("0")]
    )
    return whole if len(whole) >= SHORTEST else "", tuple(form for form in weaker if len(form) >= SHORTEST and form != whole)


class Window(NamedTuple):
    """A piece of a text that may be a number: folded, from which run of letters or digits to which, and whether in one piece."""

    text: str
    first: int
    last: int
    is_whole: bool

    def is_inside(self, other: Window) -> bool:
        """Whether it is only a part of another one."""
        return other.first <= self.first and self.last <= other.last and len(self.text) < len(other.text)


class Text(NamedTuple):
    """What a payer wrote, cut into everything that may be a number."""

    windows: tuple[Window, ...]
    creditor: frozenset[str]
    """Structured references in it whose check digits are right."""
    doubtful: frozenset[str]
    """What is behind the check digits of those where they are wrong: something in them is mistyped."""
    end: str
    """What it ends with, where banks cut it off."""


def read(text: str) -> Text:
    """Everything in a text that may be a number, folded."""
    windows = tuple(_windows(text))
    found = {one.text for one in windows if len(one.text) > SHORTEST and one.text[:2] == "RF" and one.text[2:4].isdigit()}
    right = frozenset(one for one in found if _is_checked(one))
    last = max((one.last for one in windows), default=0)
    end = max((one.text for one in windows if one.last == last and one.text.isdigit()), key=len, default="")
    return Text(windows, right, frozenset(one[4:] for one in found - right), end)


def _windows(text: str) -> Iterator[Window]:
    runs: list[tuple[str, bool, int]] = []  # folded, whether it sticks to the one before, and how many letters it has
    glued = False
    for run in _RUNS.finditer(_capitals(text)):
        if run[1] or run[2]:
            runs.append((_fold(run[0]), glued, len(run[1] or "")))
            glued = True
        else:
            glued = False
    for first in range(len(runs)):
        joined, is_whole, letters = "", True, 0
        for last in range(first, min(first + _MOST_RUNS, len(runs))):
            piece, sticks, more = runs[last]
            joined += piece
            letters += more
            is_whole = is_whole and (last == first or sticks)
            if letters > _MOST_LETTERS or len(joined) > _LONGEST_JOINED:
                break
            if len(joined) >= SHORTEST and not joined.isalpha():
                yield Window(joined, first, last, is_whole)


def _is_checked(reference: str) -> bool:
    """Whether the check digits are right: the whole, with its first four letters last and letters as numbers, is 1 modulo 97."""
    return int("".join(str(int(letter, 36)) for letter in reference[4:] + reference[:4])) % 97 == 1


def _capitals(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _fold(text: str) -> str:
    return text.translate(_LETTERS)


def is_nearly(one: str, other: str) -> bool:
    """Whether one mistake of typing makes one of the other: two digits swapped, one wrong, one too many or too few."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        apart = [place for place in range(len(one)) if one[place] != other[place]]
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and one[apart[0]] == other[apart[1]]
        return len(apart) == 1 or (swapped and one[apart[1]] == other[apart[0]])
    short, long = sorted((one, other), key=len)
    place = next((place for place in range(len(short)) if short[place] != long[place]), len(short))
    return short[place:] == long[place + 1 :]
