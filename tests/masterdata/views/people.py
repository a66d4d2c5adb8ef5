"""Two people at the same list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dingdan.kernel.journal import Actor
from dingdan.masterdata.views.commands import save_view
from dingdan.masterdata.views.rules import ViewDraft
from tests.masterdata.shop import Shop

ANN = Actor("staff", "5", frozenset({"views.*"}))
BO = Actor("staff", "6", frozenset({"views.*"}))
PROGRAM = Actor("api_key", "0190", frozenset({"views.*"}))


def kept(shop: Shop, name: str = "Late", *, by: Actor = ANN, **more: Any) -> UUID:
    """A view of the list of orders; its id."""
    draft = ViewDraft(list_name="board_boardrow", name=name, query="late=1", **more)
    return save_view(shop.call(actor=by), view=draft).view_id
