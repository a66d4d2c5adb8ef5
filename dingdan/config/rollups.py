"""`dingdan renew-rollups` for people: every shop in turn, with a bar that shows how far it has come."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress

from dingdan.automation.audit import tenants
from dingdan.insight.rollups import upkeep
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.models import Order


def renew(console: Console) -> dict[str, int]:
    """Count everything anew; how many orders there are."""
    done = {"orders": 0}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for tenant in tenants():
            with tenant_scope(tenant.id):
                task = progress.add_task(tenant.slug, total=Order.objects.count())
                for orders in upkeep.renew():
                    done["orders"] += orders
                    progress.advance(task, orders)
    return done
