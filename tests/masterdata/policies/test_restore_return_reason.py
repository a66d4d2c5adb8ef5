"""A reason of returns is restored."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.policies.commands import restore_return_reason, retire_return_reason, save_return_reason
from dingdan.masterdata.policies.models import ReturnReason
from tests.masterdata.policies.drafts import REASON
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    saved = save_return_reason(shop.call(), reason=REASON)
    retire_return_reason(shop.call(), return_reason_id=saved.return_reason_id)
    assert restore_return_reason(shop.call(), return_reason_id=saved.return_reason_id).state == "active"
    assert ReturnReason.objects.get().state == "active"


def test_a_second_time_is_refused(shop: Shop) -> None:
    saved = save_return_reason(shop.call(), reason=REASON)
    retire_return_reason(shop.call(), return_reason_id=saved.return_reason_id)
    restore_return_reason(shop.call(), return_reason_id=saved.return_reason_id)
    with shop.nothing_changes(ReturnReason), pytest.raises(NotInThisState):
        restore_return_reason(shop.call(), return_reason_id=saved.return_reason_id)


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with shop.nothing_changes(ReturnReason), pytest.raises(NotFound):
        restore_return_reason(shop.call(), return_reason_id=new_id())
