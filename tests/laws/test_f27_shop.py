"""F27 for shoppers: every address of the storefront, by strangers and by whoever holds the wrong link; one without a row fails.

Whatever is somebody's own is behind a link. A link of another order, of another shop, of another kind, one that was changed or is
over opens a page that says nothing, always the same; and nothing of it changes anything.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from dingdan.automation.pay_links import ORDER_LINK, PAY_ORDER
from dingdan.automation.setup import create_tenant
from dingdan.automation.ticket_letters import LINK as TICKET_LINK
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.links import link_to
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.aftersales.commands import (
    ClaimedUnits,
    ReturnWanted,
    attach_to_claim,
    authorize_return,
    file_claim,
)
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.tickets.models import Attachment, Ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG
from tests.web.storefront.front import open_front, put_on_offer

PREFIX = "shop"
SECRET = "Zebulon Quickwater"
EMAIL = "zebulon@example.com"

OPEN = [
    *("shop_home", "shop_search", "shop_shelf", "shop_product", "shop_cart", "shop_checkout", "shop_find", "shop_wish"),
    *("shop_picture", "shop_theme", "shop_sitemap", "shop_robots", "shop_manifest", "shop_icon", "shop_symbol", "shop_worker"),
    "shop_sitemap_part",
    *("shop_offline", "shop_logo", "shop_buy", "shop_api_make_cart", "shop_api_document", "shop_api_nothing"),
    "shop_contact",
]
"""For everybody: nothing on them is anybody's own, but what the browser itself has in its cookies."""
LINKED = [
    *("shop_notices", "shop_sign_in_link", "shop_move", "shop_api_get_cart", "shop_api_add_line", "shop_api_change_line"),
    *("shop_api_use_coupon", "shop_api_leave_coupon"),
]
"""Opened by links of other kinds: to a cart, to what one is told, into an account."""
ACCOUNT = [
    *("shop_account", "shop_sign_in", "shop_sign_out", "shop_passkey", "shop_orders", "shop_addresses", "shop_address_new"),
    *("shop_address", "shop_profile", "shop_email", "shop_money", "shop_methods", "shop_security", "shop_password"),
    *("shop_passkey_new", "shop_passkey_remove", "shop_everywhere", "shop_privacy", "shop_data", "shop_erase"),
    *("shop_talking", "shop_take"),
]
"""For whoever is signed in, about themselves; strangers may sign in there."""
HELD = [
    *("shop_order", "shop_order_invoice", "shop_order_credit_note", "shop_order_receipt", "shop_order_return_off"),
    *("shop_order_claim_off", "shop_order_file", "shop_order_messages", "shop_order_message_file", "shop_order_rating"),
    *("shop_order_again", "shop_order_push", "shop_invite", "shop_change", "shop_changed", "shop_cancel", "shop_return"),
    *("shop_exchange", "shop_returned", "shop_order_settled"),
    *("shop_claim", "shop_claimed"),
]
"""Pages of one order, for whoever holds it."""
TALKS = ["shop_talk", "shop_talk_file", "shop_talk_rating", "shop_talk_settled"]
"""Pages of one ticket, for whoever wrote it: by the link in their mails, or in their account."""
NOT_THERE = ["shop_order_credit_note", "shop_changed"]
"""Of these the order below has none."""


def addresses() -> dict[str, list[str]]:
    """Every address of the storefront by its name, as parts of a pattern; the same page may have several entrances."""
    found: dict[str, list[str]] = {}

    def below(prefix: str, patterns: Any) -> None:
        for one in patterns:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                below(here, one.url_patterns)
            else:
                found.setdefault(str(one.name), []).append(here.rpartition(")?/")[2])

    below("", [one for one in get_resolver().url_patterns if str(one.pattern).startswith("^shop")])
    return found


ADDRESSES = addresses()
BY_LINK = {name: next(path for path in ADDRESSES[name] if path.startswith("o/<str:link>/")) for name in HELD if name in ADDRESSES}


def test_every_address_has_a_row() -> None:
    assert sorted(ADDRESSES) == sorted([*OPEN, *LINKED, *ACCOUNT, *HELD, *TALKS])


@dataclass(frozen=True)
class Scene:
    """A shop with two orders of two people, each with everything that hangs on an order."""

    shop: Shop
    mine: OrderPlaced
    theirs: OrderPlaced
    ids: dict[str, UUID | str]
    """What hangs on the order of the other one, by the names of the parts of addresses."""
    foreign: str
    """A link to that order as another shop would make it."""
    other: str
    """The name of that other shop, which has a storefront, too."""

    def path(self, name: str, link: str, *, slug: str = "") -> str:
        """Where a page of an order would be by that link, about the things of the other's order."""
        path = re.sub(r"<\w+:(\w+)>", lambda part: self.said(name, part[1]), BY_LINK[name].replace("<str:link>", link))
        return f"/shop/~{slug or self.shop.tenant.slug}/{path}"

    def said(self, name: str, part: str) -> str:
        """What stands in an address for a part of it."""
        return str(self.ids.get(f"{name} {part}") or self.ids.get(part) or new_id())


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with ExitStack() as stack:
        other = Shop(create_tenant(f"other-{secrets.token_hex(6)}", "Another shop"), SYSTEM)
        shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
        with tenant_scope(other.tenant_id):
            open_front(other)
        stack.enter_context(tenant_scope(shop.tenant_id))
        open_front(shop)
        put_on_offer(shop, "mug", pieces=20)
        mine = kit.place(shop, ("MUG", 2))
        person = replace(kit.BUYER, name=SECRET, email=EMAIL)
        theirs = kit.place(shop, ("MUG", 4), ship_to=person, bill_to=person)
        for order in (mine, theirs):
            kit.pay(shop, order)
            kit.deliver(shop, order)
        ids = _hung(shop, theirs)
        with tenant_scope(other.tenant_id):
            foreign = _link(theirs.order_id)
        yield Scene(shop, mine, theirs, ids, foreign, other.tenant.slug)


def _hung(shop: Shop, order: OrderPlaced) -> dict[str, UUID | str]:
    line = order.lines[0].line_id
    back = authorize_return(
        shop.call(), order_id=order.order_id, lines=(ReturnWanted(line_id=line, quantity=1, reason="unwanted"),)
    )
    claim = file_claim(shop.call(), order_id=order.order_id, lines=(ClaimedUnits(line_id=line, quantity=1, reason="damaged"),))
    invoice = issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    photo = attach_to_claim(shop.call(), claim_id=claim.claim_id, name="a.png", content=PNG)
    Client(SERVER_NAME="localhost").post(
        f"/shop/~{shop.tenant.slug}/o/{_link(order.order_id)}/messages/",
        {"text": SECRET, "files": [SimpleUploadedFile("b.png", PNG)]},
    )
    return {
        "shop_returned number": back.number, "shop_claimed number": claim.number,
        "return_id": back.return_id, "claim_id": claim.claim_id, "shop_order_file file_id": photo.attachment_id,
        "shop_order_invoice paper_id": invoice.invoice_id,
        "ticket_id": Ticket.objects.get().id, "shop_order_message_file file_id": Attachment.objects.get().id,
        "shop_talk_file file_id": Attachment.objects.get().id,
    }  # fmt: skip


def _link(order_id: UUID, kind: str = ORDER_LINK, *, days: int = 1) -> str:
    return link_to(kind, order_id, until=clock.now() + timedelta(days=days))


def _asked(path: str) -> list[HttpResponse]:
    """What is answered to whoever looks, and to whoever sends a form."""
    client = Client(SERVER_NAME="localhost")
    found: list[Any] = [client.get(path), client.post(path, {"text": "x", "rating": "1", "key": secrets.token_hex(4)})]
    return found


def _told(answer: HttpResponse) -> str:
    return answer.content.decode(errors="replace")


@pytest.mark.parametrize("name", HELD)
def test_who_holds_the_order_comes_in(scene: Scene, name: str) -> None:
    """So that what is refused below is refused for its link and for nothing else."""
    answer: Any = Client(SERVER_NAME="localhost").get(scene.path(name, _link(scene.theirs.order_id)))
    assert answer.status_code in ((404,) if name in NOT_THERE else (200, 303))


@pytest.mark.parametrize("name", HELD)
def test_a_wrong_link_opens_nothing_and_says_nothing(scene: Scene, name: str) -> None:
    right, order_id = _link(scene.theirs.order_id), scene.theirs.order_id
    wrong = {
        "nothing": "x", "cut": right[:-1], "changed": right[:25] + ("A" if right[25] != "A" else "B") + right[26:],
        "over": _link(order_id, days=-1), "to pay": _link(order_id, PAY_ORDER),
        "of a ticket": _link(UUID(scene.said(name, "ticket_id")), TICKET_LINK),
        "of a ticket as an order": _link(UUID(scene.said(name, "ticket_id"))),
        "nowhere": _link(new_id()), "of another shop": scene.foreign,
    }  # fmt: skip
    before = JournalEntry.objects.count()
    for what, link in wrong.items():
        for answer in _asked(scene.path(name, link)):
            assert answer.status_code in (404, 405), what
            assert SECRET not in _told(answer), what
            assert scene.theirs.number not in re.sub(r"v=\d+|[0-9a-f-]{36}", "", _told(answer)).replace(link, ""), what
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("name", [name for name in HELD if BY_LINK.get(name, "").count("<") > 1])
def test_the_link_of_one_order_opens_nothing_of_another(scene: Scene, name: str) -> None:
    before = JournalEntry.objects.count()
    for answer in _asked(scene.path(name, _link(scene.mine.order_id))):
        assert answer.status_code in (404, 405)
        assert SECRET not in _told(answer)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("name", HELD)
def test_the_link_opens_nothing_at_another_shop(scene: Scene, name: str) -> None:
    before = JournalEntry.objects.count()
    for answer in _asked(scene.path(name, _link(scene.theirs.order_id), slug=scene.other)):
        assert answer.status_code in (404, 405)
        assert SECRET not in _told(answer)
    assert JournalEntry.objects.count() == before


def _paths(scene: Scene, name: str, link: str = "x") -> list[str]:
    """Where a page is, by every entrance that it has, about the things of the other's order."""
    words = {
        "number": scene.said(name, "number"),
        "slug": "mug",
        "name": "icon-192",
        "sku": "MUG",
        "coupon": "TENOFF",
        "link": link,
        "digest": "0" * 32,
    }
    found = []
    for path in ADDRESSES[name]:
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: words.get(part[1], "x"), path.replace("^", "").replace("$", ""))
        plain = plain.replace("<uuid:mine>", str(scene.theirs.order_id))
        plain = re.sub(r"<uuid:(\w+)>", lambda part: scene.said(name, part[1]), plain)
        found.append(f"/shop/~{scene.shop.tenant.slug}/" + re.sub(r"<\w+:(\w+)>", lambda part: words.get(part[1], "x"), plain))
    return found


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_to_everybody_tells_of_nobody(scene: Scene, name: str) -> None:
    for path in _paths(scene, name):
        for answer in _asked(path):
            assert answer.status_code < 500
            assert SECRET not in _told(answer)
            assert EMAIL not in _told(answer)


@pytest.mark.parametrize("name", LINKED)
def test_the_link_of_an_order_opens_nothing_else(scene: Scene, name: str) -> None:
    before = JournalEntry.objects.count()
    for link in (_link(scene.theirs.order_id), scene.foreign, "x"):
        for path in _paths(scene, name, link):
            for answer in _asked(path):
                assert 400 <= answer.status_code < 500 or (name == "shop_move" and answer.status_code in (302, 303))
                assert SECRET not in _told(answer)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("name", [*ACCOUNT, *HELD, *TALKS])
def test_strangers_are_asked_to_sign_in_and_told_nothing(scene: Scene, name: str) -> None:
    before = JournalEntry.objects.count()
    for path in _paths(scene, name, "x"):
        for answer in _asked(path):
            is_sign_in = name in ("shop_sign_in", "shop_passkey") or answer.status_code in (302, 303)
            assert is_sign_in or 400 <= answer.status_code < 500
            assert SECRET not in _told(answer)
            assert str(scene.theirs.number) not in str(answer.get("Location", ""))
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("name", TALKS)
def test_a_ticket_is_opened_by_its_own_link_alone(scene: Scene, name: str) -> None:
    ticket_id, slug = UUID(scene.said(name, "ticket_id")), scene.shop.tenant.slug
    right, client = _link(ticket_id, TICKET_LINK), Client(SERVER_NAME="localhost")
    with tenant_scope(Tenant.objects.get(slug=scene.other).id):
        foreign = _link(ticket_id, TICKET_LINK)

    def at(link: str, *, of: str = slug) -> str:
        return _paths(scene, name, link)[0].replace(f"~{slug}", f"~{of}")

    assert "/m/" in at(right)
    assert client.get(at(right)).status_code in (200, 303)
    wrong = (
        "x", right[:-1], right[:25] + ("A" if right[25] != "A" else "B") + right[26:], _link(ticket_id, TICKET_LINK, days=-1),
        _link(ticket_id), _link(scene.theirs.order_id), _link(scene.theirs.order_id, TICKET_LINK), foreign,
    )  # fmt: skip
    before = JournalEntry.objects.count()
    for path in [*(at(link) for link in wrong), at(right, of=scene.other)]:
        for answer in _asked(path):
            assert answer.status_code in (404, 405)
            assert SECRET not in _told(answer)
    assert JournalEntry.objects.count() == before
