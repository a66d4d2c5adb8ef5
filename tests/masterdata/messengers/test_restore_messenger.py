"""An account is used again."""

from __future__ import annotations

import pytest

from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.messengers.commands import restore_messenger, retire_messenger, save_messenger
from dingdan.masterdata.messengers.queries import ways_in_use
from tests.conftest import Shop
from tests.masterdata.messengers.test_save_messenger import TWILIO


def test_it_works(shop: Shop) -> None:
    id_ = save_messenger(shop.call(), account=TWILIO).messenger_id
    retire_messenger(shop.call(), messenger_id=id_)
    assert restore_messenger(shop.call(), messenger_id=id_).state == "active"
    assert ways_in_use() == {"sms"}
    retire_messenger(shop.call(), messenger_id=id_)
    save_messenger(shop.call(), account=TWILIO)
    with pytest.raises(KeyTaken):  # another one is in use
        restore_messenger(shop.call(), messenger_id=id_)
