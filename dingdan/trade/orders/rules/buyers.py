"""Whose orders are taken. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor
from dingdan.trade.orders.rules.drafting import Book, PlaceOrder

FOLLOWS = "rule"
"""The kind of actor that orders what follows from what the shop agreed to: other goods for what came back or was claimed."""


class CustomerIsBlocked(Refusal):
    """Somebody who works here has blocked the customer."""

    sentence = _("The shop takes no orders from this customer for now: they are blocked.")
    remedy = _("Lift the block on the page of the customer first, if they may order again.")


def check_customer(wanted: PlaceOrder, book: Book, *, actor: Actor) -> None:
    """Refuse (`CustomerIsBlocked`) an order for somebody whom the shop has blocked, whoever enters it.

    What the shop owes them all the same (an exchange, a replacement) is ordered by itself, and is let in.
    """
    if wanted.customer_id in book.blocked and actor.kind != FOLLOWS:
        raise CustomerIsBlocked(field="customer_id")
