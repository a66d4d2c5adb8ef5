"""The end of the feed, for whoever is told what happens as it happens: how far it is, and what came behind a position.

A list is read from tables that consumers keep. So the end that is told is the position that all of `after` have passed: whoever
looks at the list because of an entry finds it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from dingdan.kernel.models import EntrySubject
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import across_tenants, current_tenant_id


class News(NamedTuple):
    """An entry at its position: what happened, and what it is about, by kind and id. Nothing of what it says."""

    position: int
    event: str
    about: tuple[tuple[str, UUID], ...]


_END = """
LEAST(head.position, (
    SELECT coalesce(min(coalesce(seen.position, 0)), head.position) FROM unnest(%(after)s::text[]) AS consumer (name)
    LEFT JOIN kernel_feedcursor AS seen ON seen.tenant_id = head.tenant_id AND seen.consumer = consumer.name
))
"""
_ENDS = f"""
SELECT asked.tenant_id, {_END}
FROM unnest(%(tenants)s::uuid[], %(positions)s::bigint[]) AS asked (tenant_id, position)
JOIN kernel_feedhead AS head ON head.tenant_id = asked.tenant_id AND head.id = asked.tenant_id AND head.position > asked.position
"""  # noqa: S608 (a constant of this module)
_END_OF_ONE = f"SELECT {_END} FROM kernel_feedhead AS head WHERE head.tenant_id = %(tenant)s AND head.id = %(tenant)s"  # noqa: S608


def ends(positions: Mapping[UUID, int], *, after: Sequence[str] = ()) -> dict[UUID, int]:
    """The ends of the feeds of these tenants, as far as they lie beyond these positions. One statement for all."""
    asked: dict[str, Any] = {"tenants": list(positions), "positions": list(positions.values()), "after": list(after)}
    with across_tenants(), ready_cursor() as cursor:
        cursor.execute(_ENDS, asked)
        return {tenant_id: end for tenant_id, end in cursor.fetchall() if end > positions[tenant_id]}


def end(*, after: Sequence[str] = ()) -> int:
    """The end of the feed of the tenant in scope; 0 where nothing happened yet."""
    with ready_cursor() as cursor:
        cursor.execute(_END_OF_ONE, {"tenant": current_tenant_id(), "after": list(after)})
        found = cursor.fetchone()
    return int(found[0]) if found else 0


_NEWS = """
SELECT item.id, entry.event_kind, about.kind, about.subject_id
FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id
LEFT JOIN kernel_entrysubject AS about ON about.tenant_id = %(tenant)s AND about.entry_id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND item.id > %(behind)s AND item.id <= %(until)s
ORDER BY item.id, about.id
"""


def news(*, behind: int, until: int) -> list[News]:
    """What the tenant in scope has behind a position and up to another, in order."""
    found: dict[int, tuple[str, list[tuple[str, UUID]]]] = {}
    with ready_cursor() as cursor:
        cursor.execute(_NEWS, {"tenant": current_tenant_id(), "behind": behind, "until": until})
        for position, event, kind, subject_id in cursor.fetchall():
            about = found.setdefault(position, (event, []))[1]
            if kind is not None:
                about.append((kind, subject_id))
    return [News(position, event, tuple(about)) for position, (event, about) in found.items()]


def count_about(subject_id: UUID) -> int:
    """How many entries there are about a thing of the tenant in scope. They are never taken away: more means that something
    happened."""
    return EntrySubject.objects.filter(subject_id=subject_id).count()
