from dataclasses import replace
from datetime import date

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnusableCode
from dingdan.masterdata.pricing.commands import save_price_list
from dingdan.masterdata.pricing.models import PriceList
from dingdan.masterdata.pricing.rules import DatesNotUsable, PriceListDraft, RangeNotUsable
from tests.masterdata.pricing.drafts import BASE, TODAY, base, channel
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    web = channel(shop)
    draft = replace(BASE, channel_id=web, customer_group="vip", starts_on=TODAY, priority=3)
    saved = save_price_list(shop.call(), price_list=draft)
    row = PriceList.objects.get(id=saved.price_list_id)
    assert (row.code, row.name, row.currency, row.channel_id) == ("base", "Base", "GBP", web)
    assert (row.customer_group, row.starts_on, row.ends_on, row.priority, row.state) == ("vip", TODAY, None, 3, "active")
    assert saved.created
    assert FieldChange(field="currency", before=None, after="GBP") in saved.changes


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    id_ = base(shop)
    saved = save_price_list(shop.call(), price_list=replace(BASE, ends_on=TODAY))
    assert (saved.price_list_id, saved.created) == (id_, False)
    assert saved.changes == (FieldChange(field="ends_on", before=None, after='"2026-11-23"'),)


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(BASE, code="a b"), UnusableCode, "code"),
        (replace(BASE, name=""), TextMissing, "name"),
        (replace(BASE, currency="XTS"), UnknownCurrency, "currency"),
        (replace(BASE, starts_on=TODAY, ends_on=date(2026, 11, 22)), DatesNotUsable, "ends_on"),
        (replace(BASE, priority=10**7), RangeNotUsable, "priority"),
        (replace(BASE, customer_group="v i p"), UnusableCode, "customer_group"),
        (replace(BASE, channel_id=new_id()), NotFound, "channel_id"),
        (replace(BASE, id=new_id()), NotFound, "price_list_id"),
    ],
)
def test_it_refuses_a_list(shop: Shop, draft: PriceListDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(PriceList), pytest.raises(refusal) as refused:
        save_price_list(shop.call(), price_list=draft)
    assert refused.value.field == field
    assert refused.value.advice


def test_it_refuses_the_code_of_another_list(shop: Shop) -> None:
    base(shop)
    other = save_price_list(shop.call(), price_list=replace(BASE, code="other")).price_list_id
    with shop.nothing_changes(PriceList), pytest.raises(KeyTaken):
        save_price_list(shop.call(), price_list=replace(BASE, id=other))
