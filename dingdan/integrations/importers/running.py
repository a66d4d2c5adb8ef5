"""Runs an import: one way in for every format."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from rich.console import Console

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.olist.importing import import_olist
from dingdan.integrations.importers.online_retail.importing import import_online_retail
from dingdan.integrations.importers.orders_csv.importing import import_table
from dingdan.integrations.importers.progress import Watch
from dingdan.integrations.importers.report import ImportReport, ImportRequest, listed
from dingdan.kernel.models import Tenant

Importer = Callable[[Tenant, ImportRequest, Findings, Watch], ImportReport]

FORMATS: Final[Mapping[str, Importer]] = {
    "csv": import_table,
    "online-retail": import_online_retail,
    "olist": import_olist,
}


def run(tenant: Tenant, request: ImportRequest, console: Console) -> ImportReport:
    """Import a file into the shop in scope. Run again, it goes on where it stopped. Raises `UnreadableFile`."""
    importer = FORMATS.get(request.format)
    if importer is None:
        raise UnreadableFile(f"There is no format {request.format}.", f"Choose one of: {', '.join(FORMATS)}.")
    started = time.monotonic()
    with listed(request.exceptions) as listener, _seldom_collecting():
        report = importer(tenant, request, Findings(listener), Watch(console))
    return replace(report, seconds=round(time.monotonic() - started, 1))


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cyclic garbage seldom: rows and events make none, and looking took a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


__all__ = ["FORMATS", "ImportReport", "ImportRequest", "UnreadableFile", "run"]
