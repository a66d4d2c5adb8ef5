"""Back to the program's own wording; what the shop said is kept."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.wording.commands import retire_wording, save_wording
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import wording_in_force
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_it_works(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    assert retire_wording(shop.call(), wording_id=kept).state == "retired"
    assert wording_in_force("order_confirmed", "en") is None
    with pytest.raises(NotInThisState):
        retire_wording(shop.call(), wording_id=kept)
    with pytest.raises(NotFound):
        retire_wording(shop.call(), wording_id=new_id())
    assert Wording.objects.values_list("state", "heading", "version").get() == ("retired", "Thanks", 1)
