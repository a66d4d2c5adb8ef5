"""Somebody who does something with an order of theirs, at a browser without scripts."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor
from tests.web.storefront.own.desk import below


class Shopper(Visitor):
    """Whoever holds the link of an order."""

    def __init__(self, shop: Shop, order_id: UUID, language: str = "") -> None:
        super().__init__(shop, language)
        self.order = below(order_id)

    def at(self, *parts: str) -> str:
        """Where a page of the order is: always by the same link."""
        return self.order + "".join(f"{part}/" for part in parts)

    def open(self, *parts: str) -> str:
        """A page of the order, as it is sent."""
        return self.html(self.at(*parts))

    def read(self, *parts: str) -> str:
        """What a page of the order says."""
        return text_of(self.open(*parts))

    def press(self, act: str, do: str = "look", **sent: Any) -> HttpResponse:
        """What is answered to a form of the order."""
        return self.send(self.at(act), do=do, **sent)

    def see(self, act: str, **sent: Any) -> str:
        """What would come of it."""
        answer = self.press(act, **sent)
        assert answer.status_code == 200
        return text_of(answer.content.decode())

    def do(self, act: str, **sent: Any) -> str:
        """Look at what comes of it, press the button, and read what the page says to which that leads."""
        return text_of(self.client.get(self.done(act, **sent)["Location"]).content.decode())

    def done(self, act: str, **sent: Any) -> HttpResponse:
        """Look at what comes of it, and press the button."""
        answer = self.send(self.at(act), **self.looked(act, **sent))
        assert answer.status_code == 303, text_of(answer.content.decode())
        return answer

    def looked(self, act: str, **sent: Any) -> dict[str, Any]:
        """The form with the button, as it stands on the page that tells what comes of it."""
        page = self.press(act, **sent).content.decode()
        return {**sent, **hidden(page), "do": "apply"}


def hidden(page: str) -> dict[str, str]:
    """What a form carries: its key, and what was looked at."""
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("key", "seen")}
    assert found["seen"] is not None, text_of(page)
    return {name: one[1] for name, one in found.items() if one}
