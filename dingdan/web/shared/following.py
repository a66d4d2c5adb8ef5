"""Who may follow what happens: what the doors tell the live door about whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest

from dingdan.insight.board.upkeep import CONSUMER as BOARD
from dingdan.insight.rollups.upkeep import CONSUMER as ROLLUPS
from dingdan.kernel.journal import Actor

CONSUMERS: Final = (BOARD, ROLLUPS)
"""Those who keep what pages are read from: nothing is told before they know of it."""

EVERYTHING: Final = "journal.read"
READ_BY: Final = {
    "adjustment": "inventory.read",
    "api_key": "staff.read",
    "bill": "closing.read",
    "bulk": "orders.read",
    "cart": "orders.read",
    "cash_count": "closing.read",
    "category": "catalog.read",
    "claim": "aftersales.read",
    "count": "counting.read",
    "credit_note": "settlement.read",
    "customer": "customers.read",
    "day_close": "closing.read",
    "discrepancy": "reconciliation.read",
    "dispute": "payments.read",
    "endpoint": "webhooks.read",
    "gift_card": "payments.read",
    "invoice": "settlement.read",
    "list_export": "staff.read",
    "location": "inventory.read",
    "mail_switch": "wording.read",
    "merchant_account": "methods.read",
    "messenger_account": "messengers.read",
    "node": "inventory.read",
    "notice": "automation.read",
    "order": "orders.read",
    "owner": "inventory.read",
    "parcel": "aftersales.read",
    "payable": "payments.read",
    "payment": "payments.read",
    "product": "catalog.read",
    "promotion": "promotions.read",
    "register_import": "automation.read",
    "rate": "rates.read",
    "report_schedule": "reports.read",
    "return": "aftersales.read",
    "review": "review.read",
    "shipment": "fulfillment.read",
    "shipping_method": "pricing.read",
    "shop": "shop.read",
    "statement": "reconciliation.read",
    "statement_line": "reconciliation.read",
    "threshold": "inventory.read",
    "storefront": "shop.read",
    "ticket": "tickets.read",
    "transfer": "inventory.read",
    "variant": "catalog.read",
    "wave": "fulfillment.read",
    "wish": "wishes.read",
    "wording": "wording.read",
}
"""By kind of thing: what one must be allowed to hear of it. Of all others hears who may read the journal."""


class Follower(NamedTuple):
    """Who listens, in which shop: to kinds of things (None: to everything), or to one thing alone."""

    tenant_id: UUID
    name: str
    kinds: frozenset[str] | None = frozenset()
    only: UUID | None = None


class Entrance(NamedTuple):
    """One way to listen. `credential` is what a request shows (empty: nothing), `follower` who that is now: asked at once, and
    again and again."""

    credential: Callable[[HttpRequest], str]
    follower: Callable[[str], Follower | None]


def kinds_for(actor: Actor) -> frozenset[str] | None:
    """The kinds of things that somebody may hear of; None for everything."""
    if actor.may(EVERYTHING):
        return None
    return frozenset(kind for kind, permission in READ_BY.items() if actor.may(permission))
