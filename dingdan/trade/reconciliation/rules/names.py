"""Names of payers as they are compared: without titles, legal forms, accents, or order. Chinese names as they stand. Pure."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from typing import Final

_WORDS: Final = re.compile(r"[^\W_]+")
_CHINESE: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_TITLES: Final = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "und", "and", "or", "oder", "eheleute", "monsieur", "madame"),
        *("mme", "m", "sig", "dott", "sr", "sra", "the", "of", "von", "van", "de", "der", "den", "zu", "gmbh", "ag", "kg", "ohg"),
        *(
            "gbr",
            "ug",
            "eg",
            "ev",
            "mbh",
            "co",
            "kgaa",
            "se",
            "ltd",
            "limited",
            "llc",
            "llp",
            "plc",
            "inc",
            "corp",
            "corporation",
        ),
        *("company", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "oy", "aps", "pty", "pte", "sdn", "bhd", "cie"),
    )
)
# The longer ones first: 股份有限公司 before 有限公司 before 公司.
_FORMS: Final = (
    *("股份有限公司", "有限責任公司", "有限责任公司", "有限公司", "分公司", "公司", "工作室", "商行", "企業社", "企业社"),
    *("先生", "女士", "小姐", "太太"),
)
_SPELLED: Final = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Fit(IntEnum):
    """How well two names fit: one of them is missing or they have nothing in common, they may be the same, they are the same."""

    NONE = 0
    SIMILAR = 1
    SAME = 2


@lru_cache(65536)
def _parts(name: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """The Chinese in a name, and its other words: umlauts spelled out, and umlauts dropped."""
    text = unicodedata.normalize("NFKC", name).casefold()
    if text.isascii():
        plain = frozenset(_WORDS.findall(text)) - _TITLES
        return "", plain, plain
    chinese = "".join(_CHINESE.findall(text))
    for form in _FORMS:
        if len(chinese) > len(form):
            chinese = chinese.removesuffix(form)
    latin = _CHINESE.sub(" ", text).translate(_SPELLED)
    return chinese, _latin(latin.translate(_UMLAUTS)), _latin(latin)


def _latin(text: str) -> frozenset[str]:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return frozenset(word for word in _WORDS.findall(bare) if word not in _TITLES)


def fit(one: str, other: str) -> Fit:
    """How well two names fit."""
    if not one or not other:
        return Fit.NONE
    here, there = _parts(one), _parts(other)
    if here[0] and there[0]:
        return _chinese(here[0], there[0])
    return max(_words(one, other) for one in set(here[1:]) for other in set(there[1:]))


def _chinese(one: str, other: str) -> Fit:
    if one == other:
        return Fit.SAME
    short, long = sorted((one, other), key=len)
    # 「台北」 is in many names; a person's name of two or three letters is not a part of another person's.
    return Fit.SIMILAR if len(short) >= 4 and short in long else Fit.NONE


def _words(one: frozenset[str], other: frozenset[str]) -> Fit:
    if not one or not other:
        return Fit.NONE
    short, long = sorted((one, other), key=len)
    if short == long or (len(short) >= 2 and short <= long):
        return Fit.SAME
    shared = short & long
    if not any(len(word) >= 3 for word in shared):
        return Fit.NONE
    rest, others = short - shared, long - shared
    return Fit.SIMILAR if _initials(rest, others) or (len(rest) == len(others) and _initials(others, rest)) else Fit.NONE


def _initials(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each word stands for another: one of them is the first letter of the other."""
    return all(any(one[0] == other[0] and 1 in (len(one), len(other)) for other in others) for one in words)
