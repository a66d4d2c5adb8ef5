"""What a command changed in a register, as facts that an event may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dingdan.kernel.canonical import json_text


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field, and its value before and after as text (anything but text as JSON). What is personal has its values left out."""

    field: str
    before: str | None = None
    after: str | None = None


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], *, veiled: Collection[str] = (), prefix: str = ""
) -> tuple[FieldChange, ...]:
    """The fields of ``after`` that differ from ``before`` (None: there was nothing, so all that are not empty).

    Of the ``veiled`` fields only the names are told, because an event can never be edited and a person may want to be forgotten.
    """
    found = []
    for field, value in after.items():
        old = before.get(field) if before is not None else None
        same = old == value if before is not None else value in (None, "", [], {}, ())
        if not same:
            told = field not in veiled
            found.append(
                FieldChange(
                    field=f"{prefix}{field}",
                    before=_text(old) if told and before is not None else None,
                    after=_text(value) if told else None,
                )
            )
    return tuple(found)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    return json_text(value)
