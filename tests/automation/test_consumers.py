"""The feed is handed on, shop by shop."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

import pytest

from dingdan.automation.consumers import CONSUMERS, Consumer, drain
from dingdan.automation.setup import create_tenant
from dingdan.kernel.feed import FeedEntry
from tests.conftest import Shop


def test_a_mistake_about_one_shop_holds_up_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    other = create_tenant(f"other-{secrets.token_hex(6)}", "Another shop")
    reached: set[UUID] = set()

    def take(tenant_id: UUID, _entries: Sequence[FeedEntry]) -> None:
        if tenant_id == shop.tenant_id:
            raise LookupError("nobody knows this event")
        reached.add(tenant_id)

    monkeypatch.setitem(CONSUMERS, "trial", Consumer(take, tenants=lambda: {shop.tenant_id, other.id}))
    drain()
    assert reached == {other.id}
    with pytest.raises(LookupError):
        drain(shop.tenant_id)
