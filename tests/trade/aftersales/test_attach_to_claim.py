"""A photo hangs on a claim."""

from __future__ import annotations

import hashlib

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.files import FileNotUsable
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import NotText
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import attach_to_claim
from dingdan.trade.aftersales.models import Attachment
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import JPEG


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    claim_id = sold.claim(shop, bought(shop, 2), 1)
    told = attach_to_claim(shop.call(), claim_id=claim_id, name="cup", content=JPEG)
    assert (told.media_type, told.size, told.digest) == ("image/jpeg", len(JPEG), hashlib.sha256(JPEG).hexdigest())
    assert queries.attachment(told.attachment_id, about_id=claim_id).name == "cup.jpg"
    assert kit.breaches() == []


def test_what_is_no_photo_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    claim_id = sold.claim(shop, bought(shop, 2), 1)
    for name, content, refusal in (("a.jpg", b"MZ", FileNotUsable), (b"a.jpg", JPEG, NotText)):
        with sold.nothing_changes(shop), pytest.raises(refusal):
            attach_to_claim(shop.call(), claim_id=claim_id, name=name, content=content)  # type: ignore[arg-type]
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        attach_to_claim(shop.call(), claim_id=new_id(), name="a.jpg", content=JPEG)
    assert not Attachment.objects.exists()
