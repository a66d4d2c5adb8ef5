"""Thresholds say from when on stock is low, and who is in charge."""

from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import NoSuchStock, save_threshold
from dingdan.ledgers.inventory.models import Threshold
from dingdan.masterdata.staff.commands import save_role
from dingdan.masterdata.staff.rules import RoleDraft
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    saved = save_threshold(shop.call(), sku="A", node_id=book.main(), low_at=5)
    assert (saved.variant_id, saved.node_id, saved.low_at, saved.created) == (variant_id, book.main(), 5, True)
    changed = save_threshold(shop.call(), sku="A", node_id=book.main(), low_at=0)
    assert (changed.threshold_id, changed.created) == (saved.threshold_id, False)
    assert [(one.field, one.before, one.after) for one in changed.changes] == [("low_at", "5", "0")]
    assert Threshold.objects.get().low_at == 0


@pytest.mark.parametrize("low_at", [-1, True, "3"])
def test_a_number_that_is_none_is_refused(shop: Shop, low_at: Any) -> None:
    with book.refused(QuantityOutOfRange, field="low_at"):
        save_threshold(shop.call(), low_at=low_at)


def test_strangers_are_refused(shop: Shop) -> None:
    with book.refused(NoSuchStock):
        save_threshold(shop.call(), sku="NONE", low_at=1)
    with book.refused(NotFound, field="node_id"):
        save_threshold(shop.call(), node_id=new_id(), low_at=1)
    with book.refused(NotFound, field="user_id"):
        save_threshold(shop.call(), low_at=1, user_id=987654321)
    with book.refused(NotFound, field="role"):
        save_threshold(shop.call(), low_at=1, role="nobody")


def test_a_person_or_a_role(shop: Shop) -> None:
    save_role(shop.call(), role=RoleDraft(name="store", permissions=("inventory.*",)))
    with book.refused(Invalid, field="role"):
        save_threshold(shop.call(), low_at=1, user_id=1, role="store")
    save_threshold(shop.call(), low_at=1, role="store")
    assert Threshold.objects.get().role == "store"
