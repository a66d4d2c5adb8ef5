"""Orders as programs send them."""

from __future__ import annotations

from typing import Any

BUYER: dict[str, Any] = {
    "name": "Ann Lee",
    "email": "ann@example.com",
    "phone": "+44 20 7946 0000",
    "address": {"country_code": "GB", "city": "London", "postal_code": "N1 9GU", "street_address": "1 High Street"},
}


def wish(*lines: tuple[str, int], price: int = 250, **changes: Any) -> dict[str, Any]:
    """An order of these articles at one price (pence), to be paid in cash."""
    sent = {
        "lines": [{"sku": sku, "quantity": quantity, "unit_price": price} for sku, quantity in lines],
        "ship_to": BUYER,
        "payment_method": "cash",
    }
    return {name: value for name, value in (sent | changes).items() if value is not None}
