"""What an order is found by: words, their beginnings, parts of Chinese names, pieces of numbers and phones. Pure.

A token is a piece of text in one spelling. An order carries many; a search asks for a few and finds the orders that carry all of
them. So a search is one question to an index of arrays, whatever the language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

Kind = tuple[UUID, str, str, str]
"""Of an order: its channel, state, payment status and fulfillment status."""


class Counts(NamedTuple):
    """How many orders there are, and how many of them in each state and status."""

    orders: int
    state: dict[str, int]
    payment_status: dict[str, int]
    fulfillment_status: dict[str, int]


SHORTEST_BEGINNING: Final = 3
LONGEST_BEGINNING: Final = 20
PHONE_PIECE: Final = 5
SHORTEST_END: Final = 4
LONGEST_END: Final = 8
LONGEST_TOKEN: Final = 200
MOST_ASKED: Final = 24
TO_BE_SENT: Final = ("unfulfilled", "partly_shipped")
"""Fulfillment statuses in which something is still to leave."""

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


def sku_token(sku: str) -> str:
    """By which an order is found when it must contain exactly this SKU."""
    return f"sku:{sku}"[:LONGEST_TOKEN]


def tag_token(tag: str) -> str:
    """By which an order is found when it must carry exactly this tag."""
    return f"tag:{tag}"[:LONGEST_TOKEN]


def order_tokens(*, texts: Iterable[str], phones: Iterable[str], skus: Iterable[str], tags: Iterable[str]) -> list[str]:
    """Everything that an order is found by, sorted."""
    found: set[str] = set()
    for text in texts:
        found |= text_tokens(text)
    for phone in phones:
        found |= phone_tokens(phone)
    for sku in skus:
        found |= {sku_token(sku), *text_tokens(sku)}
    for tag in tags:
        found |= {tag_token(tag), *text_tokens(tag)}
    return sorted(found)


def asked_tokens(query: str) -> list[list[str]]:
    """What an order must carry to be found by a query: all tokens of one of these lists. Empty when nothing is asked for."""
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


def counts(counted: Iterable[tuple[Kind, int]], chosen: Mapping[str, str]) -> Counts:
    """Orders by state and statuses, of those that have what was chosen (`state`, `payment_status`, `fulfillment_status`).

    A state or status is counted as if nothing were chosen of its own sort, so that each number says what choosing it would find.
    """
    found: dict[str, Counter[str]] = {name: Counter() for name in ("state", "payment_status", "fulfillment_status")}
    orders = 0
    for (_channel_id, *codes), count in counted:
        misses = [name for name, code in zip(found, codes, strict=True) if chosen.get(name, code) != code]
        orders += 0 if misses else count
        for name, code in zip(found, codes, strict=True):
            if misses in ([], [name]):
                found[name][code] += count
    return Counts(orders, *(dict(sorted(one.items())) for one in found.values()))
