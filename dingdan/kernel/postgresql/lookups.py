"""`id__in` with a list of ids as one array: the statement is the same for two ids and for two thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

if TYPE_CHECKING:
    _In = In[Any]
else:
    # Its base comes after it in the classes below; the generic parameters are for the type checker alone.
    _In = object

_ARRAY = "%s"


class _AsArray(_In):
    """Mixed into Django's lookup: what is not a list of ids goes its way."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value() or isinstance(self.lhs, tuple):
            return super().process_rhs(compiler, connection)
        ids = [value for value in dict.fromkeys(self.rhs) if value is not None]
        if not ids:
            raise EmptyResultSet
        if set(map(type, ids)) != {UUID}:
            return super().process_rhs(compiler, connection)
        return _ARRAY, [ids]

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= ANY({rhs})" if rhs == _ARRAY else super().get_rhs_op(connection, rhs)


class IdIn(_AsArray, In):
    """For columns of ids."""


class RelatedIdIn(_AsArray, RelatedIn):
    """For foreign keys."""
