"""The forms of accounts at payment firms, payment methods and levels of reminders: what can be typed, and what comes of it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.words import method_name
from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import plain
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.ports import Field as FirmField
from dingdan.masterdata.methods.ports import Firm, Mode, Way, firms, without_account
from dingdan.masterdata.methods.rules import (
    BUILT_IN,
    ICONS,
    MerchantAccountDraft,
    PaymentMethodDraft,
    ReminderLevelDraft,
    Sale,
)
from dingdan.web.backoffice.pages import Field, Group
from dingdan.web.backoffice.typed import amount, days
from dingdan.web.backoffice.words import word

LANGUAGES: Final = (("en", "English"), ("zh-Hant", "繁體中文"), ("zh-Hans", "简体中文"))

# ── accounts at payment firms ────────────────────────────────────────────────────────────────────────────────────────────


def account_fields(firm: Firm, row: MerchantAccount | None) -> list[Field | Group]:
    """What a firm wants to know of an account. Secrets are never shown: one that is there says so, and can be replaced."""
    said, known = (row.settings, set(row.secrets_known)) if row else ({}, set[str]())
    return [
        Field("gateway", "", "hidden", firm.code),
        Field("merchant", firm.merchant, value=row.merchant if row else "", is_required=True, most=64),
        Field("name", _("Name"), value=row.name if row else "", note=_("For the people of the shop."), most=200),
        Field(
            "mode", _("Mode"), "choice", row.mode if row else firm.modes[0].value, [(one.value, _mode(one)) for one in firm.modes]
        ),
        *(_setting(one, said.get(one.name, "")) for one in firm.fields if not one.secret),
        *(_secret(one, is_there=one.name in known) for one in firm.fields if one.secret),
    ]


def _mode(mode: Mode) -> str:
    words = {
        Mode.LIVE: _("Real money"), Mode.TEST: _("The firm's own place for trying"),
        Mode.SANDBOX: _("The sandbox that ships with the program"),
    }  # fmt: skip
    return words[mode]


def _setting(one: FirmField, said: str) -> Field:
    if one.choices:
        choices = [(code, word(code)) for code in (("", *one.choices) if not one.required else one.choices)]
        return Field(f"setting.{one.name}", one.label, "choice", said, choices, note=one.hint)
    kind = "text" if one.many_lines else "line"
    return Field(f"setting.{one.name}", one.label, kind, said, note=one.hint, is_required=one.required)


def _secret(one: FirmField, *, is_there: bool) -> Field:
    told = _("It is there. Leave this empty to keep it, or replace it.") if is_there else ""
    note = " ".join(filter(None, (told, str(one.hint))))
    kind = "text" if one.many_lines else "line"
    return Field(f"secret.{one.name}", one.label, kind, "", note=note, is_required=one.required and not is_there)


def account_draft(sent: QueryDict, firm: Firm, row: MerchantAccount | None) -> MerchantAccountDraft:
    """The account as it was typed. A secret that was left empty stays as it was."""
    secrets = {one.name: sent.get(f"secret.{one.name}", "") for one in firm.fields if one.secret}
    return MerchantAccountDraft(
        id=row.id if row else None, gateway=firm.code, merchant=sent.get("merchant", ""), name=sent.get("name", ""),
        mode=sent.get("mode", ""),
        settings={one.name: sent.get(f"setting.{one.name}", "") for one in firm.fields if not one.secret},
        secrets={name: text for name, text in secrets.items() if text.strip()},
    )  # fmt: skip


# ── payment methods ──────────────────────────────────────────────────────────────────────────────────────────────────────


def method_fields(row: PaymentMethod | None) -> list[Field | Group]:
    """What is to be filled in, with what a method says now."""
    now = row or PaymentMethod()
    kinds = [(code, method_name(code)) for code in BUILT_IN] + [(one.code, one.name) for one in firms.values()]
    kinds += [(code, method_name(code)) for code in sorted(without_account)]
    return [
        Field("gateway", _("Paid through"), "choice", now.gateway or "bank_transfer", kinds),
        Field(
            "code",
            _("Code"),
            value=now.code,
            note=_("The gateway's; that of a firm may go on, such as alipay_qr."),
            is_required=True,
        ),
        Field("name", _("Name"), value=now.name, note=_("As customers read it."), is_required=True, most=200),
        Group(_("Name in other languages"), _in_languages("name_i18n", now.name_i18n)),
        Field("instructions", _("What customers are told"), "text", now.instructions),
        Group(_("The same in other languages"), _in_languages("instructions_i18n", now.instructions_i18n, "text")),
        Field("icon", _("Picture"), "choice", now.icon, [("", _("The usual one")), *((one, word(one)) for one in ICONS)]),
        Field("position", _("Position"), "number", str(now.position), note=_("The lowest is offered first.")),
        Field("channels", _("Only in these channels (none: all)"), "several", now.channels, _channels()),
        Group(_("To whom it is offered"), _narrow(now), small=_("Empty: everybody. Amounts want one currency.")),
        Field("ways", _("Only these ways (none: what fits the device)"), "several", now.ways, _ways()),
        Group(_("What it costs"), _costs(now), small=_("Below zero: a discount. Many countries forbid surcharges on cards.")),
        Group(_("When it is to be paid"), _times(now)),
        Field("net_days_by_group", _("On account: days by customer group"), "text", _by_group_text(now), note=_SUCH_AS),
    ]


_SUCH_AS = gettext_lazy("One on each line, such as wholesale: 60.")


def _channels() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in all_channels()]


def _ways() -> list[tuple[str, str]]:
    return [(one.value, word(one)) for one in Way]


def _by_group_text(now: PaymentMethod) -> str:
    return "\n".join(f"{group}: {count}" for group, count in now.net_days_by_group.items())


def _in_languages(name: str, said: dict[str, str], kind: str = "line") -> list[Field]:
    return [Field(f"{name}.{tag}", language, kind, said.get(tag, "")) for tag, language in LANGUAGES]


def _narrow(now: PaymentMethod) -> list[Field]:
    currency = now.currencies[0] if len(now.currencies) == 1 else tenant_in_scope().currency
    return [
        Field("countries", _("Countries of delivery, such as GB FR"), value=" ".join(now.countries)),
        Field("currencies", _("Currencies, such as EUR"), value=" ".join(now.currencies)),
        Field("groups", _("Customer groups, by commas"), value=", ".join(now.groups)),
        Field("least", _("From this amount"), value=plain(now.least, currency) if now.least is not None else ""),
        Field("most", _("Up to this amount"), value=plain(now.most, currency) if now.most is not None else ""),
    ]


def _costs(now: PaymentMethod) -> list[Field]:
    currency = now.currencies[0] if len(now.currencies) == 1 else tenant_in_scope().currency
    return [
        Field("charge_rate", _("Percent of what is paid"), value=_percent(now.charge_rate)),
        Field("charge_amount", _("Amount besides"), value=plain(now.charge_amount, currency) if now.charge_amount else ""),
        Field("tax_class", _("Tax class of the surcharge"), value=now.tax_class),
    ]


def _times(now: PaymentMethod) -> list[Field]:
    return [
        Field("expires_hours", _("Hours that an order waits for its money"), "number", _number(now.expires_hours)),
        Field("net_days", _("On account: days after the invoice"), "number", _number(now.net_days)),
    ]


def method_draft(sent: QueryDict, row: PaymentMethod | None) -> PaymentMethodDraft:
    """The method as it was typed. Refuses what is no number or amount, naming the field."""
    currencies = _several(sent.get("currencies", "").upper())
    money = currencies[0] if len(currencies) == 1 else tenant_in_scope().currency
    return PaymentMethodDraft(
        id=row.id if row else None, code=sent.get("code", ""), gateway=sent.get("gateway", ""), name=sent.get("name", ""),
        name_i18n=_by_language(sent, "name_i18n"), instructions=sent.get("instructions", ""),
        instructions_i18n=_by_language(sent, "instructions_i18n"), icon=sent.get("icon", ""), position=days(sent, "position"),
        channels=tuple(sent.getlist("channels")), countries=_several(sent.get("countries", "").upper()), currencies=currencies,
        groups=tuple(filter(None, (one.strip() for one in sent.get("groups", "").split(",")))),
        least=amount(sent, "least", money), most=amount(sent, "most", money), ways=tuple(sent.getlist("ways")),
        charge_rate=_rate(sent, "charge_rate"), charge_amount=_signed(sent, "charge_amount", money),
        tax_class=sent.get("tax_class", ""), expires_hours=_days(sent, "expires_hours"), net_days=_days(sent, "net_days"),
        net_days_by_group=_by_group(sent),
    )  # fmt: skip


def preview_fields(now: Sale | None) -> list[Field]:
    """For whom it is asked what is offered."""
    channels = [(one.code, one.name) for one in all_channels()]
    currency = now.currency if now else tenant_in_scope().currency
    return [
        Field("channel", _("Channel"), "choice", now.channel if now else "", channels),
        Field("country", _("Country of delivery"), value=now.country if now else tenant_in_scope().country, most=2),
        Field("currency", _("Currency"), value=currency, most=3),
        Field("amount", _("Amount"), value=plain(now.amount, currency) if now else ""),
        Field("group", _("Customer group"), value=now.group if now else ""),
    ]


def previewed(asked: QueryDict) -> Sale | None:
    """The sale that is asked about; None where nothing is asked. Refuses what is no amount."""
    if "channel" not in asked:
        return None
    currency = asked.get("currency", "").strip().upper()
    return Sale(
        channel=asked.get("channel", ""), country=asked.get("country", "").strip().upper(), currency=currency,
        amount=amount(asked, "amount", currency) or 0, group=asked.get("group", "").strip(),
    )  # fmt: skip


# ── levels of reminders ──────────────────────────────────────────────────────────────────────────────────────────────────


def level_fields(row: ReminderLevel | None) -> list[Field | Group]:
    """What is to be filled in, with what a level says now."""
    now = row or ReminderLevel(level=1, days=7)
    currency = now.currency or tenant_in_scope().currency
    return [
        Field("level", _("Level"), "number", str(now.level), note=_("1 is the first reminder."), is_required=True),
        Field("days", _("Days after the invoice was due"), "number", str(now.days), is_required=True),
        Field("fee", _("Fee"), value=plain(now.fee, currency) if now.fee else "", note=_("It is added to the order.")),
        Field("currency", _("Currency"), value=currency, most=3),
        Field("automatic", _("It is sent by itself; otherwise it is proposed"), "tick", now.automatic),
    ]


def level_draft(sent: QueryDict, row: ReminderLevel | None) -> ReminderLevelDraft:
    """The level as it was typed. Refuses what is no number or amount, naming the field."""
    currency = sent.get("currency", "").strip().upper()
    return ReminderLevelDraft(
        id=row.id if row else None, level=days(sent, "level"), days=days(sent, "days"),
        fee=amount(sent, "fee", currency or tenant_in_scope().currency) or 0, currency=currency, automatic="automatic" in sent,
    )  # fmt: skip


# ── what several share ───────────────────────────────────────────────────────────────────────────────────────────────────


def _by_language(sent: QueryDict, name: str) -> dict[str, str]:
    found = {tag: sent.get(f"{name}.{tag}", "").strip() for tag, _language in LANGUAGES}
    return {tag: text for tag, text in found.items() if text}


def _by_group(sent: QueryDict) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in sent.get("net_days_by_group", "").splitlines():
        group, _colon, count = (part.strip() for part in line.rpartition(":"))
        if group and count.isdecimal() and len(count) < 6:
            found[group] = int(count)
        elif line.strip():
            raise Invalid(field="net_days_by_group", reason=_("Write a group, a colon and its days on each line."))
    return found


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _days(sent: QueryDict, name: str) -> int | None:
    return days(sent, name) if sent.get(name, "").strip() else None


def _signed(sent: QueryDict, name: str, currency: str) -> int:
    text = sent.get(name, "").strip()
    if not text.startswith(("-", "−")):
        return amount(sent, name, currency) or 0
    bare = QueryDict(mutable=True)
    bare[name] = text[1:]
    return -(amount(bare, name, currency) or 0)


def _rate(sent: QueryDict, name: str) -> Decimal:
    try:
        return Decimal(sent.get(name, "").strip().rstrip("%") or "0") / 100
    except InvalidOperation:
        raise Invalid(field=name, reason=_("Write a percentage such as 15.")) from None


def _percent(rate: Decimal) -> str:
    return format((Decimal(rate) * 100).normalize(), "f") if rate else ""
