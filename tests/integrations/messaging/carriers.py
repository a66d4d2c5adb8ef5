"""A shop that has accounts at the doubles of firms that carry messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.masterdata.messengers.commands import save_messenger
from dingdan.masterdata.messengers.ports import firms
from dingdan.masterdata.messengers.rules import MessengerDraft
from tests.conftest import Shop


@contextmanager
def carriers() -> Iterator[Sandbox]:
    """The doubles, where the adapters look for them."""
    with running_sandbox() as sandbox, override_settings(SANDBOX_URL=sandbox.address):
        yield sandbox


def draft(sandbox: Sandbox, firm: str, **other: str) -> MessengerDraft:
    """An account as the firm's pages show it."""
    told = {**sandbox.firms[firm].credentials(), **other}
    secret = {one.name for one in firms[firm].fields if one.secret}
    return MessengerDraft(
        firm=firm, mode="sandbox", settings={name: text for name, text in told.items() if name not in secret},
        secrets={name: text for name, text in told.items() if name in secret},
    )  # fmt: skip


def open_account(shop: Shop, sandbox: Sandbox, firm: str) -> None:
    """An account in use at a firm."""
    save_messenger(shop.call(), account=draft(sandbox, firm))
