"""Who sends: signed by a key that follows from its seed, for one push service and half a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature

from dingdan.integrations.push.identifying import authorization, bytes_of, key_from, public_text
from tests.integrations.push.browser import claims_of

AT = datetime(2026, 11, 30, 6, tzinfo=UTC)
SEED = bytes(range(48))


def test_what_is_signed_is_read_by_whoever_knows_the_key() -> None:
    key = key_from(SEED)
    told = authorization(key, origin="https://push.example.com", at=AT, contact="mailto:shop@example.com")
    assert claims_of(told, key=public_text(key)) == {
        "aud": "https://push.example.com", "exp": int(AT.timestamp()) + 43_200, "sub": "mailto:shop@example.com",
    }  # fmt: skip
    with pytest.raises(InvalidSignature):
        claims_of(told.replace("t=eyJ0eXAi", "t=eyJ0eXBi"), key=public_text(key))


def test_a_seed_makes_one_key() -> None:
    assert public_text(key_from(SEED)) == public_text(key_from(SEED))
    assert public_text(key_from(SEED)) != public_text(key_from(SEED[::-1]))
    assert (len(bytes_of(public_text(key_from(SEED)))), bytes_of(public_text(key_from(bytes(48))))[0]) == (65, 4)
