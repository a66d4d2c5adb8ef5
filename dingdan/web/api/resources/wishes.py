"""Wishes to be told when an article can be had again: who waits, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.trade.wishes.commands import make_wish, withdraw_wishes
from dingdan.trade.wishes.lifecycle import WISH_LIFE
from dingdan.trade.wishes.models import Wish
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG = "Wishes to be told"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """Somebody who waits for an article, or was told. `email` is empty once it is forgotten: a month after the mail."""

    id: UUID
    variant_id: UUID
    channel_id: UUID
    customer_id: UUID | None
    email: str
    language: str
    state: str
    wished_at: datetime
    told_at: datetime | None


registers(
    Register(
        plural="wishes",
        singular="wish",
        view=WishView,
        rows=lambda: Wish.objects.order_by("-id"),
        permission="wishes.read",
        tag=TAG,
        states=WISH_LIFE.states,
    )
)
mount(
    Write(path="/wishes", command=make_wish, tag=TAG, makes="/wishes/{wish_id}"),
    Write(path="/wishes/{wish_id}/withdraw", command=withdraw_wishes, tag=TAG),
)
