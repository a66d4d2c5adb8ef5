"""Endpoints and deliveries over the API."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from django.conf import settings
from django.test import override_settings
from standardwebhooks import Webhook

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.kernel import clock
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import receiving, tell
from tests.web.api.client import Answer, Caller

DRAFT = {"url": "https://shop.example/hooks", "types": ["orders.*"], "description": "The shop"}


def made(caller: Caller, key: str | None = None, **changes: object) -> Answer:
    answer = caller.post("/webhook-endpoints", {**DRAFT, **changes}, key=key)
    assert answer.status == 201, answer.body
    return answer


def test_it_works(shop: Shop, caller: Caller) -> None:
    """An endpoint is made, tried, told of an order, and looked at."""
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        answer = made(caller, url=receiver.url)
        endpoint, verifier = answer["endpoint_id"], Webhook(answer["secret"])
        assert answer.headers["Location"] == f"/api/v1/webhook-endpoints/{endpoint}"
        ping = caller.post(f"/webhook-endpoints/{endpoint}/ping")
        order = kit.place(shop, ("MUG", 1))
        tell(shop)
        for came in receiver.took:
            verifier.verify(came.body, dict(came.headers))
    sent = caller.get("/webhook-deliveries", endpoint=endpoint)["items"]
    assert [one["type"] for one in sent] == ["orders.order_placed", "webhooks.endpoint_pinged"]
    assert sent[1]["id"] == ping["delivery_id"]
    assert sent[0]["orders"] == [{"order_id": str(order.order_id), "sequence": 1}]
    log = caller.get(f"/webhook-deliveries/{sent[0]['id']}").json
    assert log["delivery"] == sent[0]
    assert [(one["number"], one["status"], one["error"]) for one in log["tries"]] == [(1, 204, "")]
    assert caller.get(f"/webhook-endpoints/{endpoint}")["state"] == "active"


def test_the_message_tells_what_the_feed_tells(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        made(caller, url=receiver.url)
        kit.place(shop, ("MUG", 1))
        tell(shop)
    data = receiver.took[0].told["data"]
    data.pop("orders")
    position = data["position"]
    assert caller.get("/events", after=position - 1, limit=1)["items"] == [data]


def test_the_secret_is_shown_once_and_to_the_same_request_again(caller: Caller) -> None:
    first = made(caller, key="one")
    assert made(caller, key="one").body == first.body
    assert first["secret"].startswith("whsec_")
    assert len(base64.b64decode(first["secret"].removeprefix("whsec_"))) == 32
    other = made(caller, key="two")
    assert other["secret"] != first["secret"]
    shown = caller.get(f"/webhook-endpoints/{first['endpoint_id']}").body + caller.get("/webhook-endpoints").body
    assert first["secret"].encode() not in shown
    assert caller.get(f"/webhook-endpoints/{first['endpoint_id']}")["secret_fingerprint"] == first["secret_fingerprint"]


def test_the_secret_of_long_ago_is_not_shown_when_the_server_has_another(caller: Caller) -> None:
    made(caller, key="one")
    with override_settings(SECRET_KEY="another one", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        answer = caller.post("/webhook-endpoints", DRAFT, key="one")
    assert (answer.status, answer.problem.code) == (409, "secret_not_shown_again")
    assert Endpoint.objects.count() == 1


def test_a_secret_is_rotated(caller: Caller) -> None:
    first = made(caller)
    path = f"/webhook-endpoints/{first['endpoint_id']}"
    answer = caller.post(f"{path}/rotate-secret", {"overlap_hours": 48}, key="turn")
    assert answer.status == 200
    assert answer["secret"] != first["secret"]
    assert caller.post(f"{path}/rotate-secret", {"overlap_hours": 48}, key="turn").body == answer.body
    assert caller.get(path)["previous_expires_at"] == answer["previous_expires_at"]
    assert caller.post(f"{path}/rotate-secret", {}).status == 200
    assert caller.post(f"{path}/rotate-secret", {"overlap_hours": 169}).problem.field == "overlap_hours"


def test_an_endpoint_is_changed_paused_resumed_and_retired(caller: Caller) -> None:
    path = f"/webhook-endpoints/{made(caller)['endpoint_id']}"
    assert caller.put(path, {"url": "https://elsewhere.example/", "types": ["*"]}).status == 200
    assert caller.get(path)["url"] == "https://elsewhere.example/"
    for turn, state in (("pause", "paused"), ("resume", "active"), ("retire", "retired")):
        assert caller.post(f"{path}/{turn}").status == 200
        assert caller.get(path)["state"] == state
    assert [one["state"] for one in caller.get("/webhook-endpoints", state="retired")["items"]] == ["retired"]
    assert caller.get("/webhook-endpoints", state="active")["items"] == []
    assert caller.post(f"{path}/resume").problem.code == "not_in_this_state"


def test_what_is_wrong_is_told_where(caller: Caller) -> None:
    for changes, field, code in (
        ({"url": "https://127.0.0.1/"}, "url", "address_not_allowed"),
        ({"url": "http://shop.example/"}, "url", "url_not_encrypted"),
        ({"url": "shop"}, "url", "url_not_usable"),
        ({"types": ["orders.none"]}, "types", "unknown_event_type"),
        ({"types": []}, "types", "wrong_number_of_types"),
    ):
        answer = caller.post("/webhook-endpoints", {**DRAFT, **changes})
        assert (answer.status, answer.problem.field, answer.problem.code) == (422, field, code)


def test_a_dry_run(shop: Shop, caller: Caller) -> None:
    """What would be sent about any event, to any endpoint; nothing is written and nothing sent."""
    kit.stock(shop, "MUG", 5)
    answer = made(caller, url="https://shop.example/hooks")
    kit.place(shop, ("MUG", 1))
    kit.stock(shop, "CUP")
    drain(shop.tenant_id)
    position = caller.get("/webhook-deliveries")["items"][0]["position"]
    path = f"/webhook-endpoints/{answer['endpoint_id']}/preview"
    shown = caller.get(path, position=position).json
    assert (shown["type"], shown["url"]) == ("orders.order_placed", "https://shop.example/hooks")
    assert (shown["is_wanted"], shown["error"]) == (True, "")
    assert Webhook(answer["secret"]).verify(shown["body"], shown["headers"])["data"]["position"] == position
    assert shown["headers"]["webhook-id"] == shown["delivery_id"] == caller.get("/webhook-deliveries")["items"][0]["id"]
    other = caller.get(path, position=position + 1).json
    assert (other["type"], other["is_wanted"]) == ("catalog.product_saved", False)
    assert caller.get(path, position=1).json["is_wanted"] is False  # from before it was made
    assert caller.get(path, position=9999).status == 404
    assert caller.get("/webhook-deliveries")["items"][0]["attempts"] == 0


def test_what_would_be_sent_cannot_be_signed(shop: Shop, caller: Caller) -> None:
    endpoint = made(caller)["endpoint_id"]
    drain(shop.tenant_id)
    with override_settings(SECRET_KEY="another one"):
        answer = caller.get(f"/webhook-endpoints/{endpoint}/preview", position=1)
    assert (answer["error"], answer["headers"]["webhook-signature"]) == ("secret_not_readable", "")


def test_deliveries_are_found(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    one, other = made(caller, types=["orders.*", "payments.*"]), made(caller, types=["payments.*"])
    first, second = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    kit.pay(shop, first)
    drain(shop.tenant_id)

    def found(**asked: str) -> list[str]:
        return [row["type"] for row in caller.get("/webhook-deliveries", **asked)["items"]]

    assert len(found()) == 4
    assert found(endpoint=other["endpoint_id"]) == ["payments.payment_recorded"]
    assert found(endpoint=one["endpoint_id"], order=first.number) == ["payments.payment_recorded", "orders.order_placed"]
    assert found(order=str(second.order_id)) == ["orders.order_placed"]
    assert found(type="payments.payment_recorded") == ["payments.payment_recorded"] * 2
    assert len(found(state="waiting")) == 4
    assert found(state="given_up") == []
    assert caller.get("/webhook-deliveries", state="lost").status == 422
    assert caller.get("/webhook-deliveries", endpoint="nonsense").status == 404
    whole, after = [], None
    while True:
        page = caller.get("/webhook-deliveries", limit=1, **({"after": after} if after else {}))
        whole += page["items"]
        after = page["next"]
        if after is None:
            break
    assert len({row["id"] for row in whole}) == 4


def test_replaying(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        endpoint = made(caller, url=receiver.url)["endpoint_id"]
        kit.place(shop, ("MUG", 1))
        tell(shop)
        sent = caller.get("/webhook-deliveries")["items"][0]["id"]
        assert caller.post(f"/webhook-deliveries/{sent}/replay")["delivery_id"] == sent
        tell(shop)
        since = (clock.now() - timedelta(hours=1)).isoformat()
        assert caller.post(f"/webhook-endpoints/{endpoint}/replay", {"since": since})["count"] == 1
        tell(shop)
    assert [came.id for came in receiver.took] == [sent] * 3


def test_the_types_are_listed(caller: Caller) -> None:
    types = caller.get("/webhook-event-types").json
    assert types["orders.order_placed"]
    assert json.dumps(list(types)) == json.dumps(sorted(types))
