"""A shop of its own for every test of the money book; after each, all its laws must hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledgers.payments.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A new tenant in scope, with somebody who may claim, invoice and credit there."""
    # Models can only be known once Django has started, which pytest does after it has read this file.
    from dingdan.kernel.models import Tenant
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.ledgers.payments.queries import LAWS
    from tests.ledgers.payments.desk import Desk

    made = Desk()
    Tenant.objects.create(id=made.id, slug=f"shop-{made.id.hex}", name="Shop", currency="GBP")
    with tenant_scope(made.id):
        yield made
        assert [breach for law in LAWS for breach in law()] == []
