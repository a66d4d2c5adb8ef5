"""People who wait for an article."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.wishes.commands import make_wish
from dingdan.trade.wishes.events import WishMade
from tests.conftest import Shop


def wish(shop: Shop, variant_id: UUID, email: str = "bo@example.com", **more: Any) -> WishMade:
    """Somebody waits for an article in the web channel."""
    return make_wish(shop.call(), variant_id=variant_id, channel_id=all_channels()[0].id, email=email, **more)
