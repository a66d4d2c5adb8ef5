"""Numbers for people: order numbers without duplicates, fiscal numbers without gaps."""

from collections.abc import Sequence

from django.db import connection

from dingdan.kernel.journal import Entry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id

_TAKE = """
INSERT INTO kernel_numberseries (tenant_id, id, name, prefix, next)
VALUES (%(tenant)s, gen_random_uuid(), %(name)s, %(prefix)s, %(first)s + %(count)s)
ON CONFLICT (tenant_id, name) DO UPDATE SET next = kernel_numberseries.next + %(count)s
RETURNING prefix, next - %(count)s
"""


_LOCK = "SELECT next FROM kernel_numberseries WHERE tenant_id = %(tenant)s AND name = %(name)s FOR NO KEY UPDATE"


def line_up(entry: Entry, name: str) -> None:
    """Wait for one's turn to take numbers of a series, before locking what those who have taken theirs may still want."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"tenant": current_tenant_id(), "name": name})


def take(entry: Entry, name: str, *, count: int = 1, prefix: str = "", first: int = 1) -> Sequence[str]:
    """The next `count` numbers of a series, e.g. `["1001", "1002"]`.

    Taken inside the entry's transaction: if that fails, the numbers were never given, so a series has no gaps. The series
    is locked until the transaction ends; take numbers late.
    """
    if not count:
        return []
    with ready_cursor() as cursor:
        cursor.execute(_TAKE, {"tenant": current_tenant_id(), "name": name, "prefix": prefix, "first": first, "count": count})
        written, start = cursor.fetchone()
    return [f"{written}{start + offset}" for offset in range(count)]
