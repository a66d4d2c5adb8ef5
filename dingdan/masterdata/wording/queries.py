"""What can be asked about the wording of mails."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from dingdan.masterdata.wording.lifecycle import WORDING_LIFE
from dingdan.masterdata.wording.models import MailSwitch, Wording, WordingVersion


def wording_in_force(kind: str, language: str) -> Wording | None:
    """How the shop words a kind of mail in a language; None where the program does."""
    return Wording.objects.filter(kind=kind, language=language, state=WORDING_LIFE.initial).first()


def wording_of(kind: str, language: str) -> Wording | None:
    """How the shop words, or once worded, a kind of mail in a language."""
    return Wording.objects.filter(kind=kind, language=language).first()


def all_wordings() -> dict[tuple[str, str], Wording]:
    """Everything that the shop ever worded, by kind and language."""
    return {(row.kind, row.language): row for row in Wording.objects.order_by("kind", "language")}


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
