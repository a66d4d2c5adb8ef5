from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import TextMissing, UnknownChoice, UnknownCountry
from dingdan.masterdata.pricing.commands import save_tax_rate
from dingdan.masterdata.pricing.models import TaxRate
from dingdan.masterdata.pricing.queries import tax_rates
from dingdan.masterdata.pricing.rules import DatesNotUsable, RateNotUsable, Tax, TaxPart, TaxRateDraft
from tests.masterdata.pricing.drafts import GST, TODAY
from tests.masterdata.shop import Shop, counted


def test_it_works(shop: Shop) -> None:
    save_tax_rate(shop.call(), tax_rate=GST)
    save_tax_rate(shop.call(), tax_rate=replace(GST, region="QC"))
    save_tax_rate(shop.call(), tax_rate=replace(GST, region="QC", name="QST", rate=Decimal("0.09975"), applies_to_shipping=False))
    save_tax_rate(shop.call(), tax_rate=replace(GST, tax_class="food", rate=Decimal(0), rounding="half_even"))
    save_tax_rate(shop.call(), tax_rate=replace(GST, country="US", rate=Decimal(1)))

    with counted() as sent:
        quebec = tax_rates("CA", "QC", TODAY)
    assert len(sent) == 1
    gst, qst = TaxPart("GST", Decimal("0.05")), TaxPart("QST", Decimal("0.09975"), applies_to_shipping=False)
    assert quebec == {"standard": Tax((gst, qst)), "food": Tax((TaxPart("GST", Decimal(0)),), "half_even")}
    assert quebec["standard"].rate == Decimal("0.14975")
    assert quebec["standard"].on_shipping() == Tax((gst,))
    assert tax_rates("CA", "AB", TODAY)["standard"] == Tax((gst,))
    assert tax_rates("FR", "", TODAY) == {}


def test_a_new_rate_follows_the_old_one(shop: Shop) -> None:
    first = save_tax_rate(shop.call(), tax_rate=replace(GST, ends_on=date(2026, 12, 31)))
    save_tax_rate(shop.call(), tax_rate=replace(GST, rate=Decimal("0.06"), starts_on=date(2027, 1, 1)))
    assert tax_rates("CA", "", date(2026, 12, 31))["standard"].rate == Decimal("0.05")
    assert tax_rates("CA", "", date(2027, 1, 1))["standard"].rate == Decimal("0.06")

    again = save_tax_rate(shop.call(), tax_rate=replace(GST, rate=Decimal("0.055"), ends_on=date(2026, 12, 31)))
    assert again.tax_rate_id == first.tax_rate_id
    assert again.changes == (FieldChange(field="rate", before='"0.05"', after='"0.055"'),)


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (replace(GST, country="Canada"), UnknownCountry, "country"),
        (replace(GST, name=""), TextMissing, "name"),
        (replace(GST, tax_class=""), TextMissing, "tax_class"),
        (replace(GST, rate=Decimal(20)), RateNotUsable, "rate"),
        (replace(GST, rate=Decimal("-0.1")), RateNotUsable, "rate"),
        (replace(GST, rate=0.2), RateNotUsable, "rate"),  # type: ignore[arg-type]
        (replace(GST, rate=Decimal("0.1234567")), RateNotUsable, "rate"),
        (replace(GST, rounding="up"), UnknownChoice, "rounding"),
        (replace(GST, starts_on=TODAY, ends_on=date(2026, 1, 1)), DatesNotUsable, "ends_on"),
        (replace(GST, id=new_id()), NotFound, "tax_rate_id"),
    ],
)
def test_it_refuses(shop: Shop, draft: TaxRateDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(TaxRate), pytest.raises(refusal) as refused:
        save_tax_rate(shop.call(), tax_rate=draft)
    assert refused.value.field == field


def test_it_refuses_to_become_another_rate(shop: Shop) -> None:
    save_tax_rate(shop.call(), tax_rate=GST)
    other = save_tax_rate(shop.call(), tax_rate=replace(GST, name="HST")).tax_rate_id
    with shop.nothing_changes(TaxRate), pytest.raises(KeyTaken):
        save_tax_rate(shop.call(), tax_rate=replace(GST, id=other))
