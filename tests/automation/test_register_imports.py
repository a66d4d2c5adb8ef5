"""Imports of registers: taken in, looked at, confirmed, written; and what is refused of them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from dingdan.automation import register_imports
from dingdan.automation.models import ImportRow, RegisterImport
from dingdan.automation.register_imports import (
    MOST_ROWS,
    RowsWanted,
    confirm_register_import,
    permitted,
    start_register_import,
    stop_register_import,
    work_on_import,
    work_on_some,
)
from dingdan.kernel.errors import Invalid, NotFound, NotPermitted
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.catalog.models import Variant
from tests.conftest import Shop

ROWS = tuple((line, {"sku": f"S{line}", "name": f"Thing {line}", "slug": f"s{line}"}) for line in (2, 3, 4))
WANTED = RowsWanted(register="products", name="goods.csv", rows=ROWS, unreadable=((5, "No row"),), ignored=("a",))


def _start(shop: Shop, wanted: RowsWanted = WANTED) -> UUID:
    return start_register_import(shop.call(), wanted=wanted).import_id


def _work(shop: Shop, id_: UUID) -> RegisterImport:
    work_on_import(tenant_id=str(shop.tenant_id), import_id=str(id_))
    return RegisterImport.objects.get(id=id_)


def _outcomes() -> list[tuple[int, str]]:
    return list(ImportRow.objects.order_by("line").values_list("line", "outcome"))


def test_it_works(shop: Shop) -> None:
    id_ = _start(shop)
    assert _work(shop, id_).state == "looked"
    assert _outcomes() == [(2, "new"), (3, "new"), (4, "new"), (5, "refused")]
    assert not Variant.objects.exists()
    confirm_register_import(shop.call(), import_id=id_)
    done = _work(shop, id_)
    assert (done.state, done.finished_at is None, done.ignored) == ("finished", False, "a")
    assert _outcomes() == [(2, "added"), (3, "added"), (4, "added"), (5, "refused")]
    assert Variant.objects.count() == 3
    assert JournalEntry.objects.filter(command="catalog.save_products").count() == 3


def test_a_job_that_was_cut_short_goes_on_where_it_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = _start(shop)
    _work(shop, id_)
    confirm_register_import(shop.call(), import_id=id_)
    monkeypatch.setattr(register_imports, "AT_ONCE", 2)

    def cut(*_args: object, **_how: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as torn:
        torn.setattr(register_imports, "advance_register_import", cut)
        torn.setattr(cut, "name", "automation.advance_register_import", raising=False)
        with pytest.raises(RuntimeError):
            work_on_some(shop.tenant_id, id_)
    assert (Variant.objects.count(), _outcomes()[0]) == (2, (2, "new"))
    assert _work(shop, id_).state == "finished"
    assert _outcomes()[:3] == [(2, "added"), (3, "added"), (4, "added")]
    assert JournalEntry.objects.filter(command="catalog.save_products").count() == 3


def test_it_refuses_no_rows_and_too_many(shop: Shop) -> None:
    for rows in ((), tuple((line, {"sku": "A"}) for line in range(MOST_ROWS + 1))):
        with pytest.raises(Invalid) as refused:
            _start(shop, RowsWanted(register="products", name="x", rows=rows))
        assert refused.value.field == "rows"
    assert not RegisterImport.objects.exists()


def test_it_refuses_a_register_that_is_none(shop: Shop) -> None:
    with pytest.raises(UnknownChoice):
        _start(shop, replace(WANTED, register="orders"))
    assert not RegisterImport.objects.exists()


def test_only_those_who_may_save_rows_may_import_them(shop: Shop) -> None:
    clerk = replace(shop.call(), actor=Actor("staff", "7", frozenset(["pricing.*", "catalog.save_products"])))
    with pytest.raises(NotPermitted) as refused:
        permitted(clerk, "products")
    assert refused.value.facts == {"command": "catalog.restore_variant"}
    with pytest.raises(NotPermitted):
        start_register_import(clerk, wanted=WANTED)
    assert permitted(clerk, "prices").actor.may("automation.confirm_register_import")
    assert not RegisterImport.objects.exists()


def test_it_refuses_to_confirm_what_is_not_looked_at(shop: Shop) -> None:
    id_ = _start(shop)
    with pytest.raises(NotInThisState):
        confirm_register_import(shop.call(), import_id=id_)
    with pytest.raises(NotFound):
        confirm_register_import(shop.call(), import_id=new_id())
    assert RegisterImport.objects.get().state == "looking"


def test_it_refuses_to_stop_what_is_over(shop: Shop) -> None:
    id_ = _start(shop)
    stop_register_import(shop.call(), import_id=id_)
    assert not ImportRow.objects.exclude(cells={}).exists()
    with pytest.raises(NotInThisState):
        stop_register_import(shop.call(), import_id=id_)
    assert _work(shop, id_).state == "stopped"
    assert _outcomes()[0] == (2, "waiting")
