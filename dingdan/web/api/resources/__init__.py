"""The operations, by what they are about. Importing this mounts them all."""

from dingdan.web.api.resources import (
    carts,
    catalog,
    customers,
    events,
    goods,
    invoices,
    orders,
    payments,
    placing,
    pricing,
    returns,
    selling,
    shipments,
    staff,
    stock,
)

__all__ = [
    "carts",
    "catalog",
    "customers",
    "events",
    "goods",
    "invoices",
    "orders",
    "payments",
    "placing",
    "pricing",
    "returns",
    "selling",
    "shipments",
    "staff",
    "stock",
]
