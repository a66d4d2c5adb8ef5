"""What can be done with channels."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.channels.events import ChannelSaved, ChannelTurned
from dingdan.masterdata.channels.lifecycle import CHANNEL_LIFE
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.rules import ChannelDraft, clean_channel

key_of("channel_code_is_unique", field="code", what="channel")


@command
def save_channel(entry: Entry, *, channel: ChannelDraft) -> ChannelSaved:
    """Write a channel down, or change it. Refuses texts, codes, currencies, zones and hours that cannot be, naming the field."""
    values = asdict(clean_channel(channel))
    id_ = values.pop("id")
    known = Channel.objects.select_for_update(no_key=True).filter(code=values["code"])
    row = locked(entry, Channel, id_) if id_ else known.first()
    saved = put(entry, row, values, model=Channel)
    return ChannelSaved(channel_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_channel(entry: Entry, *, channel_id: UUID) -> ChannelTurned:
    """Take no more orders in a channel; its old orders go on. Refuses one that is retired already."""
    return _turn(entry, channel_id, "retire")


@command
def restore_channel(entry: Entry, *, channel_id: UUID) -> ChannelTurned:
    """Take orders in a retired channel again. Refuses one that is open."""
    return _turn(entry, channel_id, "restore")


def _turn(entry: Entry, channel_id: UUID, turn: str) -> ChannelTurned:
    row = locked(entry, Channel, channel_id)
    saved = put(entry, row, {"state": CHANNEL_LIFE.turn(turn, row.state)}, model=Channel)
    return ChannelTurned(channel_id=channel_id, state=saved.row.state)
