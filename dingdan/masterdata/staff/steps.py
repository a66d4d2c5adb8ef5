"""What other commands ask of those who work here, while they are under way."""

from __future__ import annotations

from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.masterdata.staff.queries import roles_above
from dingdan.masterdata.staff.rules import OverLimit


def hold_to_limit(entry: Entry, *, what: str, money: Money, field: str = "amount") -> None:
    """Refuse (:class:`OverLimit`) more of something than whoever asks may do at once, and say who may.

    Costs nothing for those whose amounts are not bounded.
    """
    most = entry.actor.most(what, entry.command, money.currency)
    if most is not None and money.amount > most:
        roles = ", ".join(roles_above(entry.command, what, money)) or "owner"
        raise OverLimit(field=field, asked=money, most=Money(most, money.currency), roles=roles)
