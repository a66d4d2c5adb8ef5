"""Where and for whom the shop sells: channels and sellers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.masterdata.channels.commands import restore_channel, retire_channel, save_channel
from dingdan.masterdata.channels.lifecycle import CHANNEL_LIFE
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.sellers.commands import restore_seller, resume_seller, retire_seller, save_seller, suspend_seller
from dingdan.masterdata.sellers.lifecycle import SELLER_LIFE
from dingdan.masterdata.sellers.models import Seller
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

CHANNELS, SELLERS = "Channels", "Sellers"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """Where orders come from: its currency, and what it promises."""

    id: UUID
    code: str
    name: str
    kind: str
    currency: str
    language: str
    prices_include_tax: bool
    default_node_id: UUID | None
    handling_hours: int
    ship_by_hour: int | None
    self_service_hours: int | None
    time_zone: str
    late_money: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerView:
    """A party that sells here beside the shop itself."""

    id: UUID
    code: str
    name: str
    legal_name: str
    tax_number: str
    country: str
    email: str
    currency: str
    state: str


registers(
    Register(
        plural="channels",
        states=CHANNEL_LIFE.states,
        singular="channel",
        view=ChannelView,
        rows=lambda: Channel.objects.order_by("id"),
        permission="channels.read",
        tag=CHANNELS,
    ),
    Register(
        plural="sellers",
        states=SELLER_LIFE.states,
        singular="seller",
        view=SellerView,
        rows=lambda: Seller.objects.order_by("id"),
        permission="sellers.read",
        tag=SELLERS,
    ),
)
mount(
    Write(path="/channels", command=save_channel, makes="/channels/{channel_id}", tag=CHANNELS),
    Write(method="PUT", path="/channels/{channel_id}", command=save_channel, name="change_channel", tag=CHANNELS),
    Write(path="/channels/{channel_id}/retire", command=retire_channel, tag=CHANNELS),
    Write(path="/channels/{channel_id}/restore", command=restore_channel, tag=CHANNELS),
    Write(path="/sellers", command=save_seller, makes="/sellers/{seller_id}", tag=SELLERS),
    Write(method="PUT", path="/sellers/{seller_id}", command=save_seller, name="change_seller", tag=SELLERS),
    Write(path="/sellers/{seller_id}/suspend", command=suspend_seller, tag=SELLERS),
    Write(path="/sellers/{seller_id}/resume", command=resume_seller, tag=SELLERS),
    Write(path="/sellers/{seller_id}/retire", command=retire_seller, tag=SELLERS),
    Write(path="/sellers/{seller_id}/restore", command=restore_seller, tag=SELLERS),
)
