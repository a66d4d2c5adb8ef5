"""What a schema says against a request, told in our own words and in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.web.shared.problems import Fault, pointer

_NEEDED: Final = ("missing", _("This is needed."), _("Send it."))
_UNKNOWN: Final = ("unknown_field", _("There is no field of this name here."), _("Check its spelling, or leave it out."))
_NOT_ALLOWED: Final = ("not_one_of", _("This is not one of: {expected}."), _("Send one of: {expected}."))


def _wrong_type(what: Any, remedy: Any) -> tuple[str, Any, Any]:
    return ("wrong_type", what, remedy)


_TEXT: Final = _wrong_type(_("This must be text."), _("Send it as a JSON string."))
_WHOLE: Final = _wrong_type(_("This must be a whole number."), _("Send it as a JSON number without quotes and decimals."))
_DECIMAL: Final = _wrong_type(_("This must be a number."), _('Send it as a JSON number, or as text such as "12.5".'))
_YES_NO: Final = _wrong_type(_("This must be true or false."), _("Send true or false, without quotes."))
_LIST: Final = _wrong_type(_("This must be a list."), _("Send it in square brackets."))
_OBJECT: Final = _wrong_type(_("This must be an object."), _("Send it in braces."))
_UUID: Final = ("not_readable", _("This is no id."), _("Send a UUID, such as 0190b5c8-6f6e-7cc0-8000-123456789abc."))
_TIME: Final = (
    "not_readable",
    _("This is no time with a zone."),
    _("Send it as RFC 3339, such as 2026-11-23T09:30:00Z; in an address + is written %2B."),
)
_DATE: Final = ("not_readable", _("This is no date."), _("Send it as 2026-11-23."))

_SAID: Final[Mapping[str, tuple[str, Any, Any]]] = {
    "missing": _NEEDED,
    "missing_argument": _NEEDED,
    "missing_keyword_only_argument": _NEEDED,
    "extra_forbidden": _UNKNOWN,
    "unexpected_keyword_argument": _UNKNOWN,
    "literal_error": _NOT_ALLOWED,
    "enum": _NOT_ALLOWED,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_type": _DECIMAL,
    "decimal_parsing": _DECIMAL,
    "finite_number": _DECIMAL,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "timezone_aware": _TIME,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "greater_than_equal": ("out_of_range", _("This is less than {ge}."), _("Send {ge} or more.")),
    "greater_than": ("out_of_range", _("This is not more than {gt}."), _("Send more than {gt}.")),
    "less_than_equal": ("out_of_range", _("This is more than {le}."), _("Send {le} or less.")),
    "less_than": ("out_of_range", _("This is not less than {lt}."), _("Send less than {lt}.")),
    "string_too_short": ("too_short", _("The text has less than {min_length} characters."), _("Send a longer text.")),
    "string_too_long": ("too_long", _("The text has more than {max_length} characters."), _("Shorten it.")),
    "too_short": ("too_short", _("There are less than {min_length}."), _("Send at least {min_length}.")),
    "too_long": ("too_long", _("There are more than {max_length}."), _("Send at most {max_length}.")),
    "string_pattern_mismatch": ("not_readable", _("This is not written as it must be."), _("It must match {pattern}.")),
}


def faults(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """The faults behind the errors of a schema; the first part of each location says where it was sent."""
    return [_fault(error) for error in errors]


def _fault(error: Mapping[str, Any]) -> Fault:
    place, *inside = error["loc"]
    if place == "body":
        inside = inside[1:]  # the parameter that the body is read into is no part of it
    kind = str(error["type"])
    said = _SAID.get(kind)
    if said is None and kind.startswith(("datetime", "time")):
        said = _TIME
    code, detail, remedy = said or ("not_usable", error["msg"], _("The schema of this operation says what it takes."))
    facts = error.get("ctx", {})
    return Fault(
        place=str(place),
        field=".".join(map(str, inside)) or str(place),
        code=code,
        detail=_filled(detail, facts),
        remedy=_filled(remedy, facts),
        pointer=pointer(inside) if place == "body" else None,
    )


def _filled(sentence: Any, facts: Mapping[str, Any]) -> str:
    text = str(sentence)
    return text.format(**facts) if facts and "{" in text else text
