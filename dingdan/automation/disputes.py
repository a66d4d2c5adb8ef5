"""Disputes are answered through the firm: first it is told, outside any transaction, then it is written down."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, NotPermitted, Refusal
from dingdan.kernel.files import clean_name, media_type_of
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments.commands import Decision, answer_dispute, lose_dispute
from dingdan.ledgers.payments.lifecycle import DISPUTE_LIFE
from dingdan.ledgers.payments.ports import Evidence, EvidenceFile, EvidenceKind, disputing
from dingdan.ledgers.payments.queries import DisputeAtFirm, dispute_at_firm

LONGEST: Final = 20_000
MOST_BYTES: Final = 4 * 1024 * 1024
_KINDS_TAKEN: Final = ("application/pdf", "image/jpeg", "image/png")


class FirmTakesNoAnswer(Refusal):
    """The firm wants to be answered on its own pages."""

    sentence = _("Disputes at {gateway} are not answered from here.")
    remedy = _("Answer it on the pages of the firm, and write down here how it ends.")


class EvidenceNotTaken(Refusal):
    """No firm takes such a file as evidence."""

    status = 422
    sentence = _("{name} cannot be sent: a PDF, JPEG or PNG, up to 4 MiB in all.")
    remedy = _("Make it smaller, or save it as PDF.")


def evidence_file(kind: str, name: str, content: bytes) -> EvidenceFile:
    """A file as it is sent. Refuses what no firm takes."""
    if kind not in set(EvidenceKind):
        raise Invalid(field="files", reason=_("A file is one of: {known}.").format(known=", ".join(EvidenceKind)))
    media_type = media_type_of(content, field="files")
    if media_type not in _KINDS_TAKEN or len(content) > MOST_BYTES:
        raise EvidenceNotTaken(field="files", name=name[:80])
    return EvidenceFile(kind=EvidenceKind(kind), name=clean_name(name, media_type), media_type=media_type, content=content)


def send_evidence(call: Call, *, dispute_id: UUID, text: str, files: Sequence[EvidenceFile] = ()) -> Event:
    """Send what speaks for us, and write down that it was sent. The same call twice is sent once.

    Refuses `NotPermitted`, `NotFound`, `FirmTakesNoAnswer`, `EvidenceNotTaken`, a dispute that is decided, and what the firm
    refuses.
    """
    found = _at_firm(call, dispute_id, answer_dispute.name, turn="answer")
    text = clean_text(text, "text", LONGEST, required=not files, multiline=True)
    if len({one.kind for one in files}) < len(files):
        raise Invalid(field="files", reason=_("Send one file of each kind."))
    if sum(len(one.content) for one in files) > MOST_BYTES:
        raise EvidenceNotTaken(field="files", name=files[-1].name)
    if found.account_id and not _was_done(call):
        evidence = Evidence(reference=found.reference, key=_key(call), text=text, files=tuple(files))
        disputing[found.gateway].answer(found.account_id, evidence)
    return answer_dispute(call, dispute_id=dispute_id, files=len(files))


def accept(call: Call, *, dispute_id: UUID) -> Event:
    """Give in: tell the firm, and write down that the money is gone. Refuses as `send_evidence` does."""
    found = _at_firm(call, dispute_id, lose_dispute.name, turn="lose")
    if found.account_id and not _was_done(call):
        disputing[found.gateway].accept(found.account_id, found.reference, key=_key(call))
    return lose_dispute.one(call, Decision(dispute_id=dispute_id))


def _at_firm(call: Call, dispute_id: UUID, permission: str, *, turn: str) -> DisputeAtFirm:
    if not call.actor.may(permission):
        raise NotPermitted(command=permission)
    found = dispute_at_firm(dispute_id)
    if found.gateway not in disputing or found.account_id is None:
        raise FirmTakesNoAnswer(gateway=found.gateway, field="dispute_id")
    if not _was_done(call):
        DISPUTE_LIFE.turn(turn, found.state)
    return found


def _was_done(call: Call) -> bool:
    return JournalEntry.objects.filter(key=call.key, event__isnull=False).exists()


def _key(call: Call) -> str:
    """By which the firm knows the call: the same however often it is given."""
    return hashlib.sha256(f"{call.tenant_id}:{call.key}".encode()).hexdigest()[:48]
