"""Files for importers: small ones made by the test, and the large ones where they lie beside the project."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

if TYPE_CHECKING:  # Django runs only after this file was read
    from dingdan.integrations.importers.report import ImportReport
    from tests.conftest import Shop

RETAIL_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

WriteRetail = Callable[..., Path]


@pytest.fixture
def retail(tmp_path: Path) -> WriteRetail:
    """Writes an Online Retail file of the given lines."""

    def write(*lines: str, encoding: str = "utf-8", header: str = RETAIL_HEADER) -> Path:
        path = tmp_path / "retail.csv"
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def datasets() -> Callable[[str], Path]:
    """The path of a data set that is too large, or not ours, to ship; skips the test where there is none."""
    from django.conf import settings

    def find(name: str) -> Path:
        path: Path = settings.DATASETS / name
        if not path.exists():
            pytest.skip(f"NOT TESTED: {name} is not in {settings.DATASETS}")
        return path

    return find


Bring = Callable[..., "ImportReport"]


@pytest.fixture
def bring(shop: "Shop", tmp_path: Path) -> Bring:
    """Imports a file into the test's own shop, without a word."""
    from dingdan.integrations.importers.report import ImportRequest
    from dingdan.integrations.importers.running import run

    def imported(file: Path, format_: str = "online-retail", **more: Any) -> "ImportReport":
        request = ImportRequest(file=file, format=format_, exceptions=tmp_path / "out" / "exceptions.csv", **more)
        return run(shop.tenant, request, Console(file=io.StringIO()))

    return imported


def journal_size() -> int:
    """How many entries the shop in scope has."""
    from dingdan.kernel.models import JournalEntry

    return JournalEntry.objects.count()
