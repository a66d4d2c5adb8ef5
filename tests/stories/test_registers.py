"""A shop that comes with its files, sells from them, and changes its mind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from dingdan.integrations.importers.registers import REGISTERS
from dingdan.integrations.importers.registers.bringing import bring
from dingdan.integrations.importers.registers.files import exported
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.pricing.commands import save_price_list
from dingdan.masterdata.pricing.rules import PriceListDraft
from dingdan.trade.orders.models import OrderLine
from dingdan.trade.orders.rules import WantedLine
from tests import kit
from tests.conftest import Shop

GOODS = "品名,貨號,規格,條碼,價格\n藍杯,CUP-S,尺寸: 小,471001,9.50\n藍杯,CUP-L,尺寸: 大,471002,12\n"


def _bring(shop: Shop, folder: Path, slug: str, content: bytes) -> dict[str, int]:
    path = folder / f"{slug}.csv"
    path.write_bytes(content)
    report = bring(path, slug, shop.tenant, dry_run=False, step=lambda _count: None)
    assert report.complete, str(report)
    return dict(report.counts)


def test_a_shop_opens_from_one_file_of_its_goods(shop: Shop, tmp_path: Path) -> None:
    save_price_list(shop.call(), price_list=PriceListDraft(code="retail", name="Retail", currency="GBP"))
    assert _bring(shop, tmp_path, "products", GOODS.encode()) == {"new": 2}
    assert _bring(shop, tmp_path, "prices", GOODS.encode()) == {"new": 2}
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("CUP-L", 5),)))
    kit.place(shop, lines=(WantedLine(sku="CUP-L", quantity=2),))
    assert list(OrderLine.objects.values_list("name", "unit_price")) == [("藍杯 大", Decimal(1200))]

    # The whole register goes out, one price is changed in a spreadsheet, and it comes back.
    prices = b"".join(exported(REGISTERS["prices"](), "csv"))
    assert _bring(shop, tmp_path, "prices", prices.replace(b"12.00", b"13.00")) == {"same": 1, "changed": 1}
    assert _bring(shop, tmp_path, "products", b"".join(exported(REGISTERS["products"](), "csv"))) == {"same": 2}
    kit.place(shop, lines=(WantedLine(sku="CUP-L", quantity=1),))
    assert list(OrderLine.objects.order_by("id").values_list("unit_price", flat=True)) == [Decimal(1200), Decimal(1300)]

    # What is retired by its state is sold no more, and what was promised stays.
    assert _bring(shop, tmp_path, "products", "貨號,狀態\nCUP-L,已停用\n".encode()) == {"changed": 1}
    assert Variant.objects.get(sku="CUP-L").state == "retired"
    assert kit.breaches() == []
