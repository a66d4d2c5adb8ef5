"""What may be said of a payer in front of a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import clean_code, clean_language, clean_text

LEAST, USUAL, MOST = timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24)
_MOST_DETAILS: Final = 12


class TooManyDetails(Refusal):
    """More is said of a payer than any firm asks."""

    status = 422
    sentence = _("A checkout has at most {most} details.")
    remedy = _("Leave out what the gateway does not ask for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutDraft:
    """A payer in front of a gateway. ``title`` is what they pay for; ``details`` what only this way needs; ``minutes`` how long
    they have."""

    way: str
    title: str
    language: str = "en"
    minutes: int = USUAL.seconds // 60
    details: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False

    def expires_at(self, at: datetime) -> datetime:
        """Until when the payer may pay: from five minutes to a day."""
        return at + min(max(timedelta(minutes=self.minutes), LEAST), MOST)


def clean_checkout(draft: CheckoutDraft) -> CheckoutDraft:
    """The checkout with every text cleaned. Refuses what cannot be, naming the field."""
    if len(draft.details) > _MOST_DETAILS:
        raise TooManyDetails(field="checkout.details", most=_MOST_DETAILS)
    return replace(
        draft,
        way=clean_code(draft.way, "checkout.way"),
        title=clean_text(draft.title, "checkout.title", 120),
        language=clean_language(draft.language, "checkout.language"),
        details={
            clean_text(name, "checkout.details", 40): clean_text(text, f"checkout.details.{name[:40]}", 1000, required=False)
            for name, text in draft.details.items()
        },
    )
