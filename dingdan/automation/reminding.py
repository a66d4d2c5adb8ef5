"""Reminders by the clock: whoever has not paid on account is reminded in the morning, level by level."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.trade.dunning.commands import RemindOf, remind_invoices
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.dunning.rules import OpenInvoice, next_level

HOUR: Final = 8
"""From this hour of the shop's day on people are written to."""
MOST: Final = 500


def remind(tenant_id: UUID) -> int:
    """Give a tenant's reminders that are due and go by themselves, some at a time; return how many were given."""
    now = _now()
    if now.hour < HOUR:
        return 0
    automatic = {level.level for level in reminder_levels() if level.automatic}
    wanted = [(one, level) for one, level in due_reminders(now) if level in automatic][:MOST]
    calls = [
        (Call(tenant_id=tenant_id, actor=SYSTEM, key=f"remind:{one.id}:{level}"), RemindOf(invoice_id=one.id))
        for one, level in wanted
    ]
    return sum(not isinstance(outcome, Refusal) for outcome in remind_invoices.many(calls))


def due_reminders(now: datetime | None = None) -> list[tuple[OpenInvoice, int]]:
    """The invoices of which somebody is to be reminded today, and at which level; those of which a person decides, too."""
    levels, on = reminder_levels(), (now or _now()).date()
    if not levels:
        return []
    found = [(one, next_level(one, levels, on)) for one in on_account(due_before=on)]
    return [(one, level) for one, level in found if level is not None]


def _now() -> datetime:
    return clock.now().astimezone(ZoneInfo(tenant_in_scope().time_zone))
