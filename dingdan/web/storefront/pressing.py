"""Whether a person pressed the button of the checkout: programs fill in whatever they find, and need no time for it.

Two signs, both of guests alone. A field that nobody sees, which is called what no browser and no password manager fills in. And
the moment at which the checkout was shown first for this cart, signed, in the page: nothing is kept of it. Whoever has had the
cart for a while has looked around, and is not asked for it. Real people meet neither; one who does loses nothing, and presses
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import made_at
from dingdan.kernel.links import link_to, opened

UNSEEN: Final = "subject"
"""The field that is to stay empty."""
SHOWN: Final = "shown"
"""The field that says when the checkout was shown first."""
_KIND: Final = "checkout shown"
_GOOD_FOR: Final = timedelta(days=1)
_A_WHILE: Final = timedelta(minutes=1)


class PressAgain(Refusal):
    """It looks as if a program had pressed; if not, nothing is lost."""

    sentence = _("Nothing was ordered yet. We only want to be sure that it was you who pressed the button.")
    remedy = _("Press “Order and pay” once more. All that you typed is still there.")


def shown_at(cart_id: UUID, said: str, *, at: datetime) -> str:
    """What the page of a cart says of when it was shown first: what it said before, else that it is now."""
    return said if _opened(cart_id, said, at) else link_to(_KIND, cart_id, until=at + _GOOD_FOR)


def check_pressed(cart_id: UUID, sent: Mapping[str, str], *, at: datetime) -> None:
    """Refuse, kindly, what people do not do."""
    if sent.get(UNSEEN, ""):
        raise PressAgain
    least = timedelta(seconds=settings.CHECKOUT_SECONDS)
    if not least or at - made_at(cart_id) > _A_WHILE:
        return
    first = _opened(cart_id, sent.get(SHOWN, ""), at)
    if first is None or at - first < least:
        raise PressAgain


def _opened(cart_id: UUID, said: str, at: datetime) -> datetime | None:
    found = opened(said, _KIND, at=at)
    return found.until_at - _GOOD_FOR if found and found.id == cart_id else None
