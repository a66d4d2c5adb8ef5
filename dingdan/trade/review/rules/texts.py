"""Reading what people wrote: words in remarks, and what is wrong with an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from dingdan.kernel.contact import AddressIncomplete, AddressNotUsable, PostalAddress, clean_address
from dingdan.kernel.errors import Refusal
from dingdan.trade.orders.rules import Person
from dingdan.trade.review.lifecycle import AddressTrouble

FIRST_OF_THE_EAST: Final = "\u2e80"
"""From here on letters stand for words or syllables, and nothing parts one word from the next."""

_PO_BOX: Final = re.compile(
    r"\bp\.?\s*o\.?\s*box\b|\bpost(?:al)?\s+office\s+box\b|\bpostfach\b|\bbo[iî]te\s+postale\b|\bapartado\b|\bcaixa\s+postal\b"
    r"|\bcasella\s+postale\b|\bpostbus\b|郵政信箱|邮政信箱|郵政專用信箱|邮政专用信箱|私書箱|사서함",
    re.IGNORECASE,
)
_PARTS: Final = ("country_area", "city", "city_area", "postal_code", "sorting_code", "street_address")


def plain(text: str) -> str:
    """The text as it is compared: letters of one width and size, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_in(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that the text holds. Western words count as whole words, Chinese ones wherever they stand."""
    spaced = plain(text)
    solid = spaced.replace(" ", "")
    return tuple(word for word in words if _holds(spaced, solid, plain(word)))


def _holds(spaced: str, solid: str, word: str) -> bool:
    if any(letter >= FIRST_OF_THE_EAST for letter in word):
        return word.replace(" ", "") in solid
    start = spaced.find(word)
    while start >= 0:
        if not _goes_on(spaced[:start][-1:]) and not _goes_on(spaced[start + len(word) :][:1]):
            return True
        start = spaced.find(word, start + 1)
    return False


def _goes_on(letter: str) -> bool:
    """Whether a Western word goes on with this letter. Chinese letters beside it part it as spaces do."""
    return letter.isalnum() and letter < FIRST_OF_THE_EAST


def troubles(ship_to: Person, bill_to: Person | None) -> list[AddressTrouble]:
    """What is wrong with where an order goes, and with who pays for it from where."""
    found = []
    country = ship_to.country or ship_to.address.get("country_code", "")
    problem = _problem(ship_to, country)
    if (not ship_to.name and not ship_to.company) or isinstance(problem, AddressIncomplete) or not country:
        found.append(AddressTrouble.INCOMPLETE)
    elif isinstance(problem, Refusal):
        found.append(AddressTrouble.NOT_OF_COUNTRY)
    if _PO_BOX.search(unicodedata.normalize("NFKC", "\n".join(ship_to.address.get(name) or "" for name in _PARTS))):
        found.append(AddressTrouble.PO_BOX)
    if bill_to is not None and bill_to.country and bill_to.country != ship_to.country:
        found.append(AddressTrouble.BILLED_ABROAD)
    if bill_to is not None and _place(bill_to) != _place(ship_to):
        found.append(AddressTrouble.BILLED_ELSEWHERE)
    if not ship_to.email and not ship_to.phone:
        found.append(AddressTrouble.NO_CONTACT)
    return found


def _problem(person: Person, country: str) -> Refusal | None:
    """Why nothing could be sent there; None where it could."""
    if not person.address.get("street_address"):
        return AddressIncomplete(country=country, part="street_address")
    if country and person.address.get("country_code", country).upper() != country.upper():
        return AddressNotUsable(country=country, part="country_code", examples="")
    try:
        clean_address(PostalAddress(country_code=country, **{name: person.address.get(name) or "" for name in _PARTS}))
    except Refusal as refusal:
        return refusal
    return None


def _place(person: Person) -> tuple[str, ...]:
    return (person.country, *(plain(person.address.get(name) or "") for name in _PARTS))
