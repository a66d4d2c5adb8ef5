"""What taking a change back comes down to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.trade.changes.lifecycle import CHANGE_LIFE, Effect
from dingdan.trade.changes.models import Change, ChangedLine
from dingdan.trade.changes.queries.listing import Applied
from dingdan.trade.changes.queries.reading import Reading
from dingdan.trade.changes.rules import Case, Handed, Paying, Plan, Sold, lines_after
from dingdan.trade.changes.rules.cases import SOLD
from dingdan.trade.orders.lifecycle import CHANGEABLE, ORDER_LIFE

_ADDED = (Effect.ADDED, Effect.REPLACED, Effect.TAKEN)
_GONE = (Effect.CANCELED, Effect.HANDED)


class ChangedSince(Refusal):
    """Something later stands upon the change."""

    sentence = _("This change cannot be undone: {reason}.")
    remedy = _("Undo later changes of the same things first, or change the order again to what it should be.")


class UndoneTogether(Refusal):
    """The change is a part of a split or a merge."""

    sentence = _("This is a part of a split or a merge, which concerns other orders too.")
    remedy = _("Undo the split or the merge as a whole.")


class NotRegrouped(Refusal):
    """The change is no part of a split or a merge."""

    sentence = _("This change is neither a split nor a merge.")
    remedy = _("Undo it as a change of its order.")


def plan_of_undo(
    reading: Reading, change: Change, effects: Sequence[ChangedLine], *, later: Sequence[Applied], together: bool = False
) -> tuple[Plan, list[Refusal]]:
    """The opposites of a change's effects; nothing, where something irreversible or later stands in the way (`ChangedSince`).

    A part of a split or a merge is taken back `together` with the others only (`UndoneTogether`).
    """
    CHANGE_LIFE.turn("undo", change.state)
    if not together and any(effect.effect in (Effect.HANDED, Effect.TAKEN) for effect in effects):
        return Plan(), [UndoneTogether(field="change_id")]
    sold = {one.line.id: one for one in reading.case.sold}
    reasons = [_("the order was changed again after it")] if any(_stands_upon(one, change, effects) for one in later) else []
    reasons += [_obstacle(effect, sold[effect.line_id], change) for effect in effects]
    state = reading.case.state
    if effects and state not in CHANGEABLE and change.head.get("state", ["", ""])[1] != state:
        reasons.append(_("the order is over"))
    plan = _opposite(change, effects)
    if not any(reasons) and not together and leaves_nothing(reading.case, plan):
        reasons.append(_("nothing would be left of the order"))
    refused: list[Refusal] = [ChangedSince(field="change_id", reason=reason) for reason in reasons if reason]
    return Plan() if refused else plan, refused


_WHERE = frozenset({"ship_to_id", "bill_to_id", "shipping_method", "shipping_name"})
"""Columns of an order's head that say where it goes and how: a method is for places, a tax is for a place."""
_HOW = frozenset({"payment_method", "method_discount"})
_WHETHER = frozenset({"state", "hold_reason"})


def _stands_upon(later: Applied, change: Change, effects: Sequence[ChangedLine]) -> bool:
    """Whether a later change is about a line of this one, or about the same of the head, or depends on where the order goes."""
    if _lines(later.effects) & _lines(effects):
        return True
    before, after = frozenset(change.head), frozenset(later.change.head)
    new_lines = any(one.effect in _ADDED for one in later.effects)
    if "ship_to_id" in before and new_lines:
        return True
    return any(before & group and after & group for group in (_WHERE, _HOW, _WHETHER))


def _lines(effects: Sequence[ChangedLine]) -> set[UUID]:
    return {one.line_id for one in effects} | {one.replaces_id for one in effects if one.replaces_id}


def leaves_nothing(case: Case, plan: Plan) -> bool:
    """Whether nothing would be left of goods and services, of which something is there now."""
    before = any(line.kept for line in case.lines if line.kind in SOLD)
    return before and not any(line.kept for line in lines_after(case, plan) if line.kind in SOLD)


def _obstacle(effect: ChangedLine, sold: Sold, change: Change) -> Any:
    line = sold.line
    if line.kept != effect.kept:
        return _("units of {name} were canceled since").format(name=line.name)
    if effect.effect in (*_ADDED, Effect.RESTORED) and effect.units > line.open:
        return _("{name} has left since").format(name=line.name)
    if effect.effect == Effect.SOURCED and (effect.units > line.open or not change.head["nodes"][str(line.id)][0]):
        return _("{name} has left since, or was to leave from several nodes").format(name=line.name)
    if effect.effect in _GONE and sold.is_credited:
        return _("a credit note was issued for {name}").format(name=line.name)
    if effect.effect in _ADDED and line.given.allowed:
        return _("an allowance was given for {name}").format(name=line.name)
    return ""


def _opposite(change: Change, effects: Sequence[ChangedLine]) -> Plan:
    canceled: dict[UUID, int] = {}
    restored: dict[UUID, int] = {}
    handed: list[Handed] = []
    held: dict[UUID, bool] = {}
    for one in effects:
        if one.effect in (*_ADDED, Effect.RESTORED):
            canceled[one.line_id] = one.units
        elif one.effect in _GONE:
            restored[one.line_id] = restored.get(one.line_id, 0) + one.units
        elif one.effect in (Effect.HELD, Effect.RESUMED):
            held[one.line_id] = one.effect == Effect.RESUMED
        if one.handed_on and one.replaces_id and one.effect != Effect.TAKEN:
            handed.append(Handed(one.line_id, one.replaces_id, one.units))
    head: Mapping[str, Any] = change.head
    return Plan(
        canceled=canceled, restored=restored, handed=tuple(handed), held=held, turn=_turn_back(head),
        hold_reason=head.get("hold_reason", ["", ""])[0],
        contacts={name: UUID(head[name][0]) for name in ("ship_to_id", "bill_to_id") if name in head},
        shipping=(head["shipping_method"][0], head["shipping_name"][0]) if "shipping_method" in head else None,
        paying=_paid_before(head), method_discount=_taken_off_before(head),
        nodes={UUID(line_id): UUID(before) for line_id, (before, _after) in head.get("nodes", {}).items()},
        notes_taken=tuple(UUID(id_) for id_ in head.get("notes", ())),
    )  # fmt: skip


def _paid_before(head: Mapping[str, Any]) -> Paying | None:
    """The payment method from before, with what it took off and its days."""
    if "payment_method" not in head:
        return None
    days = head["net_days"][0]
    return Paying(
        method=head["payment_method"][0], discount=int(head["method_discount"][0]), net_days=int(days) if days.isdigit() else None
    )


def _taken_off_before(head: Mapping[str, Any]) -> int | None:
    """What the payment method took off before, where that followed the lines."""
    return int(head["method_discount"][0]) if "method_discount" in head and "payment_method" not in head else None


def _turn_back(head: Mapping[str, Any]) -> str:
    """The turn that leads back to the state from before."""
    if "state" not in head:
        return ""
    before, after = head["state"]
    back = {"hold": "resume", "resume": "hold", "cancel": "reinstate", "reinstate": "cancel"}
    made = next((turn.name for turn in ORDER_LIFE.turns if before in turn.source and turn.target == after), "")
    return back.get(made, "")
