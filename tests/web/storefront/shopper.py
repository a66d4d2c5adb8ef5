"""Somebody who shops with an account, at a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import mail
from django.http import HttpResponse

from dingdan.masterdata.customers.models import Customer, CustomerContact, CustomerLogin
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor

PASSWORD = "a teapot on the moon"


@dataclass
class Shopper(Visitor):
    """A visitor with an address, whose mails they read."""

    email: str = "ann@example.com"

    def account(self, path: str = "") -> str:
        """What a page of the account says."""
        return self.look(f"account/{path}")

    def letter(self) -> str:
        """The last mail that came to them."""
        return [str(one.body) for one in mail.outbox if one.to == [self.email]][-1]

    def link(self) -> str:
        """The path of the link in it."""
        found = re.search(r"https?://[^/]+(/shop/\S+)", self.letter())
        assert found is not None
        return found[1]

    def ask(self, **more: str) -> HttpResponse:
        """Have a link mailed."""
        return self.send("account/sign-in/", act="mail", email=self.email, **more)

    def open(self, link: str = "", **sent: str) -> Any:
        """Press the button of the link."""
        return self.client.post(link or self.link(), sent)

    def come_in(self, **sent: str) -> Shopper:
        """Sign in by a link."""
        assert self.ask().status_code == 200
        answer = self.open(**sent)
        assert answer.status_code == 303, text_of(answer.content.decode())
        return self

    def is_in(self) -> bool:
        """Whether the account opens."""
        return self.get("account/").status_code == 200

    @property
    def customer(self) -> Customer:
        """Who they are in the shop's books."""
        return CustomerLogin.objects.select_related("customer").get().customer

    def customer_of(self, email: str) -> UUID:
        """Who an address is in the shop's books."""
        return CustomerContact.objects.get(email=email).customer_id
