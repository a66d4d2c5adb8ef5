"""What a rule must look like to be written down, and who may let an order pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_code, clean_text, one_of
from dingdan.trade.review.lifecycle import Follows
from dingdan.trade.review.rules.kinds import KINDS

HEAVIEST = 1_000_000


class NotWaiting(Refusal):
    """There is nothing to decide about the order."""

    sentence = _("The order does not wait for a review.")
    remedy = _("Look at the order: it has passed, or was rejected or canceled.")


class NothingToReview(Refusal):
    """Nothing of the order could be held back."""

    sentence = _("There is nothing to review: the order is {state}, or everything of it has left.")
    remedy = _("What has left comes back as a return.")


class AlreadyReviewed(Refusal):
    """The order has been looked at before."""

    sentence = _("The order has been reviewed.")
    remedy = _("Ask for another review if something has changed.")


class SameEyes(Refusal):
    """Two people must look, not one person twice."""

    sentence = _("You have let this order pass before; it takes a second person.")
    remedy = _("Ask a colleague to look at it.")


class OwnOrder(Refusal):
    """Who made the order what it is cannot have the last word on it."""

    sentence = _("You have placed or changed this order, so you cannot be the one who finally lets it pass.")
    remedy = _("Ask a colleague who had no part in it.")


class NeedsPeople(Refusal):
    """Programs have no eyes."""

    status = 403
    sentence = _("This order needs {needed} people to let it pass; an API key or a rule is none.")
    remedy = _("Let people decide in the back office.")


class DoesNotWorkHere(Refusal):
    """Work can be given to those only who work here."""

    status = 422
    sentence = _("Nobody of that account works in this shop.")
    remedy = _("Give them a role first, or name somebody else.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """A rule as it shall be. ``id`` names one whose code is to change; else the code tells which it is.

    ``parameters`` are those of its kind. ``channels`` are codes; none: all channels. ``follows``: the order waits, or it is
    only noted, or it passes whatever else is found. ``approvals``: how many people must let it pass, one or two.
    ``holds_money``: nothing is captured while it waits. ``weight`` counts for the risk score.
    """

    code: str
    name: str
    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    follows: str = Follows.WAIT.value
    approvals: int = 1
    holds_money: bool = False
    weight: int = 0
    id: UUID | None = None


def clean_rule(draft: RuleDraft) -> RuleDraft:
    """The rule with everything cleaned. Refuses what cannot be, naming field and remedy."""
    kind = one_of(draft.kind, "kind", KINDS)
    if draft.approvals not in (1, 2):
        raise Invalid(field="approvals", reason=_("One person or two people let an order pass."))
    if not 0 <= draft.weight <= HEAVIEST:
        raise Invalid(field="weight", reason=_("A weight is a whole number from 0 to 1000000."))
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 120),
        kind=kind,
        parameters=KINDS[kind].clean(draft.parameters),
        channels=tuple(dict.fromkeys(clean_code(code, f"channels.{index}") for index, code in enumerate(draft.channels))),
        follows=one_of(draft.follows, "follows", list(Follows)),
    )
