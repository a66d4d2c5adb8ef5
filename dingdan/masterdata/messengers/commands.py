"""What can be done with accounts at firms that carry messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.sealing import seal
from dingdan.kernel.text import clean_text, one_of
from dingdan.masterdata.messengers.events import MessengerSaved, MessengerTurned
from dingdan.masterdata.messengers.lifecycle import MESSENGER_LIFE
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.masterdata.messengers.ports import MODES, Firm, firms
from dingdan.masterdata.messengers.queries import PURPOSE, opened
from dingdan.masterdata.messengers.rules import VEILED, MessengerDraft, NotAsked, NotSaid, UnknownMessenger

key_of("a_way_has_one_messenger_in_use", field="firm", what="messenger")

_LONGEST = 4_000


@command
def save_messenger(entry: Entry, *, account: MessengerDraft) -> MessengerSaved:
    """Write an account at a firm that carries messages down, or change it.

    Refuses a firm that there is no adapter for, settings that it does not know, the lack of those that it needs, what its adapter
    cannot read, and a second account in use for one way.
    """
    row = locked(entry, MessengerAccount, account.id) if account.id else None
    firm = firms.get(account.firm)
    if firm is None:
        raise UnknownMessenger(firm=account.firm, known=", ".join(sorted(firms)) or "–", field="firm")
    before = opened(row.sealed) if row else {}
    settings = _texts(account.settings, firm, secret=False)
    given = {**before, **_texts(account.secrets, firm, secret=True)}
    secrets = {name: text for name, text in given.items() if text}
    _complete(firm, {**settings, **secrets})
    if firm.check:
        firm.check({**settings, **secrets})
    values = {
        "firm": firm.code, "way": firm.way.value, "name": clean_text(account.name, "name", 200, required=False),
        "mode": one_of(account.mode, "mode", MODES), "settings": settings,
        "sealed": row.sealed if row and secrets == before else seal(json.dumps(secrets), purpose=PURPOSE),
        "secrets_known": sorted(secrets),
    }  # fmt: skip
    saved = put(entry, row, values, model=MessengerAccount, veiled=VEILED)
    return MessengerSaved(
        messenger_id=saved.row.id, firm=firm.code, way=firm.way.value, created=saved.created, changes=saved.changes
    )


def _texts(given: Mapping[str, str], firm: Firm, *, secret: bool) -> dict[str, str]:
    there = [one.name for one in firm.fields if one.secret == secret]
    part = "secrets" if secret else "settings"
    for name in given:
        if name not in there:
            raise NotAsked(firm=firm.name, name=name, known=", ".join(there) or "–", field=f"{part}.{name}")
    return {name: clean_text(text, f"{part}.{name}", _LONGEST, required=False) for name, text in given.items()}


def _complete(firm: Firm, there: Mapping[str, str]) -> None:
    for one in firm.fields:
        if not there.get(one.name):
            raise NotSaid(firm=firm.name, name=str(one.label), field=f"{'secrets' if one.secret else 'settings'}.{one.name}")


@command
def retire_messenger(entry: Entry, *, messenger_id: UUID) -> MessengerTurned:
    """Send nothing more by an account. Refuses one that is retired already."""
    return _turn(entry, messenger_id, "retire")


@command
def restore_messenger(entry: Entry, *, messenger_id: UUID) -> MessengerTurned:
    """Send by an account again. Refuses one in use, and one for whose way another is in use."""
    return _turn(entry, messenger_id, "restore")


def _turn(entry: Entry, messenger_id: UUID, turn: str) -> MessengerTurned:
    row = locked(entry, MessengerAccount, messenger_id)
    saved = put(entry, row, {"state": MESSENGER_LIFE.turn(turn, row.state)}, model=MessengerAccount)
    return MessengerTurned(messenger_id=messenger_id, state=saved.row.state)
