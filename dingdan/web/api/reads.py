"""Operations that ask: a function with a permission, an address and a type for its answer."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, cast

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja.constants import NOT_SET
from pydantic import Field
from pydantic_core import core_schema

from dingdan.kernel.errors import NotPermitted, Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.api.access import LINK_AUTH, LinkHolder, bearer_of
from dingdan.web.api.frame import api
from dingdan.web.api.shapes import zoned
from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.permissions import READS
from dingdan.web.shared.problems import Fault
from dingdan.web.shared.reading import LARGEST_NUMBER, InvalidRequest

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Function = TypeVar("Function", bound=Callable[..., Any])

LARGEST_PAGE: Final = 100
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")]
Position = Annotated[int, Field(ge=0, le=LARGEST_NUMBER, description="What was seen last; nothing when 0.")]
After = Annotated[str | None, Field(max_length=500, description="The `next` of the page before.")]


class OneOf:
    """Says of a parameter that it is one of a few words: anything else is refused rather than finding nothing."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = [str(word) for word in words]

    def __get_pydantic_core_schema__(self, _source: Any, _next: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(self.words)


class UnusableCursor(Refusal):
    """What was sent as the place to go on from is none that this list gave."""

    status = 422
    sentence = _("This is no place to go on from.")
    remedy = _("Send the “next” of the page before, or nothing for the first page.")


class UnknownParameter(Refusal):
    """A filter that does not exist would silently find everything."""

    status = 422
    sentence = _("There is no parameter {name} here.")
    remedy = _("Use one of: {known}.")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list. `next` is the place to go on from; null at the end."""

    items: list[T]
    next: str | None


def read(
    path: str, *, permission: str, tag: str, answers: Any = None, media: str | tuple[str, ...] = "",
    method: Literal["GET", "POST"] = "GET", by_link: str = "", previews: bool = False,
) -> Callable[[Function], Function]:  # fmt: skip
    """Let a function answer GET (or POST, where a question is too long for an address).

    Its parameters are those of path and query, its return type is the schema of the answer. The first line of its docstring is
    the summary. It runs in the scope of the shop that asks; a parameter `bearer` is who asks. `answers` is the schema where the
    return type does not say it, `media` the media type (or types) where a file is answered. With `by_link` the bearer holds a
    link, and the parameter of that name is what it opens. One that `previews` what a command would come to refuses as the
    command would.
    """

    if permission not in READS:
        raise LookupError(f"{permission} is no permission to read: see dingdan.web.shared.permissions")

    def mount(function: Function) -> Function:
        signature = inspect.signature(function, eval_str=True)

        def view(request: HttpRequest, **values: Any) -> HttpResponseBase:
            bearer = bearer_of(request)
            if not bearer.actor.may(permission):
                raise NotPermitted(command=permission)
            refuse_unknown(request, view)
            if isinstance(bearer, LinkHolder):
                values[by_link] = bearer.about_id
            with tenant_scope(bearer.tenant_id):
                found = function(**values, **({"bearer": bearer} if "bearer" in signature.parameters else {}))
                return found if isinstance(found, HttpResponseBase) else json_answer(found)

        summary, _newline, rest = (inspect.getdoc(function) or "").partition("\n")
        asked = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
        given = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=zoned(one.annotation))
            for one in signature.parameters.values()
            if one.name not in ("bearer", by_link)
        ]
        view.__signature__ = inspect.Signature([asked, *given])  # type: ignore[attr-defined]
        view.__name__ = function.__name__
        api.api_operation(
            [method],
            path,
            response=None if media else answers or signature.return_annotation,
            operation_id=function.__name__,
            summary=summary,
            description=f"{rest.strip()}\n\nPermission: `{permission}`".strip(),
            tags=[tag],
            auth=LINK_AUTH[by_link] if by_link else NOT_SET,
            openapi_extra={"x-permission": permission}
            | (_file(media) if media else {})
            | ({"x-previews": True} if previews else {}),
        )(view)
        return function

    return mount


def _file(media: str | tuple[str, ...]) -> dict[str, Any]:
    """What the document says of an answer that is a file."""
    kinds = (media,) if isinstance(media, str) else media
    return {"responses": {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}}}}


def refuse_unknown(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Refuse parameters in the address that the operation does not have."""
    models = view._ninja_operation.models  # type: ignore[attr-defined] # noqa: SLF001 (the library keeps it there for this)
    known = {name for model in models if model.__ninja_param_source__ == "query" for name in model.__ninja_flatten_map__}
    for name in request.GET:
        if name not in known:
            refusal = UnknownParameter(field=name, name=name[:80], known=", ".join(sorted(known)) or "–")
            raise InvalidRequest(
                [Fault(place="query", field=name, code=refusal.code, detail=refusal.detail, remedy=refusal.advice)]
            )


def shaped(kind: type[T], row: object) -> T:
    """A row of the database as the dataclass that is answered: the attributes of the same names."""
    return kind(**{one.name: getattr(row, one.name) for one in fields(cast(Any, kind))})


def page(rows: QuerySet[M], make: Callable[[Sequence[M]], Iterable[T]], *, after: str | None, limit: int) -> Page[T]:
    """A page of rows that are ordered by unique columns, which `order_by` names; stable whatever is added meanwhile."""
    order = [str(name) for name in rows.query.order_by]
    if after is not None:
        rows = rows.filter(_beyond(order, _opened(after, rows, order)))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    last = [getattr(shown[-1], name.lstrip("-")) for name in order] if len(found) > limit else None
    return Page(list(make(shown)), _closed(last) if last else None)


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """What comes behind a row in an order: (a, b) > (x, y), said so that the index on (a, b) is used."""
    (first, *names), (value, *others) = order, values
    column, direction = first.lstrip("-"), "lt" if first.startswith("-") else "gt"
    if not names:
        return Q(**{f"{column}__{direction}": value})
    return Q(**{f"{column}__{direction}e": value}) & (Q(**{f"{column}__{direction}": value}) | _beyond(names, others))


def _closed(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def _opened(after: str, rows: QuerySet[Any], order: Sequence[str]) -> list[Any]:
    """The values of the row that a cursor names, as the columns hold them. Refuses what no page gave."""
    try:
        values = orjson.loads(base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(order):
            raise UnusableCursor(field="after")
        columns = [rows.model._meta.get_field(name.lstrip("-")) for name in order]
        return [column.to_python(_readable(value)) for column, value in zip(columns, values, strict=True)]
    except (ValueError, ValidationError):
        raise UnusableCursor(field="after") from None


def _readable(value: Any) -> Any:
    if isinstance(value, str) and value.isprintable() and value:
        return value
    if type(value) is int and abs(value) <= LARGEST_NUMBER:
        return value
    raise UnusableCursor(field="after")
