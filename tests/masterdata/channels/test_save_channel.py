from dataclasses import replace

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownChoice, UnknownLanguage, UnknownTimeZone, UnusableCode
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.queries import all_channels, channel_by_code, channel_by_id
from dingdan.masterdata.channels.rules import ChannelDraft, PromiseNotUsable
from tests.masterdata.channels.drafts import WEB
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_channel(shop.call(), channel=WEB)
    row = channel_by_code("web")
    assert row is not None
    assert (row.id, row.name, row.kind, row.currency, row.language, row.prices_include_tax) == (
        saved.channel_id, "Web shop", "storefront", "TWD", "zh-Hant", True,
    )  # fmt: skip
    assert (row.handling_hours, row.ship_by_hour, row.time_zone, row.state, row.default_node_id) == (
        8, 15, "Asia/Taipei", "active", None,
    )  # fmt: skip
    assert saved.created
    assert FieldChange(field="ship_by_hour", before=None, after="15") in saved.changes


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    first = save_channel(shop.call(), channel=WEB)
    node = new_id()
    second = save_channel(shop.call(), channel=replace(WEB, name="Shop", default_node_id=node))
    assert (second.channel_id, second.created) == (first.channel_id, False)
    assert second.changes == (
        FieldChange(field="name", before="Web shop", after="Shop"),
        FieldChange(field="default_node_id", before=None, after=f'"{node}"'),
    )
    third = save_channel(shop.call(), channel=replace(WEB, code="shop", id=first.channel_id))
    assert third.channel_id == first.channel_id
    assert [channel.code for channel in all_channels()] == ["shop"]
    found = channel_by_id(first.channel_id)
    assert found is not None
    assert found.code == "shop"


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(WEB, code="web shop"), UnusableCode, "code"),
        (replace(WEB, name=""), TextMissing, "name"),
        (replace(WEB, currency="XTS"), UnknownCurrency, "currency"),
        (replace(WEB, kind="radio"), UnknownChoice, "kind"),
        (replace(WEB, language="chinese!"), UnknownLanguage, "language"),
        (replace(WEB, time_zone="Mars/Olympus"), UnknownTimeZone, "time_zone"),
        (replace(WEB, handling_hours=-1), PromiseNotUsable, "handling_hours"),
        (replace(WEB, ship_by_hour=24), PromiseNotUsable, "ship_by_hour"),
        (replace(WEB, id=new_id()), NotFound, "channel_id"),
    ],
)
def test_it_refuses(shop: Shop, draft: ChannelDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(Channel), pytest.raises(refusal) as refused:
        save_channel(shop.call(), channel=draft)
    assert refused.value.field == field
    assert refused.value.detail
    assert refused.value.advice


def test_it_refuses_the_code_of_another_channel(shop: Shop) -> None:
    save_channel(shop.call(), channel=WEB)
    till = save_channel(shop.call(), channel=replace(WEB, code="till")).channel_id
    with shop.nothing_changes(Channel), pytest.raises(KeyTaken) as refused:
        save_channel(shop.call(), channel=replace(WEB, id=till))
    assert refused.value.field == "code"
