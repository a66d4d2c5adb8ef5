"""What can be done with accounts at payment firms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.sealing import seal
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.methods.events import MerchantAccountSaved, MerchantAccountTurned
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.masterdata.methods.ports import Firm, firms
from dingdan.masterdata.methods.queries import PURPOSE, opened
from dingdan.masterdata.methods.rules import VEILED, FieldMissing, MerchantAccountDraft, UnknownField, UnknownFirm

key_of("a_merchant_account_is_there_once", field="merchant", what="merchant account")
key_of("a_firm_has_one_account_in_use", field="gateway", what="merchant account")

_LONGEST = 20_000


@command
def save_merchant_account(entry: Entry, *, account: MerchantAccountDraft) -> MerchantAccountSaved:
    """Write an account at a payment firm down, or change it.

    Refuses a firm that there is no adapter for, settings that it does not know, the lack of those that it needs, and what its
    adapter cannot read.
    """
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
