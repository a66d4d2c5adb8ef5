"""What people type into forms, as what commands take. What is left empty is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import parse
from dingdan.kernel.quantity import UNITS, parse_quantity
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.policies.lifecycle import Condition
from dingdan.masterdata.policies.models import ReturnGrade
from dingdan.masterdata.policies.queries import grades_in_force, reasons_in_force
from dingdan.web.backoffice.words import word


def counted(sent: QueryDict, name: str, variant: Variant | None = None) -> int:
    """How many were typed into a field, in the unit of their article; 0 for none."""
    text = sent.get(name, "").strip()
    unit = UNITS[variant.unit] if variant else UNITS["piece"]
    return 0 if text.strip("0.") == "" else parse_quantity(text, unit, field=name)


def amount(sent: QueryDict, name: str, currency: str) -> int | None:
    """The amount typed into a field, in minor units; None for none. Refuses what is no amount."""
    text = sent.get(name, "").strip()
    return parse(text, currency, field=name).amount if text else None


def days(sent: QueryDict, name: str) -> int:
    """The days typed into a field; 0 for none. Refuses what is no whole number."""
    text = sent.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Invalid(field=name, reason=_("Write the days as a whole number."))
    return int(text)


def known_id(sent: QueryDict, name: str) -> UUID | None:
    """The id that was chosen in a field; None for none, and for what is no id."""
    try:
        return UUID(sent.get(name, ""))
    except ValueError:
        return None


def reason_choices(first: str = "other") -> list[tuple[str, str]]:
    """The reasons of the shop in the reader's language, one of them first."""
    told = [(code, _in_language(row.name, row.name_i18n) if row else word(code)) for code, row in reasons_in_force().items()]
    return sorted(told, key=lambda one: one[0] != first)


def condition_choices() -> list[tuple[str, str]]:
    """In which condition goods may be said to be."""
    return [("", _("Not told")), *((one.value, word(one)) for one in Condition)]


def named_grades() -> list[tuple[str, str, str]]:
    """The grades that can be given: the code, what each is called, and where its pieces go."""
    own = dict(ReturnGrade.objects.filter(state="active").values_list("code", "name"))
    return [(code, own.get(code) or _spelled_grade(code), str(grade.goes_to)) for code, grade in grades_in_force().items()]


def grade_names() -> dict[str, str]:
    """The same by code, as one chooses among them."""
    return {code: f"{name} → {word(goes_to)}" for code, name, goes_to in named_grades()}


def _spelled_grade(code: str) -> str:
    usual = {
        "A": _("A: as new"), "B": _("B: opened, good"), "C": _("C: worn or incomplete"), "refurbish": _("To be refurbished"),
        "scrap": _("Beyond repair"), "supplier": _("Back to the supplier"),
    }  # fmt: skip
    return usual.get(code, code)


def _in_language(name: str, names: Mapping[str, str]) -> str:
    wanted = (get_language() or "en").lower()
    return next((text for tag, text in names.items() if tag.lower() == wanted), name)
