"""The wording of mails over the API: look, try, save, go back."""

from __future__ import annotations

from tests.conftest import Shop
from tests.web.api.client import Caller

BODY = {"kind": "shipped", "language": "en", "subject": "{{ order.number }} left", "heading": "Off it goes", "body": "**Soon**"}


def test_it_works(shop: Shop) -> None:
    owner = Caller(shop)
    kinds = {one["code"]: one for one in owner.get("/mail-kinds").json}
    assert (kinds["shipped"]["may_be_off"], kinds["shipped"]["is_on"], kinds["order_confirmed"]["may_be_off"]) == (
        True,
        True,
        False,
    )
    assert {"path": "order.number", "meaning": "Number of the order"} in kinds["shipped"]["names"]
    seen = owner.post("/wordings/preview", BODY)
    assert seen["subject"] == "1042 left"
    assert "<strong>Soon</strong>" in seen["html"]
    assert "Off it goes\n\nSoon\n" in seen["text"]
    assert owner.get("/wordings")["items"] == []
    saved = owner.post("/wordings", BODY)
    assert (saved["version"], saved["created"]) == (1, True)
    address = f"/wordings/{saved['wording_id']}"
    owner.post("/wordings", BODY | {"heading": "Gone"})
    assert [one["heading"] for one in owner.get(f"{address}/versions").json] == ["Gone", "Off it goes"]
    assert owner.post(f"{address}/versions/1/restore")["version"] == 3
    assert (owner.get(address)["heading"], owner.get(address)["state"]) == ("Off it goes", "active")
    assert owner.post(f"{address}/retire")["state"] == "retired"
    assert owner.put("/mail-kinds/shipped", {"is_on": False})["is_on"] is False
    refused = owner.post("/wordings", BODY | {"body": "a\n{{ poem }}"}).problem
    assert (refused.status, refused.field) == (422, "body")
    assert refused.detail.startswith("Line 2: nothing in this mail is called “poem”.")
    assert owner.put("/mail-kinds/order_confirmed", {"is_on": False}).problem.status == 409
