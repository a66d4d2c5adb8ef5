"""Why goods come back or something is said about them, and in which condition they are, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dingdan.kernel.wording import as_read
from dingdan.masterdata.policies.lifecycle import Condition
from dingdan.masterdata.policies.models import ReturnReason
from dingdan.masterdata.policies.queries import reasons_in_force
from dingdan.masterdata.policies.rules import NAMES

WRONG: Final = ("damaged", "missing", "wrong_item", "not_as_described", "warranty", "late")
"""Reasons for which the shop or the carrier is to blame, among those that ship with the program: what a claim begins with."""


def reasons(*, first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The reasons that can be given, by code, with what they are called; some of them first."""
    order = list(first)
    found = [(code, reason_named(code, row)) for code, row in reasons_in_force().items()]
    return sorted(found, key=lambda one: order.index(one[0]) if one[0] in order else len(order))


def reason_named(code: str, row: ReturnReason | None) -> str:
    """What a reason is called in the reader's language."""
    usual = NAMES["reason"].get(code)
    if row is None:
        return as_read(usual, usual) if usual else code.replace("_", " ").capitalize()
    wanted = (get_language() or "en").lower()
    return next((text for tag, text in row.name_i18n.items() if tag.lower() == wanted), as_read(row.name, usual))


def conditions() -> list[tuple[str, str]]:
    """In which condition goods can be said to be."""
    words = {Condition.UNOPENED: _("Not opened"), Condition.OPENED: _("Opened, not used"), Condition.USED: _("Used")}
    return [(one.value, words[one]) for one in Condition]
