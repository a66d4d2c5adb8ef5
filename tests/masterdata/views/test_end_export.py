from dingdan.masterdata.views.commands import begin_export, end_export
from tests.masterdata.shop import Shop
from tests.masterdata.views.people import ANN


def test_it_works(shop: Shop) -> None:
    begun = begin_export(shop.call(actor=ANN), list_name="customers_customer", file_format="xlsx")
    told = end_export(shop.call(actor=ANN), export_id=begun.export_id, rows=7, is_whole=False)
    assert (told.export_id, told.rows, told.is_whole) == (begun.export_id, 7, False)
