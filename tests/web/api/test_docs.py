"""The page for developers is true: what it sends is sent here, in its order."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests import kit
from tests.conftest import Shop
from tests.house.scan import ROOT
from tests.web.api.client import Caller

PAGE = Path(ROOT, "docs", "api.md")
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
CURL = re.compile(
    r"(?:(?P<name>[A-Z]+)=\$\()?curl (?:-X (?P<method>[A-Z]+) )?\"?\$API(?P<path>[^\s\"]+)\"?(?P<rest>.*?)"
    r"(?:\| jq -r \.(?P<field>\S+)\))?$",
    re.DOTALL,
)


def _commands() -> list[re.Match[str]]:
    lines = "\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    found = re.split(r"\n(?=curl|[A-Z]+=)", lines)
    return [match for command in found if (match := CURL.match(command.strip()))]


def _told(answer: Any, field: str) -> str:
    for part in re.findall(r"\w+", field):
        answer = answer[int(part)] if part.isdigit() else answer[part]
    return str(answer)


def test_one_orders_life_happens_as_the_page_says(shop: Shop, caller: Caller) -> None:
    known: dict[str, str] = {}
    commands = _commands()
    for command in commands:
        path = re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], command["path"])
        body = re.search(r"-d '(.*)'", command["rest"], re.DOTALL)
        sent = re.sub(r"'\$([A-Z]+)'", lambda name: known[name[1]], body[1]) if body else None
        key = re.search(r"Idempotency-Key: ([\w-]+)", command["rest"])
        path, _, query = path.partition("?")
        answer = caller.send(
            command["method"] or "GET",
            path,
            json.loads(sent) if sent else None,
            key=key[1] if key else None,
            query=f"?{query}" if query else "",
        )
        assert answer.status in (200, 201), (command[0], answer.body)
        if command["name"]:
            known[command["name"]] = _told(answer.json, command["field"])
    assert len(commands) == 21
    order = caller.get(f"/orders/{known['ORDER']}")
    assert (order["payment_status"], order["fulfillment_status"]) == ("partly_refunded", "partly_returned")
    assert kit.breaches() == []


def test_the_problem_that_the_page_shows_is_what_is_answered(shop: Shop, caller: Caller) -> None:
    shown = json.loads(re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1])  # type: ignore[index]
    kit.stock(shop, "MUG-RED", 5)
    lines = [{"sku": "MUG-RED", "quantity": 6, "unit_price": 1}]
    assert caller.post("/orders", {"lines": lines, "ship_to": {}}).json == shown
