"""F27, the socket: who hears of what. Every kind of thing that entries are about, by everybody; and nobody of another shop."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dingdan.automation.pay_links import PAY_ORDER
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.links import link_to
from dingdan.kernel.tail import News
from dingdan.masterdata.staff.rules import USUAL_ROLES
from dingdan.trade.orders.models import Contact, Order
from dingdan.web.live.stream import Told, pieces
from dingdan.web.shared.following import READ_BY, Follower
from tests import kit
from tests.conftest import ROOT, Shop
from tests.web.api.client import token_for
from tests.web.storefront.own.desk import link_of

HEARS: dict[str, str] = {
    "sales warehouse accounting review aftersales reader catalog": """
        adjustment category location node owner product promotion shipping_method threshold transfer variant
    """,
    "reader": "api_key endpoint list_export",
    "accounting reader": "bill cash_count day_close discrepancy statement statement_line",
    "sales warehouse accounting review aftersales reader": "bulk cart claim order parcel return shipment wave",
    "warehouse accounting reader": "count",
    "sales accounting aftersales reader": "credit_note invoice",
    "sales accounting review aftersales reader": "customer dispute gift_card payable payment",
    "sales accounting reader": "merchant_account rate report_schedule shop storefront",
    "sales aftersales reader": "notice register_import ticket wish",
    "sales review aftersales reader": "review",
    "sales reader": "mail_switch messenger_account wording",
}
"""Besides the owner, who hears of everything: which of the usual roles hear of which kinds of things."""
ROWS = {kind: roles.split() if roles != "nobody else" else [] for roles, kinds in HEARS.items() for kind in kinds.split()}
ABOUT = re.compile(r"\.about\(\s*\"([a-z_]+)\"")


def test_every_kind_of_thing_has_a_row() -> None:
    used = {kind for file in Path(ROOT, "dingdan").rglob("*.py") for kind in ABOUT.findall(file.read_text(encoding="utf-8"))}
    assert used - set(ROWS) == set()
    assert set(READ_BY) == set(ROWS)


@pytest.mark.parametrize("role", USUAL_ROLES)
def test_each_hears_of_what_it_may_read(shop: Shop, role: str) -> None:
    from dingdan.web.api.live import follower_of

    follower = follower_of(token_for(shop, *USUAL_ROLES[role]))
    assert follower is not None
    assert follower.tenant_id == shop.tenant_id
    heard = {kind for kind in ROWS if pieces(_told(kind), follower)}
    assert heard == ({kind for kind, roles in ROWS.items() if role in roles} if role != "owner" else set(ROWS))


def test_a_thing_that_is_not_there_is_for_whoever_reads_everything(shop: Shop) -> None:
    assert pieces(_told("something new"), Follower(shop.tenant_id, "clerk", frozenset(ROWS))) == b""
    assert pieces(_told("something new"), Follower(shop.tenant_id, "owner", None)) != b""


def test_whoever_has_a_link_hears_of_one_thing(shop: Shop) -> None:
    told = _told("order")
    assert told.news is not None
    ((_kind, id_),) = told.news[0].about
    assert pieces(told, Follower(shop.tenant_id, "link", only=id_)) == b"event: changed\ndata: 1\n\n"
    assert pieces(told, Follower(shop.tenant_id, "link", only=new_id())) == b""


def test_the_link_of_an_order_lets_hear_of_that_order(shop: Shop) -> None:
    from dingdan.web.storefront.live import customer_of, follower_of

    kit.stock(shop, "MUG", 2)
    order, forgotten = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    link, pays = link_of(order.order_id), link_to(PAY_ORDER, order.order_id, until=clock.now() + timedelta(days=1))
    assert customer_of(link) == Follower(shop.tenant_id, f"link:{order.order_id}", only=order.order_id)
    gone = Order.objects.values_list("ship_to_id", flat=True).get(id=forgotten.order_id)
    Contact.objects.filter(id=gone).update(erased_at=clock.now())
    wrong = ("", "nothing", link[:-1], link_of(order.order_id, days=-1), link_of(new_id()), link_of(forgotten.order_id), pays)
    assert [customer_of(one) for one in wrong] == [None] * 7
    assert follower_of(link) is None


def _told(kind: str) -> Told:
    return Told(0, 1, [News(1, "Happened", ((kind, new_id()),))])
