"""Orders of customers, and what the shop gives beyond what is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.policies.commands import save_favor_terms
from dingdan.masterdata.policies.rules import FavorTermsDraft
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.test_inspect_return import bought


def terms(shop: Shop, **changes: Any) -> None:
    """Goodwill up to 10.00, ten percent on top of credit, 5.00 of thanks for a year."""
    agreed: dict[str, Any] = {
        "goodwill_limit": 1000, "bonus_rate": Decimal("0.1"), "thank_you": 500, "credit_days": 365,
    }  # fmt: skip
    save_favor_terms(shop.call(), terms=FavorTermsDraft(currency="GBP", **(agreed | changes)))


def customers_order(shop: Shop, quantity: int = 3, price: int = 1000) -> tuple[UUID, OrderPlaced]:
    """A customer, and a paid order of A whose goods have left."""
    kit.stock(shop, "A", 10)
    customer_id = save_customer(shop.call(), customer=CustomerDraft(number="C-1")).customer_id
    return customer_id, bought(shop, quantity, price=price, customer_id=customer_id)
