"""A shop whose days can be closed; after each test, all laws of money and of closing must hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from uuid import UUID

    from tests.trade.closing.till import Till


@pytest.fixture
def till() -> Iterator[Till]:
    """A new shop in London, in scope."""
    # Models can only be known once Django has started, which pytest does after it has read this file.
    from dingdan.kernel import feed
    from dingdan.kernel.models import Tenant
    from dingdan.kernel.rows import whole_tables
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.ledgers.payments.queries import LAWS as MONEY
    from dingdan.trade.closing.queries import LAWS as CLOSING
    from tests.trade.closing.till import Till

    made = Till()
    Tenant.objects.create(id=made.id, slug=f"shop-{made.id.hex}", name="Shop", currency="GBP", time_zone="Europe/London")
    with tenant_scope(made.id):
        yield made
        feed.sequence(made.id)
        with whole_tables():
            assert [breach for law in (*MONEY, *CLOSING) for breach in law()] == []


@pytest.fixture
def account(till: Till) -> Iterator[UUID]:
    """An account at the biller."""
    from dingdan.kernel.ids import new_id
    from dingdan.masterdata.methods.commands import save_merchant_account
    from dingdan.masterdata.methods.rules import MerchantAccountDraft
    from tests.trade.closing.biller import CODE, the_biller

    yield save_merchant_account(
        till.call(), account=MerchantAccountDraft(gateway=CODE, merchant=new_id().hex)
    ).merchant_account_id
    the_biller.is_down = False
