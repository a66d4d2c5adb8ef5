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
    assert refused.detail.startswith("Line 2, column 4: nothing here is called “poem”.")
    assert (kinds["shipped"]["ways"], kinds["order_changed"]["ways"]) == (["mail", "sms", "line", "wechat", "push"], ["mail"])
    sms = {
        "kind": "payment_reminder",
        "language": "zh-Hant",
        "way": "sms",
        "level": 2,
        "body": "第 {{ reminder.level }} 次提醒" * 9,
    }
    told = owner.post("/wordings/preview", sms)
    assert (told["html"], told["messages"], told["text"].count("第 2 次提醒")) == ("", 2, 9)
    assert told["text"].endswith(" https://shop.example/o/1042")
    saved = owner.get(f"/wordings/{owner.post('/wordings', sms)['wording_id']}")
    assert (saved["way"], saved["level"], saved["heading"]) == ("sms", 2, "")
    assert owner.post("/wordings", sms | {"level": 10}).problem.field == "level"
    assert owner.put("/mail-kinds/order_confirmed", {"is_on": False}).problem.status == 409
