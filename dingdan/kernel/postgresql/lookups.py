"""`id__in` with a list of ids as one array: the statement is the same for two ids and for two thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import ColPairs
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

if TYPE_CHECKING:
    _In = In[Any]
else:
    # Its base comes after it in the classes below; the generic parameters are for the type checker alone.
    _In = object


class _AsArray(_In):
    """Mixed into Django's lookup: what is not a list of ids goes its way."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        ids = self._ids()
        if ids is None:
            return super().as_sql(compiler, connection)
        if not ids:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, ids]

    def _ids(self) -> list[UUID] | None:
        """The ids asked for, each once; None where something else is asked for."""
        if not self.rhs_is_direct_value() or isinstance(self.lhs, (ColPairs, tuple)):
            return None
        values = [value for value in dict.fromkeys(self.rhs) if value is not None]
        return values if all(type(value) is UUID for value in values) else None


class IdIn(_AsArray, In):
    """For columns of ids."""


class RelatedIdIn(_AsArray, RelatedIn):
    """For foreign keys."""
