"""The shop's accounts at firms that carry short messages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.masterdata.messengers.commands import restore_messenger, retire_messenger, save_messenger
from dingdan.masterdata.messengers.lifecycle import MESSENGER_LIFE
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG = "Messengers"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerView:
    """The shop's account at a firm that carries messages. Of its secrets only the names of those that are there are told."""

    id: UUID
    firm: str
    way: str
    name: str
    mode: str
    settings: dict[str, str]
    secrets_known: list[str]
    state: str


registers(
    Register(
        plural="messengers",
        states=MESSENGER_LIFE.states,
        singular="messenger",
        view=MessengerView,
        rows=lambda: MessengerAccount.objects.order_by("id"),
        permission="messengers.read",
        tag=TAG,
    )
)
_AT = "/messengers/{messenger_id}"
mount(
    Write(path="/messengers", command=save_messenger, tag=TAG, makes=_AT),
    Write(method="PUT", path=_AT, command=save_messenger, name="change_messenger", tag=TAG),
    Write(path=f"{_AT}/retire", command=retire_messenger, tag=TAG),
    Write(path=f"{_AT}/restore", command=restore_messenger, tag=TAG),
)
