"""A wording as it shall be, what is checked before it is kept, and what it says of a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.wording.lifecycle import LANGUAGES, MAIL, MOST_LEVELS, WAYS
from dingdan.masterdata.wording.rules.formatting import Passage, passages, plain
from dingdan.masterdata.wording.rules.kinds import KINDS, Kind
from dingdan.masterdata.wording.rules.language import BLOCK, TemplateTooMuch, checked, written
from dingdan.masterdata.wording.rules.samples import empty_values, sample_values
from dingdan.masterdata.wording.rules.shorts import ROOMS, SHORTS, said_short, usable

LONGEST: Final = {"subject": 300, "heading": 300, "body": 6000, "closing": 2000}
MOST_SUBJECT: Final = 400
LONGEST_SHORT: Final = 1500
LEVELED: Final = ("payment_reminder",)
"""The kinds whose levels are worded each by itself."""


class MailNeeded(Refusal):
    """Customers have to get this mail: by law, or because somebody asked for it."""

    sentence = _("“{kind}” cannot be switched off.")
    remedy = _("Word it as you like. It is sent because the law wants it, or because somebody asked for it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingDraft:
    """A wording as it shall be, in Liquid. ``body`` and ``closing`` may have paragraphs, ``**bold**`` and ``[links](https://…)``.

    ``way``: mail, sms, line, wechat or push. The short ones have no heading and no closing: SMS and LINE say ``body``, WeChat
    says ``subject``, a device both. ``level`` words one level of payment reminders alone; 0 words all without words of their own.
    """

    kind: str
    language: str
    subject: str = ""
    heading: str = ""
    body: str = ""
    closing: str = ""
    way: str = MAIL
    level: int = 0


class Worded(NamedTuple):
    """What a wording says of one mail."""

    subject: str
    heading: str
    body: Sequence[Passage]
    closing: Sequence[tuple[str, str]]


def known_kind(code: str, field: str = "kind") -> Kind:
    """The kind of that code. Refuses what is none."""
    return KINDS[one_of(code, field, KINDS)]


def clean_wording(draft: WordingDraft) -> WordingDraft:
    """The wording, whose every name is known and that was tried on a sample, and on one without anything that may be missing."""
    kind, language = known_kind(draft.kind), one_of(draft.language, "language", LANGUAGES)
    draft = replace(draft, kind=kind.code, language=language, way=one_of(draft.way, "way", WAYS))
    if type(draft.level) is not int or not 0 <= draft.level <= (MOST_LEVELS if kind.code in LEVELED else 0):
        raise Invalid(field="level", reason=_("Only reminders have levels: whole numbers from 1 to 9, or 0 for all."))
    return _clean_mail(draft, kind) if draft.way == MAIL else _clean_short(draft, kind)


def _clean_mail(draft: WordingDraft, kind: Kind) -> WordingDraft:
    many = {"body", "closing"}
    texts = {
        name: clean_text(getattr(draft, name), name, most, required=name not in many, multiline=name in many)
        for name, most in LONGEST.items()
    }
    sample = sample_values(kind)
    for name, text in texts.items():
        known = {**sample, **blocks_of(kind)} if name == "body" else sample
        checked(text, name, known=known)
    cleaned = replace(draft, **texts)  # type: ignore[arg-type]  # texts by the names of texts
    said = worded(cleaned, kind, sample, is_strict=True)
    if not said.subject or len(said.subject) > MOST_SUBJECT:
        raise TemplateTooMuch(field="subject")
    worded(cleaned, kind, empty_values(kind))
    return cleaned


def _clean_short(draft: WordingDraft, kind: Kind) -> WordingDraft:
    """What the way has no room for is left out. Refuses kinds of which a mail says more than fits."""
    one_of(kind.code, "kind", SHORTS)
    room = ROOMS[draft.way]
    subject = clean_text(draft.subject, "subject", LONGEST["subject"]) if room.title else ""
    body = clean_text(draft.body, "body", LONGEST_SHORT, multiline=True) if room.text else ""
    cleaned = replace(draft, subject=subject, heading="", body=body, closing="")
    sample = sample_values(kind, usable(kind))
    checked(subject, "subject", known=sample)
    checked(body, "body", known=sample)
    said_short(cleaned, draft.way, sample)
    said_short(cleaned, draft.way, empty_values(kind, usable(kind)))
    return cleaned


def blocks_of(kind: Kind) -> Mapping[str, str]:
    """The program's blocks of a kind, as names of a wording."""
    return {name: f"{BLOCK}{name}" for name in kind.blocks}


def worded(wording: Any, kind: Kind, values: Mapping[str, Any], *, is_strict: bool = False) -> Worded:
    """What a wording (anything with its four texts) says with these values. Raises the refusals of `save_wording`."""
    subject = plain(written(wording.subject, "subject", values))
    heading = plain(written(wording.heading, "heading", values))
    body = passages(written(wording.body, "body", {**values, **blocks_of(kind)}), "body", is_strict=is_strict)
    closing = passages(written(wording.closing, "closing", values), "closing", is_strict=is_strict)
    return Worded(subject, heading, body, [one for part in closing for one in part.paragraphs])
