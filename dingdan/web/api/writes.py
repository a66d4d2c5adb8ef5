"""Operations that change something: each is one line of a table that names an address and the command behind it.

What the operation takes follows from the command's own arguments, and what it answers is the event that the command returns. The
event is stored with the entry, so the same request under the same `Idempotency-Key` has the same answer, byte for byte.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja.constants import NOT_SET
from ninja.params.models import Body, BodyModel, Header
from pydantic import BaseModel, Field

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import KeyReused, NotPermitted, Refusal, StillRunning
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call, Event, decode
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import Bearer
from dingdan.web.api.access import LINK_AUTH, LinkHolder, bearer_of
from dingdan.web.api.frame import PREFIX, api
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import refuse_unknown
from dingdan.web.api.shapes import AnyCommand, Shape, answer_schema, event_of, facts_of, shape_of
from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.reading import read_json

KEY: Final = re.compile("[!-~]{1,100}")
Key = Annotated[str | None, Field(pattern=f"^{KEY.pattern}$", description="Makes a repeat harmless: the same answer again.")]


class _JsonModel(BodyModel):
    """A body that is read strictly: "5" is no number, and a field that does not exist is an error."""

    @classmethod
    def resolve(cls, request: HttpRequest, api: Any, path_params: Any) -> Any:
        raw = request.body or b"{}"
        request.said = read_json(raw)  # type: ignore[attr-defined]
        return cls.model_validate_json(b'{"body":%s}' % raw, strict=True)


class JsonBody(Body):  # type: ignore[misc] # as the library's own parameters do
    """Marks the parameter that is read from the body."""

    _model = _JsonModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One operation: `method` on `path` gives the `command`.

    Names in braces in the path are arguments of the command; what people know a thing by (its number, SKU or code) may stand
    there for its id. All other arguments are the fields of the body; where that is a single object, its fields are. `makes` is
    the address of what comes into being, with fields of the event in braces; then the answer is 201. Where body and arguments
    differ, `body` is the schema, and `give` gives the command what it wants. `beside` is told beside the facts of the event. With
    `by_link` the bearer holds a link, and the argument of that name is what it opens.
    """

    path: str
    command: AnyCommand
    tag: str
    method: Literal["POST", "PUT", "DELETE"] = "POST"
    makes: str = ""
    body: type[BaseModel] | None = None
    give: Callable[[Call, Mapping[str, Any], Any], Event] | None = None
    beside: Mapping[str, tuple[type, Callable[[Call, Event], Any]]] = field(default_factory=dict)
    name: str = ""
    by_link: str = ""

    @property
    def operation_id(self) -> str:
        """The name of the operation: that of its command, unless one command has several operations."""
        return self.name or self.command.name.partition(".")[2]


def mount(*writes: Write) -> None:
    """Add operations to the API."""
    for write in writes:
        _mount(write)


def _mount(write: Write) -> None:
    opened = f"{{{write.by_link}}}" if write.by_link else ""
    shape = shape_of(write.command, write.path + opened, write.operation_id)
    in_path = {name: kind for name, kind in shape.path.items() if name != write.by_link}
    body = write.body or shape.body

    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        refuse_unknown(request, view)
        return _answer(request, write, shape, values)

    view.__name__ = write.operation_id
    view.__signature__ = signature(in_path, body)  # type: ignore[attr-defined]
    summary, _, rest = (inspect.getdoc(write.command.function) or "").partition("\n")
    schema = answer_schema(event_of(write.command), {name: kind for name, (kind, _tell) in write.beside.items()})
    codes = _codes(write, schema)
    api.api_operation(
        [write.method],
        write.path,
        response=dict.fromkeys(codes, schema),
        operation_id=write.operation_id,
        summary=summary,
        description=f"{rest.strip()}\n\nPermission: `{write.command.name}`".strip(),
        tags=[write.tag],
        auth=LINK_AUTH[write.by_link] if write.by_link else NOT_SET,
        openapi_extra={"x-permission": write.command.name},
    )(view)


def _answer(request: HttpRequest, write: Write, shape: Shape, values: dict[str, Any]) -> HttpResponse:
    """Give the command what was sent, and tell what happened."""
    bearer, key, sent = bearer_of(request), values.pop("key"), values.pop("body", None)
    if not bearer.actor.may(write.command.name):  # the command asks too; here, before anything is looked up by its name
        raise NotPermitted(command=write.command.name)
    opened = {write.by_link: str(bearer.about_id)} if isinstance(bearer, LinkHolder) else {}
    call = call_of(bearer, write.operation_id, key, {"path": values, "body": getattr(request, "said", None)})
    with tenant_scope(bearer.tenant_id):
        try:
            event = give(call, key, lambda: _given(write, shape, call, values | opened, sent))
        except Refusal:
            # A name that the door looked up may mean nothing any more; what was answered once is answered again all the same.
            before = answered_before(call, write.command) if key else None
            if before is None:
                raise
            event = before
        beside = {name: tell(call, event) for name, (_kind, tell) in write.beside.items()}
    return told(facts_of(event) | beside, write.makes)


def _given(write: Write, shape: Shape, call: Call, path: Mapping[str, Any], sent: Any) -> Event:
    ids: dict[str, Any] = {name: id_of(name, value) if shape.path[name] is UUID else value for name, value in path.items()}
    if write.give is not None:
        return write.give(call, ids, sent)
    return shape.give(call, ids, {name: getattr(sent, name) for name in type(sent).model_fields} if sent is not None else {})


def _codes(write: Write, schema: type[BaseModel]) -> list[int]:
    """201 for what comes into being; both where the event says whether it did."""
    if not write.makes:
        return [200]
    return [200, 201] if "created" in schema.model_fields else [201]


def signature(path: Mapping[str, Any], body: type[BaseModel] | None, *, keyed: bool = True) -> inspect.Signature:
    """The parameters of the operation as the library reads them."""

    def parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)

    given = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    given += [parameter(name, str if kind is UUID else kind) for name, kind in path.items()]
    if keyed:
        given.append(parameter("key", Key, Header(None, alias="Idempotency-Key")))
    if body is not None:
        given.append(parameter("body", body, JsonBody(...)))
    return inspect.Signature(given)


def call_of(bearer: Bearer | LinkHolder, operation: str, key: str | None, said: Any, *, as_of: int | None = None) -> Call:
    """What the door hands to the command. Keys of different clients and operations never meet."""
    scoped = f"api:{bearer.actor.id}:{operation}:{key or new_id()}"
    return Call(tenant_id=bearer.tenant_id, actor=bearer.actor, key=scoped, said=said, as_of=as_of)


def give(call: Call, key: str | None, command: Callable[[], Event]) -> Event:
    """What the command answers; refusals name the client's own key, not the one that the door made of it."""
    try:
        return command()
    except KeyReused:
        raise KeyReused(field="Idempotency-Key", key=key) from None
    except StillRunning:
        raise StillRunning(field="Idempotency-Key", key=key) from None


def answered_before(call: Call, command: AnyCommand) -> Event | None:
    """What the command answered to the very same request under the same key, if it did."""
    same = JournalEntry.objects.filter(key=call.key, fingerprint=fingerprint(command.name, call.said), event__isnull=False)
    row = same.first()
    return decode(row.event_kind or "", row.event) if row else None


def told(facts: Mapping[str, Any], makes: str) -> HttpResponse:
    """The answer that tells an event: 201 and where to find it for what came into being, else 200."""
    if not makes:
        return json_answer(facts)
    response = json_answer(facts, status=201 if facts.get("created", True) else 200)
    response.headers["Location"] = location(makes, facts)
    return response


def location(makes: str, facts: Mapping[str, Any]) -> str:
    """Where to find what came into being."""
    return PREFIX + makes.format(**facts).lstrip("/")
