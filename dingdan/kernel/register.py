"""Writing one row of a register: find it by id or key, write what differs, tell what changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import FieldChange, changes
from dingdan.kernel.errors import NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenancy import TenantModel

M = TypeVar("M", bound=TenantModel)


class KeyTaken(Refusal):
    """Another row of the register goes by this code, name or number already."""

    sentence = _("Another {what} already goes by this {field}.")
    remedy = _("Choose another {field}, or change the one that has it.")

    def __init__(self, *, field: str, what: str) -> None:
        super().__init__(field=field, what=what)
        self.facts["field"] = field

    @property
    def detail(self) -> str:
        """What is wrong, for a person, in the active language."""
        return str(self.sentence).format(what=self.facts["what"], field=self.field)


def key_of(constraint: str, *, field: str, what: str) -> None:
    """Say that a unique constraint is the key of a register, so that a clash is refused as :class:`KeyTaken`."""
    refuses(constraint, lambda: KeyTaken(field=field, what=what))


@dataclass(frozen=True, slots=True)
class Put(Generic[M]):
    """A row as it is now, whether it is new, and what changed."""

    row: M
    created: bool
    changes: tuple[FieldChange, ...]


def locked(entry: Entry, model: type[M], id: UUID) -> M:  # noqa: A002
    """The row, locked to the end of the command and put on its timeline. Refuses an id that is not there (404)."""
    row = model.objects.select_for_update(no_key=True).filter(id=id).first()
    what = _word(model)
    if row is None:
        raise NotFound(field=f"{what}_id", what=what.replace("_", " "), id=id)
    entry.about(what, id)
    return row


def put(entry: Entry, row: M | None, values: Mapping[str, Any], *, model: type[M], veiled: Collection[str] = ()) -> Put[M]:
    """Write the values into the row, which is locked, or into a new one; nothing where nothing differs."""
    before = None if row is None else {name: getattr(row, name) for name in values}
    told = changes(before, values, veiled=veiled)
    if row is None:
        row = model.objects.create(id=new_id(), **values)
    elif told:
        model.objects.filter(id=row.id).update(**values)
        for name, value in values.items():
            setattr(row, name, value)
    entry.about(_word(model), row.id)
    return Put(row, before is None, told)


def _word(model: type[M]) -> str:
    """The name of the register's rows in small letters: ``price_list`` of ``PriceList``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()
