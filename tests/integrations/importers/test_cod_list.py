"""What carriers collected pays orders, what they pass on is settled, and what does not fit is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdan.config.statements import import_cod
from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.models import Discrepancy
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import due, exceptions


def _sent(shop: Shop, tracking: str, total: int) -> OrderPlaced:
    order = kit.place(shop, ("TEA", 1), price=total, payment_method="cash_on_delivery")
    (shipment,) = kit.plan(shop, order).shipments
    ship_shipments.one(shop.call(), ShipShipment(shipment.shipment_id, "SF", tracking))
    return order


def _list(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_works(shop: Shop, tmp_path: Path) -> None:
    kit.stock(shop, "TEA", 10)
    first, second, third = _sent(shop, "SF1", 1000), _sent(shop, "SF2", 2000), _sent(shop, "SF3", 3000)
    path = _list(
        tmp_path,
        "运单号,代收货款,手续费,实付金额\nSF1,10.00,0.30,9.70\nSF2,19.00,0.50,18.50\n"
        f"{third.number},30.00,0.50,29.00\nSF9,5.00,0,5.00\n",
    )
    told = import_cod(path, carrier="sf", currency="", tenant=shop.tenant)
    assert (told.rows, told.collected, told.settled, told.known, told.differences) == (4, 3, 3, 0, 3)
    assert [due(one)[0] for one in (first, second, third)] == [0, 100, 0]
    assert list(Payment.objects.order_by("captured").values_list("captured", "settled")) == [
        (1000, 1000),
        (1900, 1900),
        (3000, 2950),
    ]
    assert exceptions() == [("amount_differs", 1900, 2000), ("fee_differs", 100, 50), ("no_such_payment", 500, None)]
    again = import_cod(path, carrier="sf", currency="", tenant=shop.tenant)
    assert (again.collected, again.settled, again.known) == (0, 0, 2)
    assert Discrepancy.objects.filter(kind="no_such_payment").get().seen == 2
    assert kit.breaches() == []


def test_what_cannot_be_read_is_told(shop: Shop, tmp_path: Path) -> None:
    told = import_cod(_list(tmp_path, "tracking,collected\nSF1,ten\n"), carrier="sf", currency="GBP", tenant=shop.tenant)
    assert (told.rows, told.collected, len(told.unreadable)) == (1, 0, 1)
    with pytest.raises(UnreadableFile):
        import_cod(_list(tmp_path, "a,b\n1,2\n"), carrier="sf", currency="GBP", tenant=shop.tenant)
    assert not Payment.objects.exists()
