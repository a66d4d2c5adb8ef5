"""Which revision a tenant's registers are in, so that whoever keeps them in memory knows when to read them again.

A command that changes what an order is made from (goods, prices, taxes, shipping, channels, permissions) calls :func:`revise`
last. A reader that compares :func:`revision` inside its own transaction can never act on old registers.
"""

from __future__ import annotations

from dingdan.kernel.journal import Entry
from dingdan.kernel.models import NumberSeries
from dingdan.kernel.numbering import take

SERIES = "registers"


def revise(entry: Entry) -> None:
    """Count one revision on. The row stays locked until the entry closes: call it last."""
    take(entry, SERIES)


def revision() -> int:
    """The revision of the tenant in scope; it only ever grows."""
    return NumberSeries.objects.filter(name=SERIES).values_list("next", flat=True).first() or 0
