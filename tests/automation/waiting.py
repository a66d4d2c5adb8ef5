"""The jobs that wait to be done."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from tests.conftest import Shop


def jobs_of(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    """The jobs of a shop that wait or are in hand: names and arguments."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args FROM procrastinate_jobs WHERE args ->> 'tenant_id' = %s AND status IN ('todo', 'doing')",
            [str(shop.tenant_id)],
        )
        return [(name, json.loads(arguments)) for name, arguments in cursor.fetchall()]
