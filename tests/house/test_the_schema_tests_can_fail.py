"""Every scanner over models is shown a planted model that breaks the rule, beside one that keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from tests.house import schema

schema.all_models()  # Django must be ready before a model can be made.

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel  # noqa: E402

ORDERS, STOCK, STAFF = "dingdan.trade.orders.models", "dingdan.ledgers.inventory.models", "dingdan.masterdata.staff.models"


@pytest.fixture
def registry() -> Apps:
    return Apps()


def model(registry: Apps, name: str, module: str, *, meta: dict[str, Any] | None = None, **fields: Any) -> type[models.Model]:
    """A tenant's model as if it were written in ``module``, in a registry of its own."""
    label = module.split(".")[-2]
    options = type("Meta", (), {"app_label": label, "apps": registry, **(meta or {})})
    return type(name, (TenantModel,), {"__module__": module, "Meta": options, **fields})


def test_a_foreign_key_that_points_up(registry: Apps) -> None:
    order = model(registry, "Order", ORDERS)
    balance = model(registry, "Balance", STOCK, order=TenantForeignKey(order, models.PROTECT))
    line = model(registry, "Line", ORDERS, balance=TenantForeignKey(balance, models.PROTECT, related_name="+"))
    assert schema.upward_keys([order, balance, line]) == [
        f"{STOCK}.Balance.order: dingdan.ledgers.inventory does not stand on dingdan.trade.orders"
    ]


def test_a_foreign_key_to_a_neighbor(registry: Apps) -> None:
    shipment = model(registry, "Shipment", "dingdan.trade.purchasing.models")
    order = model(registry, "Order", ORDERS, shipment=TenantForeignKey(shipment, models.PROTECT))
    assert schema.upward_keys([order]) == [
        f"{ORDERS}.Order.shipment: dingdan.trade.orders does not stand on dingdan.trade.purchasing"
    ]


def test_a_foreign_key_to_accounts_and_to_staff(registry: Apps) -> None:
    from django.contrib.auth.models import User

    member = model(registry, "Member", STAFF, user=models.ForeignKey(User, models.PROTECT, related_name="+"))
    by_user = model(registry, "ByUser", ORDERS, user=models.ForeignKey(User, models.PROTECT, related_name="+"))
    by_member = model(registry, "ByMember", ORDERS, member=TenantForeignKey(member, models.PROTECT))
    assert schema.upward_keys([member, by_user, by_member]) == [
        f"{ORDERS}.ByUser.user: business rows know no django.contrib.auth.models.User",
        f"{ORDERS}.ByMember.member: business rows have no foreign key to staff",
    ]


def test_a_foreign_key_without_the_tenant(registry: Apps) -> None:
    order = model(registry, "Order", ORDERS)
    line = model(registry, "Line", ORDERS, order=models.ForeignKey(order, models.PROTECT))
    note = model(registry, "Note", ORDERS, order=TenantForeignKey(order, models.CASCADE))
    tag = model(registry, "Tag", ORDERS, orders=models.ManyToManyField(order))
    good = model(registry, "Good", ORDERS, order=TenantForeignKey(order, models.PROTECT))
    assert schema.loose_keys([order, line, note, tag, good]) == [
        f"{ORDERS}.Line.order: between tenants' rows only TenantForeignKey",
        f"{ORDERS}.Note.order: on_delete is PROTECT, nothing is deleted in passing",
        f"{ORDERS}.Tag.orders: a many-to-many wants a model of its own, with the tenant in it",
    ]


def test_constraint_names_that_are_no_sentence(registry: Apps) -> None:
    names = ["order_ck", "Total_Is_Positive", "a_name_that_goes_on_and_on_until_it_is_far_too_long", "total_is_never_negative"]
    constraints = [CheckConstraint(condition=Q(total__gte=0), name=name) for name in names]
    order = model(registry, "Order", ORDERS, meta={"constraints": constraints}, total=models.BigIntegerField())
    assert schema.constraint_names([order, order]) == [
        *2
        * [
            f"{ORDERS}.Order: 'order_ck' is no sentence in snake_case of three words or more",
            f"{ORDERS}.Order: 'Total_Is_Positive' is no sentence in snake_case of three words or more",
            f"{ORDERS}.Order: '{names[2]}' is longer than 50 bytes",
        ],
        *[f"{name!r} names 2 laws" for name in names],
    ]


def test_unique_keys_without_the_tenant(registry: Apps) -> None:
    number, code = models.CharField(max_length=9), models.CharField(max_length=9, unique=True)
    constraints = [
        UniqueConstraint(fields=["number"], name="order_number_is_used_once"),
        UniqueConstraint(fields=["tenant_id", "number"], name="order_number_is_used_once_per_tenant"),
    ]
    order = model(registry, "Order", ORDERS, meta={"constraints": constraints}, number=number, code=code)
    assert schema.tenantless_unique([order]) == [
        f"{ORDERS}.Order: order_number_is_used_once begins with number, not with the tenant",
        f"{ORDERS}.Order.code: unique without the tenant; write a UniqueConstraint",
    ]


def test_an_enum_that_the_database_does_not_hold(registry: Apps) -> None:
    choices = [("placed", "Placed"), ("closed", "Closed")]
    state, kind = (models.CharField(max_length=9, choices=choices) for _ in range(2))
    held = CheckConstraint(condition=Q(state__in=["placed", "closed"]), name="order_state_is_known_to_us")
    order = model(registry, "Order", ORDERS, meta={"constraints": [held]}, state=state, kind=kind)
    assert schema.open_states([order]) == [f"{ORDERS}.Order.kind: no CheckConstraint built from its enum"]


def test_careless_columns(registry: Apps) -> None:
    order = model(
        registry,
        "Order",
        ORDERS,
        total=models.FloatField(),
        created_at=models.DateTimeField(auto_now_add=True),
        placed=models.DateTimeField(),
        due=models.DateField(),
        shipped_at=models.DateTimeField(),
        issued_on=models.DateField(),
    )
    assert schema.careless_columns([order]) == [
        f"{ORDERS}.Order.total: never float",
        f"{ORDERS}.Order.created_at: the time comes from the entry",
        f"{ORDERS}.Order.placed: a time ends with _at",
        f"{ORDERS}.Order.due: a date ends with _on",
    ]
