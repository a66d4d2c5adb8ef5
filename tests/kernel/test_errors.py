"""Refusals: two sentences in the reader's language."""

from django.utils import translation

from dingdan.kernel.money import UnknownCurrency


def test_a_refusal_is_written_as_people_write() -> None:
    refused = UnknownCurrency(field="currency", currency="XX")
    assert str(refused) == f"{refused.detail} {refused.advice}"
    with translation.override("zh-hant"):
        assert str(refused) == f"{refused.detail}{refused.advice}"
