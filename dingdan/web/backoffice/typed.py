"""What people type into forms, as what commands take. What is left empty is nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import parse
from dingdan.kernel.quantity import UNITS, parse_quantity
from dingdan.kernel.wording import as_read
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.policies.lifecycle import Condition
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.masterdata.policies.queries import grades_in_force, reasons_in_force
from dingdan.masterdata.policies.rules import NAMES
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
    told = [(code, reason_read(code, row)) for code, row in reasons_in_force().items()]
    return sorted(told, key=lambda one: one[0] != first)


def reason_names() -> dict[str, str]:
    """What reasons are called in the reader's language, by code, also those that are given no more."""
    rows = {row.code: row for row in ReturnReason.objects.all()}
    return {code: reason_read(code, rows.get(code)) for code in {**NAMES["reason"], **rows}}


def reason_read(code: str, row: ReturnReason | None) -> str:
    """What a reason is called in the reader's language; without a row, as it ships with the program."""
    usual = NAMES["reason"].get(code)
    if row is None:
        return as_read(usual, usual) if usual else word(code)
    read = as_read(row.name, usual)
    wanted = (get_language() or "en").lower()
    return next((text for tag, text in row.name_i18n.items() if tag.lower() == wanted), read)


def condition_choices() -> list[tuple[str, str]]:
    """In which condition goods may be said to be."""
    return [("", _("Not told")), *((one.value, word(one)) for one in Condition)]


def named_grades() -> list[tuple[str, str, str]]:
    """The grades that can be given: the code, what each is called, and where its pieces go."""
    own = {row.code: grade_read(row) for row in ReturnGrade.objects.filter(state="active")}
    usual = {code: as_read(name, name) for code, name in NAMES["grade"].items()}
    return [(code, own.get(code) or usual.get(code, code), str(grade.goes_to)) for code, grade in grades_in_force().items()]


def grade_read(row: ReturnGrade) -> str:
    """What a grade is called, for whoever looks."""
    return as_read(row.name, NAMES["grade"].get(row.code))


def rule_read(row: ReturnRule) -> str:
    """What a rule is called, for whoever looks."""
    return as_read(row.name, NAMES["rule"].get(row.code))


def rule_names() -> dict[str, str]:
    """What the rules about returns are called, by code."""
    return {row.code: rule_read(row) for row in ReturnRule.objects.all()}


def grade_names() -> dict[str, str]:
    """The same by code, as one chooses among them."""
    return {code: f"{name} → {word(goes_to)}" for code, name, goes_to in named_grades()}
