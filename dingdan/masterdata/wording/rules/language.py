"""The language in which shops word their mails: Liquid, as far as it can do no harm.

A wording reads names and decides by them. It has no loops but over the lines of the mail, keeps nothing but what it assigns, and
cannot reach what is not a text, a list or a mapping. How often it may loop, how much it may write and how deep it may nest is
limited, and names, filters and tags that are not known are refused before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final, TextIO

from django.utils.translation import gettext_lazy as _
from liquid import Environment, Node, RenderContext, StrictUndefined, Token
from liquid import builtin as given
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import assign_tag, case_tag, comment_tag, for_tag, if_tag, unless_tag
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from liquid.template import BoundTemplate
from liquid.token import TOKEN_TAG

from dingdan.kernel.errors import Refusal

OPENS, CLOSES, BLOCK = "\ue000", "\ue001", "\ue002"
"""Around every value that a wording writes, so that it is told from the wording itself; before the name of a block."""

MOST_LOOPS: Final = 1000
MOST_BYTES: Final = 100_000
DEEPEST: Final = 12
MOST_MARKS: Final = 200

TAGS: Final = ("if", "elsif", "else", "unless", "case", "when", "for", "break", "continue", "assign", "comment")
FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    name: getattr(given, name)
    for name in ("append", "capitalize", "default", "downcase", "prepend", "remove", "size", "strip", "truncate", "upcase")
}


class TemplateBroken(Refusal):
    """The wording cannot be read."""

    status = 422
    sentence = _("Line {line}, column {column} cannot be read: {reason}")
    remedy = _("Every {{% if %}} and {{% for %}} needs its end, every {{{{ its }}}}.")


class UnknownName(Refusal):
    """The wording calls something that such a mail does not know."""

    status = 422
    sentence = _("Line {line}, column {column}: nothing here is called “{name}”.")
    remedy = _("There are: {known}.")


class UnknownFilter(Refusal):
    """The wording changes a value in a way that there is not."""

    status = 422
    sentence = _("Line {line}, column {column}: there is no filter “{name}”.")
    remedy = _("There are: {known}.")


class UnknownTag(Refusal):
    """The wording has a tag that there is not."""

    status = 422
    sentence = _("Line {line}, column {column}: there is no tag “{name}”.")
    remedy = _("There are: {known}.")


class TemplateTooMuch(Refusal):
    """The wording would write too much, loop too often or nest too deep."""

    status = 422
    sentence = _("The wording does too much: it loops too often, nests too deep, counts by itself or writes too much.")
    remedy = _("Loop over the lines of the mail only, and write less.")


class LeadsNowhere(Refusal):
    """A link in the wording leads nowhere that mails may lead to."""

    status = 422
    sentence = _("“{url}” is no address that a mail may lead to.")
    remedy = _("Write links as [words](https://…), or with a name that is an address.")


class _Written(OutputNode):
    """Writes a value between its marks; what is neither text nor number is none."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if isinstance(value, (list, tuple, dict)):
            raise LiquidError("only texts and numbers can be written", token=self.token)
        text = to_liquid_string(value, autoescape=False)
        return buffer.write(f"{OPENS}{text}{CLOSES}")


class _Write(Output):
    node_class = _Written


class _Language(Environment):
    block_nesting_limit: ClassVar[int] = DEEPEST
    context_depth_limit: ClassVar[int] = DEEPEST
    loop_iteration_limit: ClassVar[int | None] = MOST_LOOPS
    local_namespace_limit: ClassVar[int | None] = MOST_BYTES
    output_stream_limit: ClassVar[int | None] = MOST_BYTES

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """What there is, and nothing else of what the library has."""
        for tag in (
            given.content.Literal, given.illegal.Illegal, _Write, if_tag.IfTag, unless_tag.UnlessTag, case_tag.CaseTag,
            for_tag.ForTag, for_tag.BreakTag, for_tag.ContinueTag, assign_tag.AssignTag, comment_tag.CommentTag,
        ):  # fmt: skip
            self.add_tag(tag)
        for name, change in FILTERS.items():
            self.add_filter(name, change)


_LANGUAGE: Final = _Language(undefined=StrictUndefined, strict_filters=True)


def parsed(source: str, field: str) -> BoundTemplate:
    """The wording, read. Refuses what cannot be read, and tags that there are not."""
    if source.count("{{") + source.count("{%") > MOST_MARKS:  # the library reads thousands of them very slowly
        raise TemplateTooMuch(field=field)
    try:
        return _read(source)
    except ResourceLimitError:
        raise TemplateTooMuch(field=field) from None
    except LiquidError as fault:
        token, message = fault.token, str(fault.message or "")
        if token and token.kind == TOKEN_TAG and message.startswith("unexpected tag") and not token.value.startswith("end"):
            raise UnknownTag(field=field, **_place(source, token), name=token.value, known=", ".join(TAGS)) from None
        raise TemplateBroken(field=field, **_place(source, token), reason=message) from None
    except (RecursionError, ValueError, TypeError, ArithmeticError):
        raise TemplateTooMuch(field=field) from None


@lru_cache(maxsize=200)
def _read(source: str) -> BoundTemplate:
    return _LANGUAGE.from_string(source.translate(_NO_MARKS))


_NO_MARKS: Final = dict.fromkeys(map(ord, (OPENS, CLOSES, BLOCK)))


def checked(source: str, field: str, *, known: Mapping[str, Any]) -> BoundTemplate:
    """The wording, read, of which every name, filter and loop is one that there is."""
    template = parsed(source, field)
    if any(isinstance(one, RangeLiteral) for one in _expressions(template)):
        raise TemplateTooMuch(field=field)
    said = template.analyze(include_partials=False)
    for variables in said.globals.values():
        for one in variables:
            if not _is_known(one.segments, known):
                raise UnknownName(field=field, **_at(source, one.span.index), name=str(one), known=", ".join(_paths(known)))
    for name, spans in said.filters.items():
        if name not in FILTERS:
            raise UnknownFilter(field=field, **_at(source, spans[0].index), name=name, known=", ".join(FILTERS))
    return template


def written(source: str, field: str, values: Mapping[str, Any]) -> str:
    """What the wording says with these values, each of them between its marks. Refuses what comes to too much."""
    try:
        return parsed(source, field).render(**_plain(values))
    except UndefinedError as fault:
        name = str(getattr(fault, "message", "")).partition(" ")[0].strip("'")
        raise UnknownName(field=field, **_place(source, fault.token), name=name, known=", ".join(_paths(values))) from None
    except ResourceLimitError:
        raise TemplateTooMuch(field=field) from None
    except LiquidError as fault:
        raise TemplateBroken(field=field, **_place(source, fault.token), reason=str(fault.message or "")) from None
    except (RecursionError, ValueError, TypeError, ArithmeticError):
        raise TemplateTooMuch(field=field) from None


def _plain(value: Any) -> Any:
    """Values as a wording gets them: texts, lists and mappings of our own, without the marks."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return text.translate(_NO_MARKS) if not text.startswith(BLOCK) else text


def _place(source: str, token: Token | None) -> dict[str, int]:
    return _at(source, token.start_index if token is not None else 0)


def _at(source: str, index: int) -> dict[str, int]:
    """The line and the column of a place, both counted from 1."""
    before = source[: max(0, index)]
    return {"line": before.count("\n") + 1, "column": len(before) - (before.rfind("\n") + 1) + 1}


def _expressions(template: BoundTemplate) -> Iterator[Expression]:
    context = RenderContext(template)

    def of(nodes: Iterable[Node]) -> Iterator[Expression]:
        for node in nodes:
            for one in node.expressions():
                yield from _with_children(one)
            yield from of(node.children(context, include_partials=False))

    return of(template.nodes)


def _with_children(one: Expression) -> Iterator[Expression]:
    yield one
    for child in one.children():
        yield from _with_children(child)


def _is_known(segments: Iterable[Any], known: Any) -> bool:
    """Whether a path leads to a value; of lists also to how long they are. A list may be empty, so none of its parts is named."""
    for segment in segments:
        if isinstance(known, (list, tuple)):
            return bool(segment == "size")
        if isinstance(known, Mapping) and isinstance(segment, str) and segment in known:
            known = known[segment]
        else:
            return False
    return not isinstance(known, Mapping)


def _paths(known: Mapping[str, Any], before: str = "") -> list[str]:
    found = []
    for name, value in known.items():
        found += _paths(value, f"{before}{name}.") if isinstance(value, Mapping) else [f"{before}{name}"]
    return found
