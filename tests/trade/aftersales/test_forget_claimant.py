"""What a customer said and sent in returns and claims is forgotten."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import attach_to_claim, attach_to_return, forget_claimant
from dingdan.trade.aftersales.models import Attachment, Claim
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import PNG


def test_it_works(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop)
    others = bought(shop, 1)
    return_id, claim_id = sold.back(shop, order, 1), sold.claim(shop, order, 1)
    kept = attach_to_claim(shop.call(), claim_id=sold.claim(shop, others, 1), name="other.png", content=PNG)
    Claim.objects.update(note="My cup!")
    file = attach_to_return(shop.call(), return_id=return_id, name="me.png", content=PNG)
    attach_to_claim(shop.call(), claim_id=claim_id, name="me.png", content=PNG)
    told = forget_claimant(shop.call(), customer_id=customer_id)
    assert (told.claims, told.files) == (1, 2)
    assert sorted(Claim.objects.values_list("note", flat=True)) == ["", "My cup!"]
    gone = Attachment.objects.exclude(id=kept.attachment_id)
    assert [(one.name, one.content, one.erased_at is not None) for one in gone] == [("", None, True)] * 2
    assert Attachment.objects.get(id=kept.attachment_id).name == "other.png"
    with pytest.raises(NotFound):
        queries.attachment(file.attachment_id, about_id=return_id)
    again = forget_claimant(shop.call(), customer_id=customer_id)
    assert (again.claims, again.files) == (0, 0)
    assert kit.breaches() == []
