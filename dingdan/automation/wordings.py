"""Mails in the shop's own words: where a wording is in force it is put in the place of the program's, and never stops a mail."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.safestring import mark_safe

from dingdan.automation.letters import Letter, Part
from dingdan.kernel.contact import spaced_phone
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import wordings_in_force
from dingdan.masterdata.wording.rules import KINDS, no_values, worded

log = logging.getLogger(__name__)

MOST_LINES: Final = 200
"""So many lines a wording may go through; the block of lines shows all."""


def word(letter: Letter, kind: str, draft: Any = None) -> None:
    """Put the shop's wording into a letter that was written, where there is one.

    What cannot be said leaves the program's words and is marked in `letter.failed`; of a draft that is looked at it is raised.
    """
    wording = draft if draft is not None or kind not in KINDS else _in_force(letter, kind)
    if wording is None:
        return
    try:
        said = worded(wording, KINDS[kind], names_of(letter, kind))
        if not said.subject:
            raise ValueError("no subject")
    except Exception as fault:
        if draft is not None:
            raise
        # Neither the words nor the values are told: both may hold what is personal.
        letter.failed = (wording.id, f"{type(fault).__name__} {getattr(fault, 'field', None) or ''}".strip())
        log.warning("the wording of %s in %s failed: %s", kind, letter.language, type(fault).__name__)
        return
    letter.subject, letter.heading = said.subject, said.heading or letter.heading
    letter.own = [Part(one.block, _safe(one.paragraphs, letter)) for one in said.body]
    letter.closing = _safe(said.closing, letter)


def level_in(names: Mapping[str, Any]) -> int:
    """Which reminder it is of which these are the names; 0 where it is none."""
    return int(names.get("reminder", {}).get("level") or 0)


def _in_force(letter: Letter, kind: str) -> Wording | None:
    """The shop's wording of this very level of reminders, else of all."""
    rows = wordings_in_force(kind, letter.language)
    return rows.get(level_in(letter.names)) or rows.get(0)


def names_of(letter: Letter, kind: str) -> dict[str, Any]:
    """Every name that a kind of mail knows, with its value in this letter; nil for what it does not have."""
    profile = profile_in_force()
    lines = [
        {"name": one.name, "sku": one.detail or None, "quantity": one.quantity or None, "amount": one.amount or None}
        for one in letter.items[:MOST_LINES]
    ]
    given: dict[str, Any] = {
        **letter.names,
        "customer": {"name": letter.recipient.name or None},
        "shop": {
            "name": letter.shop,
            "email": letter.reply_to or None,
            "phone": spaced_phone(profile.phone) if profile and profile.phone else None,
            "website": (profile.website or None) if profile else None,
        },
        "lines": lines,
    }
    return _filled(no_values(KINDS[kind]), given)


def _filled(names: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The names that there are, with what was given for them and nothing else."""
    return {
        name: _filled(value, given.get(name) or {}) if isinstance(value, Mapping) else given.get(name)
        for name, value in names.items()
    }


def _safe(paragraphs: Sequence[tuple[str, str]], letter: Letter) -> list[tuple[str, str]]:
    """The paragraphs for a mail, whose links are in the shop's color. The rules escaped all that was not theirs."""
    link = f'<a class="link" style="color:{letter.look.accent};"'
    return [(mark_safe(html.replace('<a class="link"', link)), text) for html, text in paragraphs]  # noqa: S308
