"""What the documents do to stock, and how much must have been there before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dingdan.integrations.importers.online_retail.codes import Kind
from dingdan.integrations.importers.online_retail.documents import Cancellation, Chunk, Document, Return, Sale, StockAdjustment


def movements(document: Document) -> Iterator[tuple[str, int]]:
    """(sku, units) for each change of what is *available*: an order takes its goods when it is placed, not when they leave."""
    if isinstance(document, Sale):
        for line in document.lines:
            if line.kind is Kind.PRODUCT:
                yield line.sku, -line.quantity
    elif isinstance(document, Cancellation | Return):
        for undone in document.lines:
            if undone.kind is Kind.PRODUCT:
                yield undone.sku, undone.quantity
    elif isinstance(document, StockAdjustment):
        for adjusted in document.lines:
            yield adjusted.sku, adjusted.quantity


def least_opening(chunks: Iterable[Chunk]) -> dict[str, int]:
    """The fewest units of each item that must be there first, so that no balance goes below zero in the order of the chunks."""
    balance: dict[str, int] = {}
    lowest: dict[str, int] = {}
    for chunk in chunks:
        for document in chunk.documents:
            for sku, units in movements(document):
                after = balance[sku] = balance.get(sku, 0) + units
                if after < lowest.get(sku, 0):
                    lowest[sku] = after
    return {sku: -below for sku, below in sorted(lowest.items())}
