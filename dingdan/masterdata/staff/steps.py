"""What other commands ask of those who work here, while they are under way."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db.models import F

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import shop_zone
from dingdan.masterdata.staff.models import LimitUse
from dingdan.masterdata.staff.queries import lock_uses, roles_above
from dingdan.masterdata.staff.rules import DAY, OverDailyLimit, OverLimit


def hold_to_limit(entry: Entry, *, what: str, money: Money, field: str = "amount") -> None:
    """As `hold_to_limits`, of one thing."""
    hold_to_limits(entry, {what: money}, field=field)


def hold_to_limits(entry: Entry, amounts: Mapping[str, Money], *, field: str = "amount") -> None:
    """Refuse more of something than whoever asks may do at once (:class:`OverLimit`), or than is left of what they may do today
    (:class:`OverDailyLimit`), and say who may. What is granted is counted, all of it or nothing.

    Costs nothing for those whose amounts are not bounded.
    """
    daily: dict[tuple[str, str], tuple[Money, int]] = {}
    for what, money in amounts.items():
        most = entry.actor.most(what, entry.command, money.currency)
        if most is not None and money.amount > most:
            roles = _roles(entry, what, money)
            raise OverLimit(field=field, asked=money, most=Money(most, money.currency), roles=roles)
        in_a_day = entry.actor.most(what, entry.command, money.currency, DAY)
        if in_a_day is not None and money.amount > 0:
            daily[what, money.currency] = money, in_a_day
    if daily:
        _count(entry, daily, field=field)


def _count(entry: Entry, daily: Mapping[tuple[str, str], tuple[Money, int]], *, field: str) -> None:
    """The rows of the day are locked first, so that two who act at once under one name never pass a limit together."""
    today = entry.recorded_at.astimezone(ZoneInfo(shop_zone())).date()
    who = {"actor_kind": entry.actor.kind, "actor": entry.actor.id, "used_on": today}
    begun = [LimitUse(id=new_id(), what=what, currency=currency, **who) for what, currency in sorted(daily)]
    LimitUse.objects.bulk_create(begun, ignore_conflicts=True)
    uses = lock_uses(entry, on=today, of=daily)
    for about, (money, most) in daily.items():
        left = max(0, most - uses[about].amount)
        if money.amount > left:
            told = {"left": Money(left, money.currency), "most": Money(most, money.currency)}
            raise OverDailyLimit(field=field, asked=money, roles=_roles(entry, about[0], money), **told)
    for about, (money, _most) in daily.items():
        LimitUse.objects.filter(id=uses[about].id).update(amount=F("amount") + money.amount)


def _roles(entry: Entry, what: str, money: Money) -> str:
    return ", ".join(roles_above(entry.command, what, money)) or "owner"
