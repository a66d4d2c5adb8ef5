"""The report on tickets as the command line tells it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from dingdan.automation.setup import default_tenant
from dingdan.kernel import clock
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.text import one_of
from dingdan.trade.tickets.queries import ReportBy, as_csv, report


def ticket_report(by: str, *, weeks: int, tenant: Tenant | None = None) -> tuple[str, list[dict[str, Any]]]:
    """The report of the last weeks as CSV, and its rows as facts. Refuses what there are no rows by."""
    rows_by, now = ReportBy(one_of(by, "by", ReportBy)), clock.now()
    with tenant_scope((tenant or default_tenant()).id):
        rows = report(rows_by, since=now - timedelta(weeks=weeks), until=now + timedelta(seconds=1), now=now)
    return as_csv(rows), [asdict(row) for row in rows]
