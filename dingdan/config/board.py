"""`dingdan renew-board` for people: every shop in turn, with a bar that shows how far it has come."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress

from dingdan.automation.audit import tenants
from dingdan.insight.board import upkeep
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.models import Order


def renew(console: Console, *, counts_only: bool) -> dict[str, int]:
    """Make the board anew: how many rows were written, and how many counts were wrong."""
    done = {"rows": 0, "wrong_counts": 0}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for tenant in tenants():
            with tenant_scope(tenant.id):
                if not counts_only:
                    task = progress.add_task(tenant.slug, total=Order.objects.count())
                    for rows in upkeep.renew():
                        done["rows"] += rows
                        progress.advance(task, rows)
                done["wrong_counts"] += len(upkeep.recount())
    return done
