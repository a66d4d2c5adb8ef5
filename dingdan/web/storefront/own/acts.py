"""What the customer can do with their order just now, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from dingdan.masterdata.policies.queries import reasons_in_force
from dingdan.masterdata.policies.rules import Verdict, Why
from dingdan.trade.aftersales.queries import Said, Standing, standing, verdicts
from dingdan.trade.changes.queries import changed_by_customer, customer_window
from dingdan.trade.orders.lifecycle import CHANGEABLE, LineKind
from dingdan.web.storefront.own.act_looks import day_of
from dingdan.web.storefront.own.act_until import until_of
from dingdan.web.storefront.own.act_words import told
from dingdan.web.storefront.own.opening import Own

_FOLLOWS = (LineKind.SHIPPING, LineKind.FEE)


class Act(NamedTuple):
    """Something that can be done with the order: what it is called, what it means, and where it is done.

    Without `url` it cannot be done now, and `told` says why.
    """

    code: str
    name: str
    told: str
    url: str


def acts_of(own: Own) -> list[Act]:
    """What there is to do with the order just now, the most wanted first; what cannot be done, with its reason."""
    found = standing(own.order.id)
    return [*_before_it_left(own, found), *_once_it_came(own, found), *_taken_back(own)]


def _before_it_left(own: Own, found: Standing) -> Iterator[Act]:
    """Changing and canceling: while something has not left."""
    is_open = any(line.open > 0 for line in found.lines if line.kind not in _FOLLOWS)
    if own.order.state not in CHANGEABLE or not is_open:
        return
    window = customer_window(own.order, at=own.reader.at)
    why_not, until = told(window.refused).get("text", ""), until_of(own)
    names = {"change": _("Change the order"), "cancel": _("Cancel")}
    for code, name in names.items():
        yield Act(code, name, why_not or until, "" if why_not else own.at(code))


def _once_it_came(own: Own, found: Standing) -> Iterator[Act]:
    """Sending back, exchanging, and saying what was wrong: once something has left."""
    coming = [line for line in found.lines if line.goods and found.returnable(line) > 0]
    names = {"return": _("Send something back"), "exchange": _("Exchange something")}
    if coming:
        reasons = ["", *reasons_in_force()]
        said = [Said(line_id=line.id, units=found.returnable(line), reason=reason) for line in coming for reason in reasons]
        answers = [verdict for verdict, _rule in verdicts(found, said, at=own.reader.at)]
        why_not, until = _why_not(answers), _until(own, answers)
        for code, name in names.items():
            yield Act(code, name, why_not or until, "" if why_not else own.at(code))
    if any(line.goods and found.claimable(line) > 0 for line in found.lines):
        yield Act("claim", _("Something is wrong"), _("Damaged, missing or not what you ordered."), own.at("claim"))


def _why_not(answers: list[Verdict]) -> str:
    """Why nothing may come back, whatever the reason is; empty where something may."""
    if any(one.eligible for one in answers):
        return ""
    if all(one.why == Why.NO_RULE for one in answers):
        return _("The shop decides about that: write to it.")
    return next(one.sentence for one in answers if one.why != Why.NO_RULE)


def _until(own: Own, answers: list[Verdict]) -> str:
    """Until when something may come back without a special reason, else with one."""
    ends = [one.until for one in answers if one.eligible and one.until]
    return _("Until {day}").format(day=day_of(own, min(ends))) if ends else ""


def _taken_back(own: Own) -> Iterator[Act]:
    """Taking the last change of the order back: a canceled order goes on by it."""
    if customer_window(own.order, at=own.reader.at).refused:
        return
    made = [one for one in changed_by_customer(own.order) if set(one.kinds) != {"set_payment"}]  # that is chosen where one pays
    last = next(iter(made), None)
    if last is None or own.order.state not in (*CHANGEABLE, "canceled"):
        return
    name = _("Take the cancellation back") if "cancel" in last.kinds else _("Take the last change back")
    yield Act("undo", name, _("As if nothing had happened, while that is possible."), own.at("change", str(last.id)))
