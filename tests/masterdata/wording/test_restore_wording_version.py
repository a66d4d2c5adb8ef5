"""An older version is said anew."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.wording.commands import restore_wording_version, retire_wording, save_wording
from dingdan.masterdata.wording.models import Wording, WordingVersion
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_it_works(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording(heading="One")).wording_id
    save_wording(shop.call(), wording=wording(heading="Two"))
    retire_wording(shop.call(), wording_id=kept)
    again = restore_wording_version(shop.call(), wording_id=kept, version=1)
    assert (again.version, again.created) == (3, False)
    assert Wording.objects.values_list("heading", "version", "state").get() == ("One", 3, "active")
    with pytest.raises(NotFound):
        restore_wording_version(shop.call(), wording_id=kept, version=9)
    assert (Wording.objects.get().version, WordingVersion.objects.count()) == (3, 3)
