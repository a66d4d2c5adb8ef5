"""What can be asked about channels."""

from __future__ import annotations

from uuid import UUID

from dingdan.masterdata.channels.models import Channel, Gate
from dingdan.masterdata.channels.rules import Waiting


def channel_by_code(code: str) -> Channel | None:
    """The channel with this code, retired ones too, or None."""
    return Channel.objects.filter(code=code).first()


def channel_by_id(channel_id: UUID) -> Channel | None:
    """The channel with this id, retired ones too, or None."""
    return Channel.objects.filter(id=channel_id).first()


def all_channels() -> list[Channel]:
    """Every channel, by code."""
    return list(Channel.objects.order_by("code"))


def waiting() -> Waiting:
    """Orders of which channels wait for the review. One statement."""
    gate = Gate.objects.first()
    if gate is None:
        return Waiting()
    return Waiting(
        everywhere=gate.every_channel, channels=frozenset(gate.channel_ids),
        money_everywhere=gate.money_of_every_channel, money=frozenset(gate.money_of_channel_ids),
    )  # fmt: skip
