"""What can be done with accounts at payment firms, payment methods and levels of reminders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.sealing import seal
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.methods.events import (
    MerchantAccountSaved,
    MerchantAccountTurned,
    PaymentMethodSaved,
    PaymentMethodTurned,
    ReminderLevelSaved,
    ReminderLevelTurned,
)
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE, METHOD_LIFE
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.ports import Firm, firms, without_account
from dingdan.masterdata.methods.queries import PURPOSE, opened
from dingdan.masterdata.methods.rules import (
    VEILED,
    FieldMissing,
    MerchantAccountDraft,
    PaymentMethodDraft,
    ReminderLevelDraft,
    UnknownField,
    UnknownFirm,
    clean_level,
    clean_method,
)

key_of("payment_method_code_is_unique", field="code", what="payment method")
key_of("a_reminder_level_is_there_once", field="level", what="reminder level")
key_of("a_merchant_account_is_there_once", field="merchant", what="merchant account")
key_of("a_firm_has_one_account_in_use", field="gateway", what="merchant account")

_LONGEST = 20_000


@command
def save_merchant_account(entry: Entry, *, account: MerchantAccountDraft) -> MerchantAccountSaved:
    """Write an account at a payment firm down, or change it.

    Refuses a firm that there is no adapter for, settings that it does not know, the lack of those that it needs, and what its
    adapter cannot read.
    """
    if account.id is not None:
        locked(entry, MerchantAccount, account.id)
    firm = firms.get(account.gateway)
    if firm is None:
        raise UnknownFirm(gateway=account.gateway, known=", ".join(sorted(firms)) or "–", field="gateway")
    draft = _clean(account, firm)
    known = MerchantAccount.objects.select_for_update(no_key=True).filter(gateway=draft.gateway, merchant=draft.merchant)
    row = locked(entry, MerchantAccount, draft.id) if draft.id else known.first()
    before = opened(row.sealed) if row else {}
    secrets = {name: text for name, text in {**before, **draft.secrets}.items() if text}
    _complete(firm, {**draft.settings, **secrets})
    if firm.check:
        firm.check({**draft.settings, **secrets})
    saved = put(
        entry,
        row,
        {
            "gateway": draft.gateway,
            "merchant": draft.merchant,
            "name": draft.name,
            "mode": draft.mode,
            "settings": dict(draft.settings),
            "sealed": row.sealed if row and secrets == before else seal(json.dumps(secrets), purpose=PURPOSE),
            "secrets_known": sorted(secrets),
        },
        model=MerchantAccount,
        veiled=VEILED,
    )
    return MerchantAccountSaved(
        merchant_account_id=saved.row.id, gateway=draft.gateway, created=saved.created, changes=saved.changes
    )


def _clean(draft: MerchantAccountDraft, firm: Firm) -> MerchantAccountDraft:
    return replace(
        draft,
        merchant=clean_text(draft.merchant, "merchant", 64),
        name=clean_text(draft.name, "name", 200, required=False),
        mode=one_of(draft.mode, "mode", firm.modes),
        settings=_texts(draft.settings, firm, secret=False),
        secrets=_texts(draft.secrets, firm, secret=True),
    )


def _texts(given: Mapping[str, str], firm: Firm, *, secret: bool) -> dict[str, str]:
    there = {one.name: one for one in firm.fields if one.secret == secret}
    part = "secrets" if secret else "settings"
    for name in given:
        if name not in there:
            raise UnknownField(gateway=firm.name, name=name, known=", ".join(there) or "–", field=f"{part}.{name}")
    cleaned = {
        name: clean_text(text, f"{part}.{name}", _LONGEST, required=False, multiline=there[name].many_lines)
        for name, text in given.items()
    }
    for name, text in cleaned.items():
        if text and there[name].choices:
            one_of(text, f"{part}.{name}", there[name].choices)
    return cleaned


def _complete(firm: Firm, there: Mapping[str, str]) -> None:
    for one in firm.fields:
        if one.required and not there.get(one.name):
            raise FieldMissing(
                gateway=firm.name, name=str(one.label), field=f"{'secrets' if one.secret else 'settings'}.{one.name}"
            )


@command
def retire_merchant_account(entry: Entry, *, merchant_account_id: UUID) -> MerchantAccountTurned:
    """Begin no more payments with an account; what was begun goes on. Refuses one that is retired already."""
    return _turn(entry, merchant_account_id, "retire")


@command
def restore_merchant_account(entry: Entry, *, merchant_account_id: UUID) -> MerchantAccountTurned:
    """Begin payments with an account again. Refuses one in use, and one whose firm has another in use."""
    return _turn(entry, merchant_account_id, "restore")


def _turn(entry: Entry, merchant_account_id: UUID, turn: str) -> MerchantAccountTurned:
    row = locked(entry, MerchantAccount, merchant_account_id)
    saved = put(entry, row, {"state": MERCHANT_ACCOUNT_LIFE.turn(turn, row.state)}, model=MerchantAccount)
    return MerchantAccountTurned(merchant_account_id=merchant_account_id, state=saved.row.state)


@command
def save_payment_method(entry: Entry, *, method: PaymentMethodDraft) -> PaymentMethodSaved:
    """Write a payment method down, or change it: what it is called, to whom it is offered, what it costs.

    As soon as one is there, only what is written down is offered. Refuses gateways that nobody speaks to, and texts, codes,
    places, amounts and days that cannot be, naming the field.
    """
    row = locked(entry, PaymentMethod, method.id) if method.id else None
    draft = clean_method(method, gateways={*firms, *without_account})
    values: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(draft).items()}
    if values.pop("id") is None:
        row = PaymentMethod.objects.select_for_update(no_key=True).filter(code=values["code"]).first()
    saved = put(entry, row, values, model=PaymentMethod)
    return PaymentMethodSaved(payment_method_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_payment_method(entry: Entry, *, payment_method_id: UUID) -> PaymentMethodTurned:
    """Offer a payment method no more; orders that name it go on. Refuses one that is retired already."""
    return _turn_method(entry, payment_method_id, "retire")


@command
def restore_payment_method(entry: Entry, *, payment_method_id: UUID) -> PaymentMethodTurned:
    """Offer a retired payment method again. Refuses one that is offered."""
    return _turn_method(entry, payment_method_id, "restore")


def _turn_method(entry: Entry, payment_method_id: UUID, turn: str) -> PaymentMethodTurned:
    row = locked(entry, PaymentMethod, payment_method_id)
    saved = put(entry, row, {"state": METHOD_LIFE.turn(turn, row.state)}, model=PaymentMethod)
    return PaymentMethodTurned(payment_method_id=payment_method_id, state=saved.row.state)


@command
def save_reminder_level(entry: Entry, *, level: ReminderLevelDraft) -> ReminderLevelSaved:
    """Say how customers are reminded of invoices so many days after they were due. Refuses what cannot be, naming the field."""
    values = asdict(clean_level(level))
    id_ = values.pop("id")
    known = ReminderLevel.objects.select_for_update(no_key=True).filter(level=values["level"])
    row = locked(entry, ReminderLevel, id_) if id_ else known.first()
    saved = put(entry, row, values, model=ReminderLevel)
    return ReminderLevelSaved(reminder_level_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_reminder_level(entry: Entry, *, reminder_level_id: UUID) -> ReminderLevelTurned:
    """Remind nobody by a level any more. Refuses one that is retired already."""
    return _turn_level(entry, reminder_level_id, "retire")


@command
def restore_reminder_level(entry: Entry, *, reminder_level_id: UUID) -> ReminderLevelTurned:
    """Remind people by a retired level again. Refuses one that is in use."""
    return _turn_level(entry, reminder_level_id, "restore")


def _turn_level(entry: Entry, reminder_level_id: UUID, turn: str) -> ReminderLevelTurned:
    row = locked(entry, ReminderLevel, reminder_level_id)
    saved = put(entry, row, {"state": METHOD_LIFE.turn(turn, row.state)}, model=ReminderLevel)
    return ReminderLevelTurned(reminder_level_id=reminder_level_id, state=saved.row.state)
