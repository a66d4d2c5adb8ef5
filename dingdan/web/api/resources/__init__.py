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
    shop,
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
    "shop",
    "staff",
    "stock",
]
