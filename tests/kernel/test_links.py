"""Links that open one thing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from dingdan.kernel.ids import new_id
from dingdan.kernel.links import link_to, opened
from dingdan.kernel.tenancy import tenant_scope

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
UNTIL = NOW + timedelta(days=1)
TENANT, THING = new_id(), new_id()


def link(kind: str = "ticket") -> str:
    with tenant_scope(TENANT):
        return link_to(kind, THING, until=UNTIL)


def test_a_link_opens_what_it_was_made_for_until_its_end() -> None:
    found = opened(link(), "ticket", at=NOW)
    assert found
    assert (found.tenant_id, found.id, found.until_at) == (TENANT, THING, UNTIL)
    assert opened(link(), "ticket", at=UNTIL) is None
    assert link() == link()
    assert link().replace("-", "").replace("_", "").isalnum()


def test_a_link_of_one_kind_opens_no_other() -> None:
    assert opened(link("order"), "ticket", at=NOW) is None


def test_every_byte_counts() -> None:
    raw = urlsafe_b64decode(link() + "==")
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert opened(urlsafe_b64encode(changed).decode().rstrip("="), "ticket", at=NOW) is None


@pytest.mark.parametrize("text", ["", "x", "dd_abc", "é" * 70, "=" * 70, "A" * 70, "A" * 10_000, "\x00", "AAAA*" * 14])
def test_what_is_no_link_opens_nothing(text: str) -> None:
    assert opened(text, "ticket", at=NOW) is None
    assert opened(link() + text, "ticket", at=NOW) is None or text in ("", "=" * 70)


def test_a_link_made_with_an_older_secret_still_opens() -> None:
    made = link()
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert opened(made, "ticket", at=NOW)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert opened(made, "ticket", at=NOW) is None
