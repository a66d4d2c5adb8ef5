"""A shop of its own for every test of the registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.masterdata.shop import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A new tenant, whose scope is open during the test."""
    # Models can only be known once Django has started, which pytest does after it has read this file.
    from dingdan.kernel.models import Tenant
    from dingdan.kernel.tenancy import tenant_scope
    from tests.masterdata.shop import Shop

    made = Shop()
    Tenant.objects.create(id=made.id, slug=f"shop-{made.id.hex}", name="Shop", currency="GBP")
    with tenant_scope(made.id):
        yield made
