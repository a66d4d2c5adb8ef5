"""Verbs on channels, inside a command of a desk above."""

from __future__ import annotations

from dingdan.kernel.entries import touch_registers
from dingdan.kernel.journal import Entry
from dingdan.masterdata.channels.models import Gate
from dingdan.masterdata.channels.rules import Waiting


def set_gate(entry: Entry, *, waiting: Waiting) -> None:
    """Let orders of these channels wait for the review from now on, and those of no others. Nobody trusts a cache from before."""
    values = {
        "every_channel": waiting.everywhere, "channel_ids": sorted(waiting.channels),
        "money_of_every_channel": waiting.money_everywhere, "money_of_channel_ids": sorted(waiting.money),
    }  # fmt: skip
    if not Gate.objects.filter(id=entry.tenant_id).update(**values):
        Gate.objects.create(id=entry.tenant_id, **values)
    touch_registers(entry.tenant_id)
