"""Two operations for every register: its rows page by page, and one of them by its id or the name people know it by."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import QuerySet

from dingdan.kernel.tenancy import TenantModel
from dingdan.web.api.names import KNOWN_BY, found
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register as the API tells it.

    `plural` is its address and `singular` the name of one row, as `price-lists` and `price_list`; `rows` gives all its rows with
    whatever `make` needs read along, in a stable order; `view` is how a row is told; `states` are those that it can be in.
    """

    plural: str
    singular: str
    view: type[Any]
    rows: Callable[[], QuerySet[Any]]
    permission: str
    tag: str
    make: Callable[[Sequence[Any]], Iterable[Any]] | None = None
    states: tuple[str, ...] = ()

    def told(self, rows: Sequence[TenantModel]) -> list[Any]:
        """The rows as they are told."""
        return list(self.make(rows)) if self.make else [shaped(self.view, row) for row in rows]


def registers(*given: Register) -> None:
    """Add the operations of registers to the API."""
    for register in given:
        _list(register)
        _get(register)


def _list(register: Register) -> None:
    words = register.plural.replace("-", " ")

    def many(*, state: str | None = None, after: str | None = None, limit: int = 50) -> Any:
        rows = register.rows() if state is None else register.rows().filter(state=state)
        return page(rows, register.told, after=after, limit=limit)

    given = [_parameter("after", After, None), _parameter("limit", Limit, 50)]
    if register.states:
        given.insert(0, _parameter("state", Annotated[str, OneOf(register.states)] | None, None))
    many.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
    many.__name__ = f"list_{register.plural.replace('-', '_')}"
    many.__doc__ = f"The {words}, page by page."
    answers: Any = Page[register.view]  # type: ignore[name-defined]
    read(f"/{register.plural}", permission=register.permission, tag=register.tag, answers=answers)(many)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _get(register: Register) -> None:
    key, words = f"{register.singular}_id", register.singular.replace("_", " ")

    def one(**values: str) -> Any:
        return register.told([found(register.rows(), key, values[key])])[0]

    one.__signature__ = inspect.Signature([_parameter(key, str)])  # type: ignore[attr-defined]
    one.__name__ = f"get_{register.singular}"
    known = f" Its {KNOWN_BY[key][1]} will do for its id." if key in KNOWN_BY else ""
    one.__doc__ = f"One {words}.{known}"
    path = f"/{register.plural}/{{{key}}}"
    read(path, permission=register.permission, tag=register.tag, answers=register.view)(one)
