"""A mapping says which column is what; anything it says wrong is named."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.orders_csv.mapping import ColumnMap, load_mapping, mapping_of

COLUMNS = {"order": "No", "placed_at": "Date", "sku": "Item", "quantity": "Qty", "unit_price": "Price"}


def test_it_works(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        'source = "old-shop"\n[format]\ntime_zone = "Asia/Taipei"\ntime = "%Y/%m/%d"\ncurrency = "TWD"\n[columns]\n'
        + "".join(f"{name} = {json.dumps(column)}\n" for name, column in COLUMNS.items()),
        encoding="utf-8",
    )
    wanted = ColumnMap(source="old-shop", columns=COLUMNS, zone=ZoneInfo("Asia/Taipei"), time="%Y/%m/%d", currency="TWD")
    assert load_mapping(path) == wanted


def test_json_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"columns": COLUMNS, "format": {"decimal_point": ","}}))
    assert load_mapping(path) == ColumnMap(columns=COLUMNS, decimal_point=",")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, r"does not say which column is order, placed_at, sku, quantity, unit_price"),
        ({"columns": {**COLUMNS, "size": "x"}}, r"\[columns\] holds size, which is not known\. Known: carrier, city, company"),
        ({"columns": COLUMNS, "format": {"zone": "x"}}, r"\[format\] holds zone"),
        ({"columns": COLUMNS, "extra": 1}, r"the mapping holds extra"),
        ({"columns": {**COLUMNS, "sku": 3}}, r"\[columns\] must be a table of texts"),
        ({"columns": ["order"]}, r"\[columns\] must be a table of texts"),
        ({"columns": COLUMNS, "source": "Old Shop"}, r"source is not a short name"),
        ({"columns": COLUMNS, "format": {"time_zone": "../etc"}}, r"is not a time zone"),
        ({"columns": COLUMNS, "format": {"currency": "euro"}}, r"euro is not a currency"),
        ({"columns": COLUMNS, "format": {"decimal_point": ";"}}, r"decimal_point is neither"),
    ],
)
def test_what_is_wrong_is_named(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        mapping_of(data)


@pytest.mark.parametrize(("name", "text"), [("a.toml", "[columns"), ("a.json", "{"), ("a.json", "[1]"), ("a.toml", None)])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(UnreadableFile, match=f"The mapping {name}"):
        load_mapping(path)
