"""The feed is handed on, shop by shop."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from unittest.mock import Mock
from uuid import UUID

import pytest

from dingdan.automation import consumers
from dingdan.automation.consumers import CONSUMERS, Consumer, drain
from dingdan.automation.setup import create_tenant
from dingdan.kernel import feed
from dingdan.kernel.feed import FeedEntry
from dingdan.kernel.tenancy import tenant_scope
from tests.conftest import Shop


def test_a_mistake_about_one_shop_holds_up_no_other(own_database: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    other = create_tenant(f"other-{secrets.token_hex(6)}", "Another shop")
    knows, reached = set[str](), set[UUID]()

    def take(tenant_id: UUID, entries: Sequence[FeedEntry]) -> None:
        if tenant_id == shop.tenant_id and not knows:
            raise LookupError("nobody knows this event")
        reached.add(tenant_id)

    told = Mock()
    monkeypatch.setattr(consumers, "log", told)
    monkeypatch.setitem(CONSUMERS, "trial", Consumer(take))
    drain()
    assert reached == {other.id}
    assert _come_to(other.id) > _come_to(shop.tenant_id) == 0
    assert {call.args[1:] for call in told.exception.call_args_list} == {(shop.tenant_id, "trial")}

    with pytest.raises(LookupError):  # who asks for one shop is told
        drain(shop.tenant_id)

    knows.add("it now")
    drain()
    assert reached == {other.id, shop.tenant_id}
    assert _come_to(shop.tenant_id) > 0


def _come_to(tenant_id: UUID) -> int:
    with tenant_scope(tenant_id):
        return feed.cursor_of("trial")
