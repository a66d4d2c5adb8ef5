"""The owners are told when an endpoint takes nothing any more."""

from __future__ import annotations

import secrets
from uuid import UUID

import pytest

from dingdan.automation.alarms import tell_owners
from dingdan.automation.consumers import drain
from dingdan.automation.sending import NotDelivered
from dingdan.config.people import create_user
from dingdan.integrations.webhooks.commands import pause_endpoint, pause_failing_endpoint, resume_endpoint
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry, Tenant
from tests.automation.mailbox import free_port, mail_server, mail_settings
from tests.automation.waiting import jobs_of
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook

URL = "https://shop.example/hooks?token=t0p"


def owner(shop: Shop, role: str = "owner") -> str:
    email = f"p{secrets.token_hex(6)}@example.org"
    create_user(email, password="correct horse 9", roles=(role,), tenant=shop.tenant)
    return email


def asked(shop: Shop, reason: str) -> dict[str, str]:
    """What the job is told of an endpoint that was paused."""
    one = hook(shop, URL)
    pause_failing_endpoint(shop.call(), endpoint_id=one.endpoint_id, reason=reason)
    return {"tenant_id": str(shop.tenant_id), "entry_id": str(new_id()), "endpoint_id": str(one.endpoint_id)}


def test_it_works(shop: Shop) -> None:
    first, second, clerk = owner(shop), owner(shop), owner(shop, "sales")
    one = hook(shop, URL)
    pause_failing_endpoint(shop.call(), endpoint_id=one.endpoint_id, reason="failing")
    drain(shop.tenant_id)
    ((name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_owners"]
    with mail_server() as mailbox:
        tell_owners(**arguments)
        tell_owners(**arguments)
    assert name == "tell_owners"
    assert sorted(str(letter["To"]) for letter in mailbox.letters) == sorted([first, second] * 2)
    assert clerk not in str(mailbox.letters)
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 2  # a mailbox shows each once
    letter = mailbox.letters[0]
    entry = JournalEntry.objects.get(command="webhooks.pause_failing_endpoint")
    assert str(letter["Message-ID"]).startswith(f"<{entry.id}.")
    assert letter["Subject"] == "Webhooks to shop.example are paused"
    text = letter.get_content()
    assert "Nothing that A shop sent to shop.example has arrived for three days" in text
    assert "t0p" not in text


def test_in_the_language_of_the_shop(shop: Shop) -> None:
    owner(shop)
    Tenant.objects.filter(id=shop.tenant_id).update(language="zh-hant")
    with mail_server() as mailbox:
        tell_owners(**asked(shop, "failing"))
    assert mailbox.letters[0]["Content-Language"] == "zh-hant"


def test_one_that_says_that_it_is_gone(shop: Shop) -> None:
    owner(shop)
    with mail_server() as mailbox:
        tell_owners(**asked(shop, "gone"))
    assert "shop.example answered that it is gone" in mailbox.letters[0].get_content()


def test_one_that_was_resumed_meanwhile(shop: Shop) -> None:
    owner(shop)
    told = asked(shop, "failing")
    resume_endpoint(shop.call(), endpoint_id=UUID(told["endpoint_id"]))
    with mail_server() as mailbox:
        tell_owners(**told)
    assert mailbox.letters == []


def test_who_paused_it_by_hand_knows(shop: Shop) -> None:
    owner(shop)
    pause_endpoint(shop.call(), endpoint_id=hook(shop, URL).endpoint_id)
    drain(shop.tenant_id)
    assert [job for job in jobs_of(shop) if job[0] == "tell_owners"] == []


def test_a_mail_server_that_is_not_there(shop: Shop) -> None:
    email = owner(shop)
    with mail_settings(free_port()), pytest.raises(NotDelivered, match=r"ConnectionRefusedError$") as raised:
        tell_owners(**asked(shop, "failing"))
    assert email not in str(raised.value)
