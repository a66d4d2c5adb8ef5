"""One thing done with many tickets at once: each is answered for itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja.params.models import Header
from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Failed, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import AssignTicket, CloseTicket, assign_tickets, close_tickets
from dingdan.web.api.access import bearer_of
from dingdan.web.api.frame import api
from dingdan.web.api.names import ids_of
from dingdan.web.api.reads import refuse_unknown
from dingdan.web.api.resources.tickets import TAG
from dingdan.web.api.writes import JsonBody, Key, call_of
from dingdan.web.shared.answers import json_answer

MOST = 200


class TicketsSent(BaseModel):
    """Tickets by their ids or numbers."""

    model_config = ConfigDict(extra="forbid")

    tickets: list[str] = Field(min_length=1, max_length=MOST)


class AssignmentSent(TicketsSent):
    """Tickets, and the account that looks after them from now on; null: nobody. With `only_if_free` not away from others."""

    owner_id: int | None = None
    only_if_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What came of one ticket: done, or why not (`code` is stable, `detail` is for people)."""

    ticket_id: UUID
    is_done: bool
    code: str
    detail: str


Intents = Callable[[Any, UUID], Any]


def _bulk(path: str, name: str, command: BatchCommand[Any, Any], *, body: type[TicketsSent], intent: Intents) -> None:
    """Add an operation that gives a command for many tickets, and tells of each what came of it."""

    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        refuse_unknown(request, view)
        bearer, key, sent = bearer_of(request), values["key"] or str(new_id()), values["body"]
        if not bearer.actor.may(command.name):
            raise NotPermitted(command=command.name)
        with tenant_scope(bearer.tenant_id):
            ids = _known(sent.tickets)
            wanted = [intent(sent, id_) for id_ in ids]
            told = command.many([(call_of(bearer, name, f"{key}:{id_}", one), one) for id_, one in zip(ids, wanted, strict=True)])
        return json_answer([_outcome(id_, one) for id_, one in zip(ids, told, strict=True)])

    def parameter(called: str, annotation: Any, default: Any) -> inspect.Parameter:
        return inspect.Parameter(called, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)

    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    given = [request, parameter("key", Key, Header(None, alias="Idempotency-Key")), parameter("body", body, JsonBody(...))]
    view.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
    view.__name__ = name
    summary = (inspect.getdoc(command.function) or "").partition("\n")[0]
    api.api_operation(
        ["POST"],
        path,
        response=list[OutcomeView],
        operation_id=name,
        summary=summary,
        description=f"One that is not there refuses the whole; else each has its own outcome.\n\nPermission: `{command.name}`",
        tags=[TAG],
        openapi_extra={"x-permission": command.name},
    )(view)


def _known(tickets: Sequence[str]) -> list[UUID]:
    """The ids of tickets, each once. Refuses the first that is not there."""
    ids = list(dict.fromkeys(ids_of("ticket_id", [(f"tickets.{index}", text) for index, text in enumerate(tickets)])))
    there = queries.existing(ids)
    for index, id_ in enumerate(ids):
        if id_ not in there:
            raise NotFound(field=f"tickets.{index}", what="ticket", id=id_)
    return ids


def _outcome(ticket_id: UUID, told: Any) -> OutcomeView:
    if isinstance(told, Failed):
        raise told.fault
    if isinstance(told, Refusal):
        return OutcomeView(ticket_id=ticket_id, is_done=False, code=told.code, detail=told.detail)
    return OutcomeView(ticket_id=ticket_id, is_done=True, code="", detail="")


_bulk(
    "/tickets/assign",
    "assign_tickets",
    assign_tickets,
    body=AssignmentSent,
    intent=lambda sent, id_: AssignTicket(ticket_id=id_, owner_id=sent.owner_id, only_if_free=sent.only_if_free),
)
_bulk("/tickets/close", "close_tickets", close_tickets, body=TicketsSent, intent=lambda _sent, id_: CloseTicket(ticket_id=id_))
