"""Registers from files at once, as the command line does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.registers import REGISTERS
from dingdan.integrations.importers.registers.bringing import RegisterReport, bring
from dingdan.integrations.importers.registers.files import headers_of, plain_header
from dingdan.masterdata.catalog.models import Product, Variant
from tests.conftest import Shop


def _bring(shop: Shop, path: Path, text: str, slug: str = "products", **how: bool) -> RegisterReport:
    path.write_text(text, encoding="utf-8")
    return bring(path, slug, shop.tenant, dry_run=how.get("dry_run", False), step=lambda _count: None)


GOODS = "品名,货号,规格,条码,重量\n蓝杯,CUP-B,颜色: 蓝,111,300\n蓝杯,CUP-R,颜色: 红,222,\n,BAD,,,\n"


def test_it_works(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    tried = _bring(shop, path, GOODS, dry_run=True)
    assert (tried.counts, [line for line, _why in tried.refused], Product.objects.count()) == ({"new": 2}, [4], 0)
    assert not tried.complete
    done = _bring(shop, path, GOODS)
    assert done.counts == {"new": 2}
    assert Product.objects.get().slug == "cup-b"
    assert list(Variant.objects.order_by("sku").values_list("sku", "options", "weight_grams")) == [
        ("CUP-B", {"颜色": "蓝"}, 300), ("CUP-R", {"颜色": "红"}, None),
    ]  # fmt: skip
    assert _bring(shop, path, GOODS).counts == {"same": 2}


def test_a_row_that_was_changed_back_is_written_again(shop: Shop, tmp_path: Path) -> None:
    one, other = "sku,name,slug,barcode\nA,A,a,1\n", "sku,name,slug,barcode\nA,A,a,2\n"
    for text, barcode in ((one, "1"), (other, "2"), (one, "1")):
        _bring(shop, tmp_path / "goods.csv", text)
        assert Variant.objects.get().barcode == barcode


def test_a_state_retires_and_puts_back(shop: Shop, tmp_path: Path) -> None:
    for state, outcome in (("", "new"), ("已停用", "changed"), ("retired", "same"), ("active", "changed")):
        text = f"sku,name,slug,state\nA,A,a,{state}\n"
        assert _bring(shop, tmp_path / "goods.csv", text).counts == {outcome: 1}, state
    assert Variant.objects.get().state == "active"


def test_another_products_sku_is_refused(shop: Shop, tmp_path: Path) -> None:
    _bring(shop, tmp_path / "goods.csv", "sku,name,slug\nA,A,a\n")
    told = _bring(shop, tmp_path / "goods.csv", "sku,name,slug\nA,B,b\n")
    assert [line for line, _why in told.refused] == [2]
    assert list(Product.objects.values_list("slug", flat=True)) == ["a"]


def test_no_column_is_known(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="SKU"):
        _bring(shop, tmp_path / "goods.csv", "a,b\n1,2\n")


@pytest.mark.parametrize("slug", sorted(REGISTERS))
@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_no_two_columns_bear_one_header(shop: Shop, slug: str, language: str) -> None:
    register = REGISTERS[slug]()
    known = headers_of(register)
    with override(language):
        labels = [str(column.label) for column in register.columns]
    assert len(labels) == len(set(labels))
    assert [known[plain_header(label)].name for label in labels] == [column.name for column in register.columns]
