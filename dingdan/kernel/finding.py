"""What things are found by: words, their beginnings, parts of Chinese names, pieces of numbers and phones. Pure.

A token is a piece of text in one spelling. A thing carries many; a search asks for a few and finds the things that carry all of
them. So a search is one question to an index of arrays, whatever the language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

SHORTEST_BEGINNING: Final = 3
LONGEST_BEGINNING: Final = 20
PHONE_PIECE: Final = 5
SHORTEST_END: Final = 4
LONGEST_END: Final = 8
LONGEST_TOKEN: Final = 200
MOST_ASKED: Final = 24

_MARKS: Final = re.compile("[\u0300-\u036f]")
# Scripts that are written without spaces: Han, Kana, Hangul.
_CJK: Final = re.compile("[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD: Final = re.compile(r"\w+")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{5,}")


def plain(text: str) -> str:
    """Text in the one spelling in which it is compared: width, case and accents do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded))).strip()


def _pairs(run: str) -> Iterator[str]:
    for index in range(len(run) - 1):
        yield run[index : index + 2]


def text_tokens(text: str) -> set[str]:
    """What a name, number, code or e-mail address is found by: itself, its words, their beginnings, its Chinese parts."""
    found: set[str] = set()
    for piece in plain(text).split():
        found.add(piece)
        for run in _CJK.findall(piece):
            found.update(run)
            found.update(_pairs(run))
        for word in _WORD.findall(_CJK.sub(" ", piece)):
            found.add(word)
            found.update(word[:length] for length in range(SHORTEST_BEGINNING, min(len(word), LONGEST_BEGINNING + 1)))
            if word.isdecimal():  # people know the last digits of a number, and never the last letters of a name
                found.update(word[-length:] for length in range(SHORTEST_END, min(len(word), LONGEST_END + 1)))
    return {token[:LONGEST_TOKEN] for token in found}


def phone_tokens(phone: str) -> set[str]:
    """Every five digits in a row of a phone number, so that any half of it finds it, with and without the code of its country."""
    digits = re.sub(r"\D", "", phone)
    return {f"tel:{digits[at : at + PHONE_PIECE]}" for at in range(len(digits) - PHONE_PIECE + 1)}


def asked_tokens(query: str) -> list[list[str]]:
    """What a thing must carry to be found by a query: all tokens of one of these lists. Empty when nothing is asked for."""
    asked = [_asked_words(query)]
    digits = re.sub(r"\D", "", query)
    if _PHONE.fullmatch(query.strip()) and len(digits) >= PHONE_PIECE:
        shorter = digits.lstrip("0")  # a leading zero is dialed at home only
        asked.append(sorted(phone_tokens(shorter if len(shorter) >= PHONE_PIECE else digits))[:MOST_ASKED])
    return [tokens for number, tokens in enumerate(asked) if tokens and tokens not in asked[:number]]


def _asked_words(query: str) -> list[str]:
    found: dict[str, None] = {}
    for piece in plain(query).split():
        runs = _CJK.findall(piece)
        for run in runs:
            found.update(dict.fromkeys([run] if len(run) == 1 else _pairs(run)))
        words = _WORD.findall(_CJK.sub(" ", piece)) if runs else [piece]
        found.update(dict.fromkeys(word[:LONGEST_TOKEN] for word in words))
    return list(found)[:MOST_ASKED]


def pairs_in(word: str) -> Iterator[str]:
    """The pairs of letters of a word, by which an index of pairs finds it; of a single letter itself."""
    return iter((word,)) if len(word) == 1 else _pairs(word)


def like(word: str) -> str:
    """The pattern by which PostgreSQL finds a text that holds a word."""
    plain_word = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain_word}%"
