"""What `dingdan demo` puts into an empty shop, and what it says at every start."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dingdan.config import firms

DEMO_OWNER: Final = "owner@example.com"


def load(say: Callable[[str], None], note: Path) -> None:
    """Fill the shop, and keep what is to be said at every start: where to click and how to sign in."""
    from dingdan.automation import demo as shop
    from dingdan.config import people

    told = shop.load(say)
    payments = firms.open_accounts()
    password = secrets.token_urlsafe(12)
    people.create_user(DEMO_OWNER, password=password, roles=("owner",))
    token = people.create_api_key("demo", scopes=("*",))
    note.touch(mode=0o600)
    note.write_text(
        f"the demo shop holds {told}\n"
        f"shop         {{here}}/shop/   also in Chinese: {{here}}/shop/zh-hant/\n"
        f"back office  {{here}}/backoffice/   sign in as {DEMO_OWNER} with the password {password}\n"
        f"API          {{here}}/api/v1/docs   key {token}\n"
        + "".join(f"to be paid   {_from_here(link)}   by {how}\n" for how, link in payments.links.items())
        + f"bank         a statement to bring in: {payments.statement}"
    )


def _from_here(link: str) -> str:
    """An address that is told again at each start, wherever that will be."""
    return "{here}" + urlsplit(link).path
