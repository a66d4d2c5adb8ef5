"""The rules are kept: every change of one makes a new version of it, and old ones stay."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.review import steps
from dingdan.trade.review.events import RuleSaved, RuleTurned
from dingdan.trade.review.lifecycle import RULE_LIFE
from dingdan.trade.review.models import Rule
from dingdan.trade.review.rules import RuleDraft, clean_rule

key_of("rule_code_is_unique", field="code", what="rule")


@command
def save_rule(entry: Entry, *, rule: RuleDraft) -> RuleSaved:
    """Write a rule down, or change it, which makes a new version. A new one is paused: try it on past orders, then activate it.

    Refuses codes, kinds, parameters and channels that cannot be, naming the field.
    """
    row = locked(entry, Rule, rule.id) if rule.id else None
    draft = clean_rule(rule)
    if row is None:
        row = Rule.objects.select_for_update(no_key=True).filter(code=draft.code).first()
    values = {
        "code": draft.code, "name": draft.name, "kind": draft.kind, "parameters": dict(draft.parameters),
        "channel_ids": _channels(draft), "follows": draft.follows, "approvals": draft.approvals,
        "holds_money": draft.holds_money, "weight": draft.weight,
    }  # fmt: skip
    saved, edition = steps.change_rule(entry, row=row, values=values)
    told = tuple(change for change in saved.changes if change.field != "version")
    return RuleSaved(rule_id=saved.row.id, created=saved.created, version=saved.row.version, edition=edition, changes=told)


def _channels(draft: RuleDraft) -> list[UUID]:
    """The ids of the channels that it names. Refuses one that is not there."""
    known = {channel.code: channel.id for channel in all_channels()} if draft.channels else {}
    for index, code in enumerate(draft.channels):
        if code not in known:
            raise NotFound(field=f"channels.{index}", what="channel", id=code)
    return [known[code] for code in draft.channels]


@command
def activate_rule(entry: Entry, *, rule_id: UUID) -> RuleTurned:
    """Let a rule look at every order from now on. Refuses one that does, or is retired."""
    return _turn(entry, rule_id, "activate")


@command
def pause_rule(entry: Entry, *, rule_id: UUID) -> RuleTurned:
    """Let a rule look at nothing for now; what waits for it goes on waiting. Refuses one that is not active."""
    return _turn(entry, rule_id, "pause")


@command
def retire_rule(entry: Entry, *, rule_id: UUID) -> RuleTurned:
    """Put a rule away; what it decided still names it. Refuses one that is retired already."""
    return _turn(entry, rule_id, "retire")


@command
def restore_rule(entry: Entry, *, rule_id: UUID) -> RuleTurned:
    """Take a retired rule out again; it is paused. Refuses one that is not retired."""
    return _turn(entry, rule_id, "restore")


def _turn(entry: Entry, rule_id: UUID, turn: str) -> RuleTurned:
    row = locked(entry, Rule, rule_id)
    saved, edition = steps.change_rule(entry, row=row, values={"state": RULE_LIFE.turn(turn, row.state)})
    return RuleTurned(rule_id=rule_id, state=saved.row.state, version=saved.row.version, edition=edition)
