"""What a rule is told besides its kind: amounts, numbers, words. One table drives the checks, the forms and the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import exponent
from dingdan.kernel.text import clean_code, clean_text, one_of

LARGEST: Final = 10**15
MOST_WORDS: Final = 200


class ParameterNotUsable(Refusal):
    """A rule cannot be told this."""

    status = 422
    sentence = _("“{parameter}” of this rule cannot be used: {reason}")
    remedy = _("The page about the review names what every kind of rule takes.")


class Takes(StrEnum):
    """What a parameter is."""

    AMOUNTS = "amounts"
    NUMBER = "number"
    WORDS = "words"
    CHOICES = "choices"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a rule is told. Left out it has its default; without one it says nothing."""

    name: str
    takes: Takes
    label: Any
    required: bool = False
    default: Any = None
    least: int = 1
    most: int = LARGEST
    choices: tuple[str, ...] = ()

    def clean(self, value: Any) -> Any:
        """The value as it is kept. Refuses what it cannot be."""
        field = f"parameters.{self.name}"
        match self.takes:
            case Takes.AMOUNTS:
                return self._amounts(value, field)
            case Takes.NUMBER:
                return self._number(value, field)
            case Takes.WORDS:
                words = [clean_text(word, field, 60) for word in self._list(value, field)]
                return list(dict.fromkeys(words))
            case Takes.CHOICES:
                chosen = [one_of(word, field, self.choices) for word in self._list(value, field)]
                return [choice for choice in self.choices if choice in chosen]
        return clean_code(value, field)

    def _amounts(self, value: Any, field: str) -> dict[str, int]:
        if not isinstance(value, Mapping) or not value:
            raise self._refusal(field, _("give an amount for one currency or several, such as {'GBP': 50000}."))
        for currency, amount in value.items():
            exponent(currency)
            if type(amount) is not int or not 0 <= amount <= LARGEST:
                raise self._refusal(field, _("an amount is a whole number of minor units."))
        return dict(sorted(value.items()))

    def _number(self, value: Any, field: str) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise self._refusal(field, _("a whole number is wanted, neither too small nor too large."))
        return value

    def _list(self, value: Any, field: str) -> Sequence[Any]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_WORDS:
            raise self._refusal(field, _("a list of one to 200 is wanted."))
        return value

    def _refusal(self, field: str, reason: Any) -> ParameterNotUsable:
        return ParameterNotUsable(field=field, parameter=self.name, reason=reason)
