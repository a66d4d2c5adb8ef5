"""What an operation takes and answers, read off its command: arguments become path and body, the event becomes the answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from dingdan.kernel.command import BatchCommand, Command
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event

AnyCommand = Command[Any, Any] | BatchCommand[Any, Any]
Declared = dict[str, tuple[Any, Any]]
Give = Callable[[Call, Mapping[str, Any], Mapping[str, Any]], Event]
_IN_PATH: Final = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Shape:
    """How path and body of an operation become what its command wants.

    `path` has the type of every name in the path, `body` the schema of the body (None: there is none), and `give` gives the
    command what the path and the body hold.
    """

    path: Mapping[str, Any]
    body: type[BaseModel] | None
    give: Give


def shape_of(command: AnyCommand, path: str, name: str) -> Shape:
    """The shape of an operation that gives the command; names in braces in the path are left out of the body."""
    named = _IN_PATH.findall(path)
    if isinstance(command, BatchCommand):
        intent = intent_of(command)
        rest, types = _split(_fields_of(intent), named)
        return Shape(types, _schema(name, rest), lambda call, ids, sent: submit(command, call, intent(**ids, **sent)))
    rest, types = _split(_arguments_of(command), named)
    if len(rest) == 1:
        ((argument, (draft, _)),) = rest.items()
        if is_dataclass(draft) and isinstance(draft, type) and all(one.kw_only for one in fields(draft)):  # no mere value
            return _shape_of_draft(command, name, types, argument=argument, draft=draft)
    return Shape(types, _schema(name, rest), lambda call, ids, sent: command(call, **ids, **sent))


def intent_of(command: BatchCommand[Any, Any]) -> type[Any]:
    """What a command for many calls wants to know of each."""
    (intent,) = get_args(get_type_hints(command.function)["batch"])
    wanted: type[Any] = intent
    return wanted


def _shape_of_draft(command: Command[Any, Any], name: str, types: dict[str, Any], *, argument: str, draft: type) -> Shape:
    """A command that takes one object: its fields are the body's. A name in the path that is neither the command's argument nor
    a field of the object is the object's id."""
    own, inside = _arguments_of(command), _fields_of(draft)
    in_draft = {key: key if key in inside else "id" for key in types if key not in own}
    rest = {key: declared for key, declared in inside.items() if key != "id" and key not in in_draft.values()}

    def give(call: Call, ids: Mapping[str, Any], sent: Mapping[str, Any]) -> Event:
        beside = {key: value for key, value in ids.items() if key in own}
        named = {field: ids[key] for key, field in in_draft.items()}
        event: Event = command(call, **beside, **{argument: draft(**sent, **named)})
        return event

    return Shape(types, _schema(name, rest), give)


def _split(arguments: Declared, named: list[str]) -> tuple[Declared, dict[str, Any]]:
    """What is left for the body, and the types of what the path names; ids where the command does not say, or does not insist."""
    rest = {name: declared for name, declared in arguments.items() if name not in named}
    types = {name: arguments[name][0] if name in arguments else UUID for name in named}
    return rest, {name: UUID if type_ == UUID | None else type_ for name, type_ in types.items()}


def _arguments_of(command: Command[Any, Any]) -> Declared:
    hints = get_type_hints(command.function)
    given = list(inspect.signature(command.function).parameters.values())[1:]
    return {one.name: (zoned(hints[one.name]), ... if one.default is one.empty else one.default) for one in given}


def _fields_of(kind: type) -> Declared:
    hints, declared = get_type_hints(kind), Declared()
    for one in fields(kind):
        default: Any = ... if one.default is MISSING else one.default
        if one.default_factory is not MISSING:
            default = Field(default_factory=one.default_factory)
        declared[one.name] = (zoned(hints[one.name]), default)
    return declared


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "no such time") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


def zoned(annotation: Any) -> Any:
    """The type, but a time must say its zone: one without would be read as somebody's own. What it becomes is in UTC."""
    if annotation is datetime:
        return Moment
    if get_origin(annotation) in (Union, UnionType):
        return Union[tuple(zoned(one) for one in get_args(annotation))]  # noqa: UP007 (made from a list)
    return annotation


def _schema(name: str, declared: Declared) -> type[BaseModel] | None:
    if not declared:
        return None
    title = "".join(word.capitalize() for word in name.split("_"))
    made: type[BaseModel] = create_model(title, __config__=ConfigDict(extra="forbid", defer_build=True), **declared)  # type: ignore[call-overload]
    return made


def event_of(command: AnyCommand) -> type[Event]:
    """The kind of event that the command returns."""
    if isinstance(command, BatchCommand):
        return command.returns
    kind: type[Event] = get_type_hints(command.function)["return"]
    return kind


def answer_schema(kind: type[Event], beside: Mapping[str, type] | None = None) -> type[BaseModel]:
    """The schema of the answer that tells an event: its name, its facts, and what is told beside them."""
    hints = get_type_hints(kind)
    facts = {one.name: (hints[one.name], ...) for one in fields(kind)}  # type: ignore[arg-type]
    facts |= {name: (type_, ...) for name, type_ in (beside or {}).items()}
    doc = inspect.getdoc(kind) or ""
    made: type[BaseModel] = create_model(  # type: ignore[call-overload]
        kind.__name__, __doc__=doc, __config__=ConfigDict(defer_build=True), event=(Literal[kind.__name__], ...), **facts
    )
    return made


def facts_of(event: Event) -> dict[str, Any]:
    """The answer that tells an event."""
    told = {one.name: getattr(event, one.name) for one in fields(event)}  # type: ignore[arg-type]
    return {"event": type(event).__name__, **told}
