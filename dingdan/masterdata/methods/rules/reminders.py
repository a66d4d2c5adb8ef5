"""What a level of reminders must look like to be written down. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import bounded, exponent

MOST_LEVELS: Final = 9
_MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLevelDraft:
    """How customers are reminded of an invoice so many days after it was due. ``level`` tells which it is: 1, 2, 3, …

    What it says is a wording of its own level (`wording.save_wording`). ``fee`` (minor units of ``currency``) is added to the
    order, and wants its currency. ``automatic``: sent by itself; else it is proposed, and a person sends it.
    """

    level: int
    days: int
    fee: int = 0
    currency: str = ""
    automatic: bool = True
    id: UUID | None = None


def clean_level(draft: ReminderLevelDraft) -> ReminderLevelDraft:
    """The level as it is. Refuses what cannot be, naming the field."""
    if type(draft.level) is not int or not 1 <= draft.level <= MOST_LEVELS:
        raise Invalid(field="level", reason=_("A level is a whole number from 1 to 9."))
    if type(draft.days) is not int or not 0 <= draft.days <= _MOST_DAYS:
        raise Invalid(field="days", reason=_("Write the days as a whole number from 0 to 365."))
    if bounded(draft.fee, field="fee") < 0 or (draft.fee and not draft.currency):
        raise Invalid(field="fee", reason=_("A fee is not below zero, and has a currency."))
    if draft.currency:
        exponent(draft.currency)
    return draft
