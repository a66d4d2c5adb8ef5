"""The wall between tenants: every business row knows its tenant, every statement names it.

`TenantModel` gives a row its tenant and makes its manager name the tenant that is in scope; outside any scope a
question is an error rather than a leak. `TenantForeignKey` is an ordinary foreign key to code and admin, but its join
and its database constraint carry (tenant_id, id), so that a reference across tenants cannot be written down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import signals

from dingdan.kernel.ids import new_id
from dingdan.kernel.postgresql.lookups import IdIn, RelatedIdIn

_M_co = TypeVar("_M_co", bound=models.Model, covariant=True)
_current: ContextVar[UUID | None] = ContextVar("dingdan_tenant", default=None)
_across: ContextVar[bool] = ContextVar("dingdan_across_tenants", default=False)


class NoTenantInScope(RuntimeError):
    """A business table was asked without saying for whom."""


def current_tenant_id() -> UUID:
    """The tenant in scope. Raises `NoTenantInScope` outside `tenant_scope`."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoTenantInScope("open a tenant_scope(tenant_id) around this question, or mark it with across_tenants()")
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: UUID) -> Iterator[None]:
    """Let every statement inside the block speak for one tenant."""
    token = _current.set(tenant_id)
    across = _across.set(False)
    try:
        yield
    finally:
        _across.reset(across)
        _current.reset(token)


@contextmanager
def across_tenants() -> Iterator[None]:
    """Mark a question that is meant for all tenants (audit, schedules, set-up)."""
    token = _across.set(True)
    try:
        yield
    finally:
        _across.reset(token)


class TenantManager(models.Manager[_M_co]):
    """Names the tenant in scope in every statement."""

    def get_queryset(self) -> models.QuerySet[_M_co]:
        queryset = super().get_queryset()
        if _across.get():
            return queryset
        return queryset.filter(tenant_id=current_tenant_id())


class TenantModel(models.Model):
    """A business row. Its primary key in Django is `id`, in the database (tenant_id, id)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(default=current_tenant_id, editable=False)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **rest: Any) -> Self:
        """A row as it was read, without the detour through `__init__`, which takes most of the time of large reads."""
        if len(values) != len(field_names) or signals.pre_init.receivers or signals.post_init.receivers:
            return super().from_db(db, field_names, values, **rest)
        row = cls.__new__(cls)
        state = models.base.ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(("_state", *field_names), (state, *values), strict=True))
        return row


class AppendedModel(TenantModel):
    """A business row that is only ever added, in the order that the database gives it."""

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        abstract = True


if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey
else:
    # The generic parameters are for the type checker alone.
    class _ForeignKey(models.ForeignKey):
        def __class_getitem__(cls, _item: object) -> type:
            return cls


_ST = TypeVar("_ST")
_GT = TypeVar("_GT")


class TenantForeignKey(_ForeignKey[_ST, _GT]):
    """A foreign key inside one tenant. No index of its own: say in `Meta.indexes` which question needs one."""

    carries_tenant = True

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def get_joining_fields(self, reverse_join: bool = False) -> tuple[Any, ...]:
        here = self.model._meta.get_field("tenant_id")
        there = self.remote_field.model._meta.get_field("tenant_id")
        pair = (there, here) if reverse_join else (here, there)
        return (*super().get_joining_fields(reverse_join), pair)

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"tenant_id": instance.tenant_id}  # type: ignore[attr-defined]


models.UUIDField.register_lookup(IdIn)
TenantForeignKey.register_lookup(RelatedIdIn)
