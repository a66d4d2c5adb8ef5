import pytest

from dingdan.kernel.errors import Invalid
from dingdan.masterdata.views.commands import begin_export
from dingdan.masterdata.views.models import SavedView
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN


def test_it_works(shop: Shop) -> None:
    told = begin_export(
        shop.call(actor=ANN), list_name="customers_customer", file_format="csv", filters=("state", "q"), columns=("name",)
    )
    assert (told.list_name, told.file_format, told.filters, told.columns) == (
        "customers_customer", "csv", ("state", "q"), ("name",),
    )  # fmt: skip


def test_it_refuses_other_formats(shop: Shop) -> None:
    with shop.nothing_changes(SavedView), pytest.raises(Invalid) as refused:
        begin_export(shop.call(actor=ANN), list_name="customers_customer", file_format="pdf")
    assert refused.value.field == "file_format"
