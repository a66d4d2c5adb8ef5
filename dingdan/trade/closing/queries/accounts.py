"""What programs of accountants call our accounts."""

from __future__ import annotations

from dingdan.ledgers.payments.rules import CHART
from dingdan.trade.closing.models import AccountMapping
from dingdan.trade.closing.rules import Target, Theirs, usual


def mapping_of(target: Target) -> dict[str, Theirs]:
    """Every account of the chart, by its code: what a program calls it, as the shop says or as is usual."""
    own = {row.account: Theirs(row.code, row.name or row.code) for row in AccountMapping.objects.filter(target=target.value)}
    return {one.code: own.get(one.code) or usual(target, one.code) for one in CHART}
