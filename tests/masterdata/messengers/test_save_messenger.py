"""An account at a firm that carries messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from dingdan.kernel.models import JournalEntry
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.messengers.commands import save_messenger
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.masterdata.messengers.queries import credentials, ways_in_use
from dingdan.masterdata.messengers.rules import MessengerDraft, NotAsked, NotReadable, NotSaid, UnknownMessenger
from tests.conftest import Shop

TWILIO = MessengerDraft(
    firm="twilio", settings={"account_sid": "AC" + "a" * 32, "sender": "+15005550006"}, secrets={"auth_token": "hush-hush"}
)

WECHAT = MessengerDraft(
    firm="wechat", secrets={"app_secret": "hush"},
    settings={"app_id": "wx" + "0" * 16, "template_id": "t", "number_field": "character_string1", "status_field": "thing2"},
)  # fmt: skip


def test_it_works(shop: Shop) -> None:
    told = save_messenger(shop.call(), account=TWILIO)
    assert (told.firm, told.way, told.created) == ("twilio", "sms", True)
    assert ways_in_use() == {"sms"}
    account = credentials("sms")
    assert account is not None
    assert (account.firm, account.mode, account.told["auth_token"]) == ("twilio", "live", "hush-hush")
    assert "hush" not in repr(account)
    kept = save_messenger(shop.call(), account=replace(TWILIO, id=told.messenger_id, name="Shop phone", secrets={}))
    assert [one.field for one in kept.changes] == ["name"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(a)::text FROM messengers_messengeraccount AS a WHERE tenant_id = %s", [current_tenant_id()]
        )
        assert "hush" not in str(cursor.fetchall())
    assert "hush" not in str(list(JournalEntry.objects.values_list("event", flat=True)))


def test_what_cannot_be_is_refused(shop: Shop) -> None:
    for draft, refusal in (
        (replace(TWILIO, firm="pigeons"), UnknownMessenger),
        (replace(TWILIO, mode="loud"), UnknownChoice),
        (replace(TWILIO, settings={"color": "red"}), NotAsked),
        (replace(TWILIO, secrets={}), NotSaid),
        (replace(TWILIO, settings={"account_sid": "AC1", "sender": "+15005550006"}), NotReadable),
        (replace(WECHAT, settings=dict(WECHAT.settings, number_field="Number 1")), NotReadable),
        (replace(WECHAT, settings=dict(WECHAT.settings, app_id="wx1")), NotReadable),
        (MessengerDraft(firm="line", secrets={"channel_access_token": "short"}), NotReadable),
    ):
        with pytest.raises(refusal):
            save_messenger(shop.call(), account=draft)
    assert not MessengerAccount.objects.exists()
    save_messenger(shop.call(), account=TWILIO)
    with pytest.raises(KeyTaken):
        save_messenger(shop.call(), account=TWILIO)
