"""An account at the double of the firm, in a shop of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ledgers.payments.conftest import desk

if TYPE_CHECKING:
    from dingdan.integrations.sandbox.firms.sandbox import Sandbox
    from tests.integrations.wechatpay.street import Street
    from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The doubles, for all tests: each uses numbers of its own."""
    from dingdan.integrations.sandbox.firms.sandbox import running_sandbox

    with running_sandbox() as running:
        yield running


@pytest.fixture
def street(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Street:
    """The shop and its account, which works with platform certificates."""
    from tests.integrations.wechatpay.street import open_account

    return open_account(desk, sandbox, monkeypatch)
