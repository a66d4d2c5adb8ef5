"""Endpoints and deliveries, to be read."""

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks.commands import pause_endpoint
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from tests.integrations.webhooks.receiver import hook, receiving, tell
from tests.kit import pay, place, stock
from tests.web.backoffice.desk import Desk


def test_an_endpoint_and_its_deliveries(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    with receiving() as receiver:
        one = hook(desk.shop, receiver.url, "orders.*", "payments.*")
        receiver.answer = lambda came: 200 if came.type == "orders.order_placed" else 503
        pay(desk.shop, place(desk.shop, ("TEA", 1)))
        tell(desk.shop)
    listed = desk.read("webhooks/endpoint/")
    assert f"{receiver.url} orders.*, payments.*" in listed
    page = desk.get(f"webhooks/endpoint/{one.endpoint_id}/")
    said = desk.read(f"webhooks/endpoint/{one.endpoint_id}/")
    assert "orders.order_placed Delivered 1 200" in said
    assert "payments.payment_recorded Waiting 1 503 Refused" in said
    assert "Endpoint created" in said
    kept = Endpoint.objects.get()
    for secret in (one.secret, kept.secret, one.secret.removeprefix("whsec_")):
        assert secret not in page


def test_a_delivery_and_its_tries(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    with receiving() as receiver:
        receiver.answer = lambda _came: 500
        hook(desk.shop, receiver.url, "orders.*")
        place(desk.shop, ("TEA", 1))
        tell(desk.shop)
    assert "orders.order_placed" in desk.read("webhooks/delivery/?q=order_placed")
    assert "Waiting 1 500 Refused" in desk.read("webhooks/delivery/?state=waiting")
    sent = Delivery.objects.get()
    said = desk.read(f"webhooks/delivery/{sent.id}/")
    assert f"webhook-id {sent.id}" in said
    assert "Orders Order Sequence 1001 1" in said
    assert "500 Refused" in said.partition("Tries")[2]


def test_the_overview_says_when_one_is_paused(desk: Desk) -> None:
    assert "0 Webhooks that are paused" in desk.read("")
    pause_endpoint(desk.shop.call(), endpoint_id=hook(desk.shop, "https://shop.example/").endpoint_id)
    assert "1 Webhooks that are paused" in desk.read("")
    said = desk.read(f"webhooks/endpoint/{Endpoint.objects.get().id}/")
    assert "Paused because Asked" in said


def test_what_people_write_is_text(desk: Desk) -> None:
    hook(desk.shop, "https://shop.example/<script>alert(1)</script>")
    drain(desk.shop.tenant_id)
    for page in (desk.get("webhooks/endpoint/"), desk.get(f"webhooks/endpoint/{Endpoint.objects.get().id}/")):
        assert "<script>alert" not in page
