"""How importers speak: quietly, under keys of their source, and what a refusal becomes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dingdan.integrations.importers.findings import Finding, Findings
from dingdan.integrations.importers.voice import About, Voice, Wish
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from tests.conftest import Shop

AT = datetime(2010, 12, 1, 8, 25, tzinfo=UTC)


@pytest.fixture
def voice(shop: Shop) -> Voice:
    return Voice(shop.tenant_id, "tried", Findings())


def product(sku: str) -> Wish[ProductDraft]:
    draft = ProductDraft(slug=sku.lower(), name=sku, variants=(VariantDraft(sku=sku),))
    return Wish(f"tried:product:{sku}", AT, draft, About(7, sku, 100))


def test_it_works(voice: Voice, shop: Shop) -> None:
    first, second = voice.tell(save_products, [product("A"), product("BB")])
    assert first is not None
    assert second is not None
    entry = JournalEntry.objects.get(key="tried:product:A")
    assert (entry.at, entry.quiet, entry.actor_kind, entry.actor_id) == (AT, True, "import", "tried")
    assert (voice.commands, voice.trouble) == (2, 0)


def test_what_is_refused_stays_out_with_its_amount(voice: Voice) -> None:
    told = voice.tell(save_products, [product(""), product("A")])
    assert (told[0], told[1] is not None) == (None, True)
    (found,) = voice.findings.kept
    assert (found.line, found.document, found.imported, found.amount) == (7, "", False, 100)
    assert (voice.commands, voice.trouble, voice.findings.amount_left_out) == (1, 1, 100)


def test_a_refusal_without_an_amount_is_a_remark(voice: Voice) -> None:
    wish = Wish("tried:goods", AT, ReceiveStock(lines=(StockChange("NONE", 1),)), About(3, "goods"))
    assert voice.tell(receive_stock, [wish]) == [None]
    assert voice.findings.kept == [
        Finding(
            line=3, code="no_such_stock", document="goods", sentence="NONE is not kept in stock here.",
            remedy="Create the variant first, with needs_stock set.", imported=True,
        )
    ]  # fmt: skip


def test_what_an_earlier_run_told_is_known(voice: Voice, shop: Shop) -> None:
    voice.tell(save_products, [product("A"), product("")])
    again = Voice(shop.tenant_id, "tried", Findings())
    assert [again.knows(f"tried:product:{sku}") for sku in ("A", "", "BB")] == [True, False, False]
    assert not Voice(shop.tenant_id, "other", Findings()).knows("tried:product:A")


def test_a_fault_of_the_program_is_no_refusal(voice: Voice) -> None:
    with pytest.raises(AttributeError):
        voice.tell(save_products, [product("A")._replace(intent=None)])  # type: ignore[arg-type]
