"""Lines of bank statements are matched by the worker as soon as they are in."""

from __future__ import annotations

from uuid import UUID

from dingdan.automation import bills
from dingdan.automation.reacting import Asked, at_once
from dingdan.integrations.statements.importing import Imported, match_open
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Actor
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.reconciliation.queries import to_look_at


@at_once
def match_imported(asked: Asked) -> None:
    """What came in is compared with what is awaited: what is certain is booked, what is likely is proposed."""
    if any(event.lines for _call, event in asked):
        match_statements.defer(tenant_id=str(asked[0][0].tenant_id))


@job("match_statements")
def match_statements(*, tenant_id: str) -> None:
    """Look at what came in, and once more at older lines that are open: their orders may have come meanwhile."""
    with tenant_scope(UUID(tenant_id)):
        bills.receive_payouts(UUID(tenant_id))  # first: what a firm passed on is no payment of anybody's
        if to_look_at(limit=1, anew=False):
            match_open(Actor("rule", "match_statements", SYSTEM.permissions), Imported())
