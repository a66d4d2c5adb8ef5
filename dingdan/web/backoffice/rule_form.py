"""The form of a rule of the review: what stands in it, and the rule that it says. A file of rules says the same, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.money import exponent, parse
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.review.lifecycle import Follows
from dingdan.trade.review.models import Rule
from dingdan.trade.review.rules import KINDS, PARTS, TROUBLES, Parameter, RuleDraft, Takes
from dingdan.web.backoffice.pages import Field
from dingdan.web.backoffice.words import word

FOLLOWS = {Follows.WAIT: _("The order waits"), Follows.NOTE: _("It is only noted"), Follows.LET_PASS: _("The order passes")}


def choice_word(choice: str) -> str:
    """What one of the choices of a parameter is called."""
    return str(TROUBLES.get(choice) or PARTS.get(choice) or word(choice))


def fields_of(kind: str, row: Rule | None, typed: QueryDict | None = None) -> list[Field]:
    """What a rule of a kind says: as it is, as it was typed, or as a new one would."""
    codes = {channel.id: channel.code for channel in all_channels()}
    own = [codes[id_] for id_ in row.channel_ids if id_ in codes] if row else []
    said: dict[str, Any] = {
        "code": row.code if row else kind.replace("_", "-"), "name": row.name if row else str(KINDS[kind].title), "channels": own,
        "follows": row.follows if row else Follows.WAIT.value, "approvals": str(row.approvals if row else 1),
        "holds_money": row.holds_money if row else False, "weight": str(row.weight if row else 0),
    }  # fmt: skip
    for one in KINDS[kind].parameters:
        said[one.name] = _shown(one, row.parameters.get(one.name) if row else one.default)
    if typed is not None:
        several = {"channels", *(one.name for one in KINDS[kind].parameters if one.takes == Takes.CHOICES)}
        said = {name: typed.getlist(name) if name in several else typed.get(name, "") for name in said}
    yes_no = [(str(code), text) for code, text in FOLLOWS.items()]
    return [
        Field("kind", _("Kind"), "hidden", kind),
        Field("name", _("Name"), value=said["name"], is_required=True),
        Field(
            "code", _("Code"), value=said["code"], note=_("What programs call it: letters, digits, hyphens."), is_required=True
        ),
        *(_field(one, said[one.name]) for one in KINDS[kind].parameters),
        Field("channels", _("Only in these channels (none: all)"), "several", said["channels"], [(c, c) for c in codes.values()]),
        Field("follows", _("Then"), "choice", said["follows"], yes_no),
        Field("approvals", _("People who must let it pass"), "choice", said["approvals"], [("1", _("One")), ("2", _("Two"))]),
        Field("holds_money", _("Capture no money while it waits"), "tick", said["holds_money"]),
        Field("weight", _("Weight for the risk score"), "number", said["weight"]),
    ]


def _field(one: Parameter, value: Any) -> Field:
    kinds = {Takes.AMOUNTS: "text", Takes.WORDS: "text", Takes.NUMBER: "number", Takes.CHOICES: "several"}
    notes = {Takes.AMOUNTS: _("A line for each currency, such as GBP 500.00"), Takes.WORDS: _("One on each line.")}
    choices = [(choice, choice_word(choice)) for choice in one.choices]
    return Field(one.name, one.label, kinds.get(one.takes, "line"), value, choices, notes.get(one.takes, ""), one.required)


def _shown(one: Parameter, value: Any) -> Any:
    """A parameter as it is typed."""
    if value is None:
        return [] if one.takes == Takes.CHOICES else ""
    if one.takes == Takes.AMOUNTS:
        return "\n".join(f"{currency} {_major(amount, currency)}" for currency, amount in value.items())
    if one.takes == Takes.WORDS:
        return "\n".join(value)
    return value if one.takes == Takes.CHOICES else str(value)


def _major(amount: int, currency: str) -> str:
    digits = exponent(currency)
    whole = str(amount).zfill(digits + 1)
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole


def draft_of(sent: QueryDict, kind: str, row: Rule | None) -> RuleDraft:
    """The rule as it was typed."""
    given = {one.name: _typed(one, sent) for one in KINDS[kind].parameters}
    return RuleDraft(
        id=row.id if row else None, code=sent.get("code", ""), name=sent.get("name", ""), kind=kind,
        parameters={name: value for name, value in given.items() if value is not None}, channels=tuple(sent.getlist("channels")),
        follows=sent.get("follows", ""), approvals=_whole(sent.get("approvals", "")) or 0, holds_money="holds_money" in sent,
        weight=_whole(sent.get("weight", "")) or 0,
    )  # fmt: skip


def _typed(one: Parameter, sent: QueryDict) -> Any:
    """A parameter as it was typed; None where nothing was. What is no number stays text, which the rule refuses by name."""
    if one.takes == Takes.CHOICES:
        return sent.getlist(one.name) or None
    text = sent.get(one.name, "").strip()
    if not text:
        return None
    if one.takes == Takes.NUMBER:
        number_ = _whole(text)
        return text if number_ is None else number_
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if one.takes == Takes.WORDS:
        return lines
    return _amounts(lines) if one.takes == Takes.AMOUNTS else text


def _amounts(lines: list[str]) -> Mapping[str, int]:
    amounts = {}
    for line in lines:
        currency, _space, amount = line.partition(" ")
        amounts[currency.upper()] = parse(amount, currency.upper(), field="amounts").amount
    return amounts


def _whole(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 17 else None
