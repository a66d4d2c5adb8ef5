"""What can be asked about the wording of notices."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from dingdan.masterdata.wording.lifecycle import MAIL, WORDING_LIFE
from dingdan.masterdata.wording.models import MailSwitch, Wording, WordingVersion


def wordings_in_force(kind: str, language: str, way: str = MAIL) -> dict[int, Wording]:
    """How the shop words a kind of notice in a language and a way: by level, 0 for what is said wherever no level has its own.
    Empty where the program words it."""
    rows = Wording.objects.filter(kind=kind, language=language, way=way, state=WORDING_LIFE.initial).order_by("level")
    return {row.level: row for row in rows}


def wording_in_force(kind: str, language: str, way: str = MAIL) -> Wording | None:
    """How the shop words a kind of notice in a language and a way; None where the program does."""
    return wordings_in_force(kind, language, way).get(0)


def wording_of(kind: str, language: str, way: str = MAIL, level: int = 0) -> Wording | None:
    """How the shop words, or once worded, a kind of notice in a language, a way and for a level of reminders."""
    return Wording.objects.filter(kind=kind, language=language, way=way, level=level).first()


def all_wordings() -> dict[tuple[str, str, str, int], Wording]:
    """Everything that the shop ever worded, by kind, language, way and level."""
    rows = Wording.objects.order_by("kind", "language", "way", "level")
    return {(row.kind, row.language, row.way, row.level): row for row in rows}


def versions_of(wording_id: UUID) -> list[WordingVersion]:
    """Every version of a wording with the entry that saved it, the last first."""
    return list(WordingVersion.objects.filter(wording_id=wording_id).select_related("entry").order_by("-version"))


def version_of(wording_id: UUID, version: int) -> WordingVersion | None:
    """One version of a wording."""
    return WordingVersion.objects.filter(wording_id=wording_id, version=version).first()


def failing() -> QuerySet[Wording]:
    """The wordings in force by which a mail could not be written."""
    return Wording.objects.filter(state=WORDING_LIFE.initial).exclude(fault="")


def switched_off() -> frozenset[str]:
    """The kinds of mails that the shop does without."""
    return frozenset(MailSwitch.objects.filter(is_on=False).values_list("kind", flat=True))
