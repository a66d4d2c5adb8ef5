"""Checkpoints: how far an audit has proved all laws, and what happened since, so that the next one can look at less.

What a checkpoint proves rests on rows that are never edited: entries and their chain, moves, postings. What they add up to is
kept with it; what came later is added to that. Rows that do change (orders, demands, payments) are looked at again when an entry
behind the checkpoint is about their document, or a later move or posting is theirs. What somebody changed in the database without
an entry, in a document with which nothing happened since, only an audit in full will find.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dingdan.kernel import clock
from dingdan.kernel.laws import Proof, Since, marked
from dingdan.kernel.models import Checkpoint, FeedHead, ProvedSum
from dingdan.kernel.tenancy import current_tenant_id

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where an audit in full began: all that stands before it is settled, and will have been seen by every law."""

    at: datetime
    position: int
    digest: bytes
    marks: dict[str, int]


def begin(proofs: Sequence[Proof]) -> Beginning | None:
    """Note where the tenant in scope stands now; None when transactions that were open do not end within half a minute.

    Rows get their number before they are committed. So a mark holds only once everybody who wrote at that time has ended.
    """
    head = FeedHead.objects.first()
    position, digest = (head.position, bytes(head.digest)) if head else (0, bytes(32))
    marks = {name: _number(sql) for proof in proofs for name, sql in proof.marks.items()}
    found = Beginning(clock.now(), position, digest, marks)
    return found if _settled() else None


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id()})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _settled() -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        open_until = cursor.fetchone()[0]
        while time.monotonic() < until:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8", [open_until])
            if cursor.fetchone()[0]:
                return True
            time.sleep(0.05)
    return False


_KEEP = "INSERT INTO kernel_provedsum (tenant_id, name, key, value) SELECT %(tenant)s, %(name)s, kept.* FROM ({}) AS kept"


def record(beginning: Beginning, proofs: Sequence[Proof]) -> None:
    """Keep that all laws held for the tenant in scope; call it only after an audit in full that began there and found nothing."""
    tenant_id = current_tenant_id()
    kept = {
        "position": beginning.position, "digest": beginning.digest, "proved_at": beginning.at, "marks": beginning.marks,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        Checkpoint.objects.update_or_create(id=tenant_id, defaults=kept)
        ProvedSum.objects.all().delete()
        for proof in proofs:
            for name, sql in proof.sums.items():
                cursor.execute(_KEEP.format(sql), {"tenant": tenant_id, "name": name, **marked(sql, beginning.marks)})


def latest() -> Checkpoint | None:
    """The checkpoint of the tenant in scope."""
    return Checkpoint.objects.first()


_SUBJECTS = """
SELECT about.kind, about.subject_id FROM kernel_entrysubject AS about
JOIN (
    SELECT entry_id FROM kernel_feeditem WHERE tenant_id = %(tenant)s AND id > %(position)s
    UNION ALL SELECT entry_id FROM kernel_feedpending WHERE tenant_id = %(tenant)s
) AS later ON later.entry_id = about.entry_id
WHERE about.tenant_id = %(tenant)s GROUP BY about.kind, about.subject_id
"""


def since(checkpoint: Checkpoint, proofs: Sequence[Proof]) -> Since:
    """What happened behind a checkpoint of the tenant in scope."""
    tenant_id = current_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, {"tenant": tenant_id, "position": checkpoint.position})
        subjects = cursor.fetchall()
        touched: dict[str, list[UUID]] = {"document": [subject_id for _kind, subject_id in subjects]}
        params: dict[str, Any] = {"tenant": tenant_id, "kinds": list({kind for kind, _id in subjects})}
        for proof in proofs:
            for kind, sql in proof.touched.items():
                cursor.execute(sql, params | touched | marked(sql, checkpoint.marks))
                touched[kind] = [id_ for (id_,) in cursor.fetchall()]
    return Since(checkpoint.position, bytes(checkpoint.digest), checkpoint.marks, touched, checkpoint.proved_at)
