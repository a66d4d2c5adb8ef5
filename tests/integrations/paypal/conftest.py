"""PayPal's double, a shop with an account there, and a person who pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.test import override_settings

from tests.ledgers.payments.conftest import desk

if TYPE_CHECKING:
    from dingdan.integrations.sandbox.firms.sandbox import Sandbox
    from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]


@pytest.fixture(scope="package")
def paypals() -> Iterator[Sandbox]:
    """One double for all tests: their shops share an account at PayPal, and each sees its own payments alone."""
    from dingdan.integrations.sandbox.firms.sandbox import running_sandbox

    with running_sandbox() as running, override_settings(SANDBOX_URL=running.address):
        yield running


@pytest.fixture
def account_id(desk: Desk, paypals: Sandbox) -> UUID:
    """The shop's account at PayPal."""
    from tests.integrations.paypal.till import opened

    return opened(desk, paypals)
