"""Scanners over the models themselves: what imports cannot show. They need Django, but no database."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import django
from django.apps import apps
from django.db import models
from django.db.models import Q

from tests.house.scan import BUSINESS_FLOORS, floors, rooms

SENTENCE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+){2,}")
NAME_BYTES = 50
TIMES = ("at", "recorded_at")

AnyModel = type[models.Model]


def all_models() -> list[AnyModel]:
    """Every model of the house, as Django knows them."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingdan.config.settings")
        django.setup()
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("dingdan.")]


def is_tenant_model(model: AnyModel) -> bool:
    from dingdan.kernel.tenancy import TenantModel

    return issubclass(model, TenantModel)


def _app(model: AnyModel) -> str:
    """Dotted app of a model: ``dingdan.trade.orders``, or ``dingdan.kernel``."""
    parts = model.__module__.split(".")
    return ".".join(parts[:3] if parts[1] not in ("kernel", "config") else parts[:2])


def _height(app: str) -> tuple[int, int]:
    """How high an app stands: its floor, then its place among the rooms of its floor."""
    from_roof = floors()
    floor = app.split(".")[1] if app.startswith("dingdan.") else ""
    layer = next((index for index, names in enumerate(rooms()) if app in names), 0)
    return (-from_roof.index(floor) if floor in from_roof else -len(from_roof)), -layer


def _relations(model: AnyModel) -> Iterator[tuple[models.Field[Any, Any], AnyModel]]:
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        if field.remote_field is not None and isinstance(field.related_model, type):
            yield field, field.related_model


def upward_keys(found_models: Iterable[AnyModel]) -> list[str]:
    """Foreign keys that point up or sideways into another app, or from business rows to the libraries' tables."""
    found = []
    for model in found_models:
        own = _app(model)
        for field, target in _relations(model):
            other, name = _app(target), f"{model.__module__}.{model.__name__}.{field.name}"
            if not target.__module__.startswith("dingdan."):
                if is_tenant_model(model) and not own.endswith(".staff"):
                    found.append(f"{name}: business rows know no {target.__module__}.{target.__name__}")
            elif other.endswith(".staff") and other != own:
                found.append(f"{name}: business rows have no foreign key to staff")
            elif other != own and _height(other) >= _height(own):
                found.append(f"{name}: {own} does not stand on {other}")
    return found


def loose_keys(found_models: Iterable[AnyModel]) -> list[str]:
    """Foreign keys between tenants' rows that do not carry the tenant, or that may take rows with them."""
    from dingdan.kernel.tenancy import TenantForeignKey

    found = []
    for model in filter(is_tenant_model, found_models):
        for field, target in _relations(model):
            name = f"{model.__module__}.{model.__name__}.{field.name}"
            if isinstance(field, models.ManyToManyField):
                through: AnyModel | None = field.remote_field.through
                if is_tenant_model(target) and through is not None and through._meta.auto_created:
                    found.append(f"{name}: a many-to-many wants a model of its own, with the tenant in it")
                continue
            if is_tenant_model(target) and not isinstance(field, TenantForeignKey):
                found.append(f"{name}: between tenants' rows only TenantForeignKey")
            if getattr(field.remote_field, "on_delete", None) not in (models.PROTECT, models.DO_NOTHING):
                found.append(f"{name}: on_delete is PROTECT, nothing is deleted in passing")
    return found


def constraint_names(found_models: Iterable[AnyModel]) -> list[str]:
    """Constraints and triggers whose names are no sentence, too long for the database, or used twice."""
    found, names = [], Counter[str]()
    for model in found_models:
        for named in (*model._meta.constraints, *getattr(model._meta, "triggers", ())):
            where, name = f"{model.__module__}.{model.__name__}", named.name
            names[name] += 1
            if not SENTENCE.fullmatch(name):
                found.append(f"{where}: {name!r} is no sentence in snake_case of three words or more")
            if len(name.encode()) > NAME_BYTES:
                found.append(f"{where}: {name!r} is longer than {NAME_BYTES} bytes")
    found += [f"{name!r} names {count} laws" for name, count in names.items() if count > 1]
    return found


def tenantless_unique(found_models: Iterable[AnyModel]) -> list[str]:
    """Unique keys of tenants' rows that do not begin with the tenant."""
    found = []
    for model in filter(is_tenant_model, found_models):
        where = f"{model.__module__}.{model.__name__}"
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                first = constraint.fields[0] if constraint.fields else _first_column(constraint.expressions)
                if first not in ("tenant", "tenant_id"):
                    found.append(f"{where}: {constraint.name} begins with {first or 'an expression'}, not with the tenant")
        found += [
            f"{where}.{field.name}: unique without the tenant; write a UniqueConstraint"
            for field in model._meta.local_fields
            if field.unique and not field.primary_key
        ]
        if model._meta.unique_together:
            found.append(f"{where}: unique_together has no name; write a UniqueConstraint")
    return found


def _first_column(expressions: Iterable[Any]) -> str:
    first = next(iter(expressions), None)
    return str(getattr(first, "name", ""))


def _names_in(condition: Any) -> Iterator[str]:
    if isinstance(condition, Q):
        for child in condition.children:
            if isinstance(child, tuple):
                yield str(child[0])
            else:
                yield from _names_in(child)


def open_states(found_models: Iterable[AnyModel]) -> list[str]:
    """Fields with choices which no CheckConstraint holds to them."""
    found = []
    for model in filter(is_tenant_model, found_models):
        checked = {
            name.partition("__")[0]
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
            for name in _names_in(constraint.condition)
            if name.endswith("__in")
        }
        found += [
            f"{model.__module__}.{model.__name__}.{field.name}: no CheckConstraint built from its enum"
            for field in model._meta.local_fields
            if field.choices and isinstance(field, models.CharField | models.TextField) and field.name not in checked
        ]
    return found


def careless_columns(found_models: Iterable[AnyModel]) -> list[str]:
    """Floats, clocks of Django's own, and times and dates whose name does not say which of both they are."""
    found = []
    for model in found_models:
        for field in model._meta.local_fields:
            name = f"{model.__module__}.{model.__name__}.{field.name}"
            if isinstance(field, models.FloatField):
                found.append(f"{name}: never float")
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                found.append(f"{name}: the time comes from the entry")
            if isinstance(field, models.DateTimeField) and field.name not in TIMES and not field.name.endswith("_at"):
                found.append(f"{name}: a time ends with _at")
            elif type(field) is models.DateField and not field.name.endswith("_on"):
                found.append(f"{name}: a date ends with _on")
    return found


def is_business(model: AnyModel) -> bool:
    return model.__module__.split(".")[1] in BUSINESS_FLOORS
