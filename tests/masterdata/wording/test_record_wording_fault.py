"""A wording by which a mail could not be written is marked until it is saved anew."""

from __future__ import annotations

from dingdan.masterdata.wording.commands import record_wording_fault, save_wording
from dingdan.masterdata.wording.models import Wording
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_it_works(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    told = record_wording_fault(shop.call(), wording_id=kept, fault="UnknownName body")
    assert (told.version, told.fault) == (1, "UnknownName body")
    row = Wording.objects.get(id=kept)
    assert (row.fault, row.failed_at is not None) == ("UnknownName body", True)
    save_wording(shop.call(), wording=wording(heading="Better"))
    row = Wording.objects.get(id=kept)
    assert (row.fault, row.failed_at) == ("", None)
