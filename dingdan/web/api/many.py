"""Operations that take many rows at once: each row has a key of its own and is answered on its own, in the order they came.

A row says what the operation for a single one takes, in its address and in its body. So a carrier's file, a warehouse's list or a
settlement is one request, and what of it was carried out before is answered from the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Failed, KeyReused, NotPermitted, Refusal, StillRunning
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.api.access import bearer_of
from dingdan.web.api.frame import api
from dingdan.web.api.names import known_id, known_ids
from dingdan.web.api.reads import refuse_unknown
from dingdan.web.api.shapes import answer_schema, event_of, facts_of, intent_of, shape_of
from dingdan.web.api.writes import KEY, answered_before, call_of, signature
from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.failing import ServerFault
from dingdan.web.shared.problems import Problem, problem

log = logging.getLogger(__name__)

MOST_ROWS: Final = 1000
AT_ONCE: Final = 200
"""Rows that are carried out in one transaction."""

RowKey = Annotated[
    str, Field(pattern=f"^{KEY.pattern}$", description="Makes a repeat of this row harmless: the same outcome again.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """One operation: `POST` on `path` gives the `command` a row at a time, as `single`, the address for one, does.

    Names in braces in `single` are fields of a row; what people know a thing by will do for its id.
    """

    path: str
    single: str
    command: BatchCommand[Any, Any]
    name: str
    tag: str


def mount_many(*given: Many) -> None:
    """Add operations to the API."""
    for many in given:
        _mount(many)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a request: what was sent, what it means, and how each is called."""

    many: Many
    sent: Sequence[Any]
    calls: Sequence[Call]
    intents: Sequence[Any]
    """What the command wants to know; a refusal where a name means nothing."""


def _mount(many: Many) -> None:
    shape = shape_of(many.command, many.single, many.name)
    words = "".join(part.capitalize() for part in many.name.split("_"))
    row = create_model(  # type: ignore[call-overload] # made from the fields of the single operation
        f"{words}Row", __base__=shape.body or _Empty, key=(RowKey, ...),
        **{name: (str if kind is UUID else kind, ...) for name, kind in shape.path.items()},
    )  # fmt: skip
    body: type[BaseModel] = create_model(
        f"{words}Rows", __config__=ConfigDict(extra="forbid", defer_build=True),
        rows=(Annotated[list[row], Field(min_length=1, max_length=MOST_ROWS)], ...),
    )  # fmt: skip
    names = [name for name, kind in shape.path.items() if kind is UUID]

    def view(request: HttpRequest, *, body: Any) -> HttpResponse:
        refuse_unknown(request, view)
        return _answer(request, many, body.rows, names=names)

    view.__name__ = many.name
    view.__signature__ = signature({}, body, keyed=False)  # type: ignore[attr-defined]
    api.api_operation(
        ["POST"],
        many.path,
        response={200: _answers(many, words)},
        operation_id=many.name,
        summary=f"Many at once: {_summary(many)}",
        description=f"Each row is answered on its own, in the order they came.\n\nPermission: `{many.command.name}`",
        tags=[many.tag],
        openapi_extra={"x-permission": many.command.name},
    )(view)


class _Empty(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)


def _summary(many: Many) -> str:
    first = (many.command.__doc__ or "").partition("\n")[0]
    return first[:1].lower() + first[1:]


def _answers(many: Many, words: str) -> type[BaseModel]:
    event: Any = answer_schema(event_of(many.command))
    outcome: Any = create_model(
        f"{words}Outcome",
        __doc__="What became of a row: the event, or the problem because of which nothing was written for it.",
        __config__=ConfigDict(defer_build=True),
        key=(str, ...),
        status=(int, ...),
        event=(event | None, ...),
        problem=(Problem | None, ...),
    )
    made: type[BaseModel] = create_model(
        f"{words}Outcomes", __config__=ConfigDict(defer_build=True), outcomes=(list[outcome], ...)
    )
    return made


def _answer(request: HttpRequest, many: Many, sent: Sequence[Any], *, names: Sequence[str]) -> HttpResponse:
    bearer, said = bearer_of(request), getattr(request, "said", {}).get("rows", [])
    if not bearer.actor.may(many.command.name):
        raise NotPermitted(command=many.command.name)
    calls = [call_of(bearer, many.name, row.key, one) for row, one in zip(sent, said, strict=True)]
    with tenant_scope(bearer.tenant_id):
        outcomes: list[dict[str, Any]] = []
        for first in range(0, len(sent), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            outcomes += _carried_out(_Rows(many, sent[some], calls[some], _intents(many, sent[some], names)))
    return json_answer({"outcomes": outcomes})


def _intents(many: Many, sent: Sequence[Any], names: Sequence[str]) -> list[Any]:
    known = {name: known_ids(name, [getattr(row, name) for row in sent]) for name in names}
    intent = intent_of(many.command)

    def read(row: Any) -> Any:
        try:
            ids = {name: known_id(name, getattr(row, name), known=known[name], field=name) for name in names}
        except Refusal as refusal:
            return refusal
        return intent(**{name: getattr(row, name) for name in type(row).model_fields if name != "key"} | ids)

    return [read(row) for row in sent]


def _carried_out(rows: _Rows) -> Iterator[dict[str, Any]]:
    """What became of each row."""
    meant = [(call, intent) for call, intent in zip(rows.calls, rows.intents, strict=True) if not isinstance(intent, Refusal)]
    done = iter(rows.many.command.many(meant))
    for row, call, intent in zip(rows.sent, rows.calls, rows.intents, strict=True):
        if isinstance(intent, Refusal):  # a name may mean nothing any more; what was answered once is answered again
            yield _told(row.key, answered_before(call, rows.many.command) or intent)
        else:
            yield _told(row.key, next(done))


def _told(key: str, outcome: Event | Refusal) -> dict[str, Any]:
    if not isinstance(outcome, Refusal):
        return {"key": key, "status": 200, "event": facts_of(outcome), "problem": None}
    refusal, instance = _named(key, outcome)
    return {"key": key, "status": refusal.status, "event": None, "problem": problem(refusal, instance=instance)}


def _named(key: str, refusal: Refusal) -> tuple[Refusal, str | None]:
    """The refusal as the sender of a row knows it: by the row's own key. A fault is written down under an id."""
    if isinstance(refusal, Failed):
        id_ = new_id()
        log.error("a row failed (%s)", id_, exc_info=refusal.fault)
        return ServerFault(id=id_), f"urn:uuid:{id_}"
    known: dict[type[Refusal], Callable[[], Refusal]] = {
        KeyReused: lambda: KeyReused(field="key", key=key),
        StillRunning: lambda: StillRunning(field="key", key=key),
    }
    return known.get(type(refusal), lambda: refusal)(), None
