"""Nothing more is sent by an account."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.messengers.commands import retire_messenger, save_messenger
from dingdan.masterdata.messengers.queries import credentials, ways_in_use
from tests.conftest import Shop
from tests.masterdata.messengers.test_save_messenger import TWILIO


def test_it_works(shop: Shop) -> None:
    id_ = save_messenger(shop.call(), account=TWILIO).messenger_id
    assert retire_messenger(shop.call(), messenger_id=id_).state == "retired"
    assert (ways_in_use(), credentials("sms")) == (set(), None)
    with pytest.raises(NotInThisState):
        retire_messenger(shop.call(), messenger_id=id_)
