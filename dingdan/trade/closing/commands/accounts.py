"""Saying what a program of accountants calls our accounts."""

from __future__ import annotations

from dataclasses import dataclass

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import put
from dingdan.kernel.text import clean_text, one_of
from dingdan.trade.closing.events import AccountsMapped, MappedAccount
from dingdan.trade.closing.models import AccountMapping
from dingdan.trade.closing.rules import LONGEST, Target, check_account


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAccount:
    """What one account of ours is called there."""

    account: str
    code: str
    name: str = ""


@command
def map_accounts(entry: Entry, *, target: str, accounts: tuple[MapAccount, ...]) -> AccountsMapped:
    """Say what a program of accountants calls accounts of ours; those that are not named stay as they were.

    Refuses a program and an account that are not known, and a code that the program would not read.
    """
    program = Target(one_of(target, "target", Target))
    cleaned = [_clean(program, one) for one in accounts]
    rows = AccountMapping.objects.select_for_update(no_key=True).filter(target=program.value).order_by("id")
    known = {row.account: row for row in rows}
    changes: list[FieldChange] = []
    for one in cleaned:
        values = {"target": program.value, "account": one.account, "code": one.code, "name": one.name}
        done = put(entry, known.get(one.account), values, model=AccountMapping)
        changes += [
            FieldChange(field=f"{one.account}.{it.field}", before=it.before, after=it.after)
            for it in done.changes
            if it.field in ("code", "name")
        ]
    return AccountsMapped(
        target=program.value,
        accounts=tuple(MappedAccount(account=one.account, code=one.code, name=one.name) for one in cleaned),
        changes=tuple(changes),
    )


def _clean(target: Target, one: MapAccount) -> MapAccount:
    code = clean_text(one.code, "code", LONGEST)
    check_account(target, one.account, code)
    return MapAccount(account=one.account, code=code, name=clean_text(one.name, "name", LONGEST, required=False))
