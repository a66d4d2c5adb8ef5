"""On the page of what is sold out: to be told when it is back; and by the link in the mail, to be told nothing more."""

from __future__ import annotations

from django.core.cache import cache

from dingdan.automation.notice_links import customer_link, wish_link
from dingdan.kernel import clock
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.customers.commands import erase_customer_contact, save_customer
from dingdan.masterdata.customers.queries import agreed, consents_of
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.trade.wishes.models import Wish
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer


def test_who_finds_it_sold_out_leaves_an_address(shop: Shop) -> None:
    cache.clear()
    open_front(shop)
    visitor = Visitor(shop, "zh-hant")
    put_on_offer(shop, "coat", VariantDraft(sku="S", options={"Size": "S"}), VariantDraft(sku="M", options={"Size": "M"}))
    put_on_offer(shop, "mug", pieces=1)
    assert visitor.path("wish/mug/") not in visitor.html("p/mug/")
    page = visitor.html("p/coat/")
    assert f'action="{visitor.path("wish/coat/")}"' in page
    answer = visitor.send("wish/coat/", sku="M", email="Bo@example.com")
    assert (answer.status_code, answer["Location"]) == (303, visitor.path("wish/coat/?done=1"))
    again = visitor.send("wish/coat/", sku="M", email="bo@example.com")
    assert (again.status_code, again["Location"]) == (303, answer["Location"])
    row = Wish.objects.select_related("variant").get()
    assert (row.variant.sku, row.email, row.language) == ("M", "Bo@example.com", "zh-Hant")
    wrong = visitor.send("wish/coat/", sku="S", email="<script>")
    assert wrong.status_code == 422
    assert "&lt;script&gt;" in wrong.content.decode()
    assert visitor.get("wish/nothing/").status_code == 404
    elsewhere = visitor.client.post(
        visitor.path("wish/coat/"), {"email": "x@example.com"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403
    assert Wish.objects.count() == 1
    kit.receive(shop, "M", 1)
    kit.receive(shop, "S", 1)
    assert "wish/coat" not in visitor.html("p/coat/")  # a page is never older than the stock


def test_the_link_stops_it_and_looking_at_it_does_not(shop: Shop) -> None:
    open_front(shop)
    visitor = Visitor(shop)
    ids = put_on_offer(shop, "coat", VariantDraft(sku="S", options={"Size": "S"}), VariantDraft(sku="M", options={"Size": "M"}))
    put_on_offer(shop, "mug")
    for sku, slug in (("S", "coat"), ("M", "coat"), ("MUG", "mug")):
        visitor.send(f"wish/{slug}/", sku=sku, email="bo@example.com")
    first = Wish.objects.get(variant_id=ids[0])
    link = wish_link(first.id, shop.tenant.slug, "", at=clock.now())
    page = visitor.client.get(link)
    assert text_of(page.content.decode()).count("Not any more") == 3
    assert page["X-Robots-Tag"] == "noindex"
    assert Wish.objects.filter(state="waiting").count() == 3
    done = visitor.client.post(link, {"act": "wish", "id": str(first.id)}, follow=True)
    assert "Done." in text_of(done.content.decode())
    assert Wish.objects.filter(state="waiting").count() == 2
    clicked = visitor.client.post(link, {"List-Unsubscribe": "One-Click"})  # by a program, from nowhere and without cookies
    assert (clicked.status_code, clicked.content) == (200, b"")
    assert set(Wish.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert visitor.client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "You wait for nothing" in text_of(visitor.client.get(link).content.decode())
    assert visitor.client.get(link[:-3] + "x/").status_code == 404


def test_a_customer_chooses_what_they_are_told(shop: Shop) -> None:
    open_front(shop)
    visitor = Visitor(shop)
    ids = put_on_offer(shop, "mug")
    put_on_offer(shop, "coat")
    bo = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email="bo@example.com"))).customer_id
    other = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    for slug in ("mug", "coat"):
        visitor.send(f"wish/{slug}/", sku=slug.upper(), email="bo@example.com")
    link = customer_link(bo, shop.tenant.slug, "", at=clock.now())
    page = text_of(visitor.client.get(link).content.decode())
    assert "News and offers by e-mail" in page
    assert page.count("Not any more") == 2
    assert not agreed(bo, "marketing_email")
    assert visitor.client.post(link, {"act": "choose", "marketing_email": "1"}).status_code == 303
    assert [(one.purpose, one.source, one.withdrawn_at) for one in consents_of(bo)] == [("marketing_email", "notices", None)]
    visitor.client.post(link, {"act": "choose", "marketing_email": "1"})  # as it was: nothing more is written
    assert len(consents_of(bo)) == 1
    assert visitor.client.post(link, {"act": "wish", "id": str(Wish.objects.get(variant_id=ids[0]).id)}).status_code == 303
    assert Wish.objects.get(state="waiting").variant_id != ids[0]
    stranger = customer_link(other, shop.tenant.slug, "", at=clock.now())
    visitor.client.post(stranger, {"act": "wish", "id": str(Wish.objects.get(state="waiting").id)})
    assert Wish.objects.filter(state="waiting").count() == 1
    for _ in range(2):
        assert visitor.client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not agreed(bo, "marketing_email")
    assert not Wish.objects.filter(state="waiting").exists()
    erase_customer_contact(shop.call(), customer_id=bo)
    assert visitor.client.get(link).status_code == 404
