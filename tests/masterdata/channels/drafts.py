"""A channel to try things on."""

from uuid import UUID

from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from tests.masterdata.shop import Shop

WEB = ChannelDraft(
    code="web", name="Web shop", currency="TWD", language="zh-Hant", handling_hours=8, ship_by_hour=15, time_zone="Asia/Taipei"
)


def web(shop: Shop) -> UUID:
    """The id of the channel `web`, written down in the shop."""
    return save_channel(shop.call(), channel=WEB).channel_id
