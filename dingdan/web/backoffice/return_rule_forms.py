"""The form of a rule about returns: what can be typed, and the rule that comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import plain
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.policies.lifecycle import Condition, CountedFrom, PaidBy, RefundAt
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.policies.rules import PRESETS, ReturnRuleDraft
from dingdan.web.backoffice.pages import Field, Group
from dingdan.web.backoffice.typed import amount, reason_choices
from dingdan.web.backoffice.words import moment, word


def fields(row: ReturnRule | None) -> list[Field | Group]:
    """What is to be filled in, with what a rule says now."""
    now = row or ReturnRule()
    return [
        Field("name", _("Name"), value=now.name, is_required=True, most=200),
        Field("code", _("Code"), value=now.code, note=_("What programs call it: letters, digits, hyphens."), is_required=True),
        Field("position", _("Position"), "number", str(now.position), note=_("Of the rules that fit the lowest decides.")),
        *_narrow(now),
        Group(_("May such goods come back?"), _window(now)),
        Group(_("What it costs"), _costs(now)),
        Field("grades_count", _("The grade lowers the refund"), "tick", now.grades_count),
        Field("refund_at", _("Money goes back"), "choice", now.refund_at, [(one.value, moment(one)) for one in RefundAt]),
        Field("sends_ahead", _("Goods in exchange leave ahead"), "tick", now.sends_ahead),
    ]


def _narrow(now: ReturnRule) -> list[Field]:
    """What a rule is about; what is empty narrows nothing."""
    channels = [(one.code, one.name) for one in all_channels()]
    return [
        Field("channels", _("Only in these channels (none: all)"), "several", now.channels, channels),
        Field("reasons", _("Only for these reasons (none: all)"), "several", now.reasons, reason_choices()),
        Field(
            "countries", _("Only to these countries"), value=" ".join(now.countries), note=_("Two letters each, such as GB FR.")
        ),
        Field("skus", _("Only these SKUs"), "text", "\n".join(now.skus), note=_("One on each line.")),
        Field("tax_classes", _("Only these tax classes"), value=" ".join(now.tax_classes)),
        Field("starts_on", _("For orders from"), value=_day(now.starts_on), note=_("Such as 2026-11-30.")),
        Field("ends_on", _("For orders until"), value=_day(now.ends_on)),
    ]


def _window(now: ReturnRule) -> list[Field]:
    days = "" if now.window_days is None else str(now.window_days)
    return [
        Field("allows", _("They may come back; otherwise it is a final sale"), "tick", now.allows),
        Field("window_days", _("Days"), "number", days, note=_("Empty: no end.")),
        Field("counted_from", _("Counted from"), "choice", now.counted_from, [(one.value, moment(one)) for one in CountedFrom]),
        Field("conditions", _("Only in these conditions (none: any)"), "several", now.conditions, _words(Condition)),
    ]


def _costs(now: ReturnRule) -> list[Field]:
    currency = now.currency or tenant_in_scope().currency
    return [
        Field("shipping_paid_by", _("The way back is paid by"), "choice", now.shipping_paid_by, _words(PaidBy)),
        Field("shipping_fee", _("Kept back for the way"), value=plain(now.shipping_fee, currency) if now.shipping_fee else ""),
        Field("restocking_rate", _("Kept back of the price, in percent"), value=_percent(now.restocking_rate)),
        Field("restocking_fee", _("Kept back per unit"), value=plain(now.restocking_fee, currency) if now.restocking_fee else ""),
        Field("currency", _("Currency"), value=now.currency, note=_("Needed with amounts; the rule is for it alone.")),
    ]


def preset_fields() -> list[Field]:
    """Which rules that ship with the program are taken over."""
    names = {"europe": _("Europe and the United Kingdom"), "china": _("China"), "thirty-days": _("Thirty days")}
    return [Field("preset", _("Rules"), "choice", "", [(code, names.get(code, code)) for code in PRESETS])]


def draft(sent: QueryDict, row: ReturnRule | None) -> ReturnRuleDraft:
    """The rule as it was typed. Refuses what is no number, amount or day, naming the field."""
    currency = sent.get("currency", "").strip().upper()
    money = currency or tenant_in_scope().currency
    window = sent.get("window_days", "").strip()
    return ReturnRuleDraft(
        id=row.id if row else None, code=sent.get("code", ""), name=sent.get("name", ""), position=_whole(sent, "position"),
        channels=tuple(sent.getlist("channels")), countries=_several(sent.get("countries", "").upper()),
        tax_classes=_several(sent.get("tax_classes", "")), skus=_several(sent.get("skus", "")),
        reasons=tuple(sent.getlist("reasons")), currency=currency, starts_on=_date(sent, "starts_on"),
        ends_on=_date(sent, "ends_on"), allows="allows" in sent, window_days=_whole(sent, "window_days") if window else None,
        counted_from=sent.get("counted_from", ""), conditions=tuple(sent.getlist("conditions")),
        shipping_paid_by=sent.get("shipping_paid_by", ""), shipping_fee=amount(sent, "shipping_fee", money) or 0,
        restocking_rate=_rate(sent, "restocking_rate"), restocking_fee=amount(sent, "restocking_fee", money) or 0,
        grades_count="grades_count" in sent, refund_at=sent.get("refund_at", ""), sends_ahead="sends_ahead" in sent,
    )  # fmt: skip


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _whole(sent: QueryDict, name: str) -> int:
    text = sent.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(field=name, reason=_("Write a whole number."))
    return int(text)


def _rate(sent: QueryDict, name: str) -> Decimal:
    try:
        return Decimal(sent.get(name, "").strip().rstrip("%") or "0") / 100
    except InvalidOperation:
        raise Invalid(field=name, reason=_("Write a percentage such as 15.")) from None


def _date(sent: QueryDict, name: str) -> date | None:
    text = sent.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(field=name, reason=_("Write a day such as 2026-11-30.")) from None


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _percent(rate: Decimal) -> str:
    return format((rate * 100).normalize(), "f") if rate else ""


def _words(codes: Iterable[StrEnum]) -> list[tuple[str, Any]]:
    return [(one.value, word(one)) for one in codes]
