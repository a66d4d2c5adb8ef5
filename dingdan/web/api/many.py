"""Operations that give one batch command for many things at once, each accepted or refused on its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja.params.models import Header
from pydantic import BaseModel

from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import NotFound, NotPermitted, Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.api.access import bearer_of
from dingdan.web.api.frame import api
from dingdan.web.api.names import ids_of
from dingdan.web.api.reads import refuse_unknown
from dingdan.web.api.shapes import facts_of
from dingdan.web.api.writes import JsonBody, Key, call_of
from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.problems import Problem, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What came of one of many: what happened, or why nothing did."""

    sent: str
    happened: dict[str, Any] | None
    problem: Problem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """One operation: the things named in the body's `field` (ids, or the names people know them by) each become an intent."""

    path: str
    name: str
    command: BatchCommand[Any, Any]
    tag: str
    body: type[BaseModel]
    field: str
    known_as: str
    intent: Callable[[UUID, Any], Any]


def mount_many(*given: Many) -> None:
    """Add operations to the API."""
    for many in given:
        _mount(many)


def _mount(many: Many) -> None:
    def view(request: HttpRequest, *, key: str | None, body: Any) -> HttpResponse:
        refuse_unknown(request, view)
        bearer = bearer_of(request)
        if not bearer.actor.may(many.command.name):
            raise NotPermitted(command=many.command.name)
        with tenant_scope(bearer.tenant_id):
            named = _named(many, list(dict.fromkeys(getattr(body, many.field))))
            known = {sent: one for sent, one in named.items() if isinstance(one, UUID)}
            keys = {id_: f"{key}:{id_}" if key else None for id_ in known.values()}
            calls = [(call_of(bearer, many.name, own, None), many.intent(id_, body)) for id_, own in keys.items()]
            outcomes: dict[str, Any] = {**named, **dict(zip(known, many.command.many(calls), strict=True))}
        return json_answer([_told(sent, outcome) for sent, outcome in outcomes.items()])

    asked = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    only = inspect.Parameter.KEYWORD_ONLY
    keyed = inspect.Parameter("key", only, annotation=Key, default=Header(None, alias="Idempotency-Key"))
    sent = inspect.Parameter("body", only, annotation=many.body, default=JsonBody(...))
    view.__signature__ = inspect.Signature([asked, keyed, sent])  # type: ignore[attr-defined]
    view.__name__ = many.name
    summary, _newline, rest = (inspect.getdoc(many.body) or "").partition("\n")
    api.post(
        many.path,
        response=list[OutcomeView],
        operation_id=many.name,
        summary=summary,
        description=f"{rest.strip()}\n\nPermission: `{many.command.name}`".strip(),
        tags=[many.tag],
        openapi_extra={"x-permission": many.command.name},
    )(view)


def _named(many: Many, sent: Sequence[str]) -> dict[str, UUID | Refusal]:
    """The ids behind what was sent; what nothing goes by is refused by itself."""
    found: dict[str, UUID | Refusal] = {}
    for index, text in enumerate(sent):
        try:
            found[text] = ids_of(many.known_as, [(f"{many.field}.{index}", text)])[0]
        except NotFound as refusal:
            found[text] = refusal
    return found


def _told(sent: str, outcome: Any) -> OutcomeView:
    refused = problem(outcome) if isinstance(outcome, Refusal) else None
    return OutcomeView(sent=sent, happened=None if refused else facts_of(outcome), problem=refused)
