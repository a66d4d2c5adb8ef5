"""The same shop as for the money book, and one double of Alipay for all tests that do not move its clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.ledgers.payments.conftest import desk

if TYPE_CHECKING:
    from dingdan.integrations.sandbox.firms.sandbox import Sandbox
    from tests.integrations.alipay.shop import AlipayPayer

__all__ = ["desk"]


@pytest.fixture(scope="session")
def browser() -> Iterator[httpx.Client]:
    """One browser for all payers."""
    with httpx.Client(follow_redirects=True, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    from tests.integrations.alipay.shop import double

    with double() as running:
        yield running


@pytest.fixture
def sandbox(_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A double that behaves until it is told otherwise."""
    from django.conf import settings

    from tests.integrations.alipay.shop import faults

    faults(_sandbox)
    monkeypatch.setattr(settings, "SANDBOX_URL", _sandbox.address)
    return _sandbox


@pytest.fixture
def payer(sandbox: Sandbox, browser: httpx.Client) -> AlipayPayer:
    """Somebody who pays at the double."""
    from tests.integrations.alipay.shop import AlipayPayer

    return AlipayPayer(sandbox, browser)
