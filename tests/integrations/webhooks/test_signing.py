"""Signatures, held against the published verifier and the published example."""

import secrets
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from dingdan.integrations.webhooks.signing import fingerprint, secret_of, signed
from tests.integrations.webhooks.receiver import a_secret

BODY = '{"type":"orders.order_placed","data":{"name":"訂單"}}'.encode()


def now() -> int:
    return int(time.time())


def test_it_works() -> None:
    secret = a_secret()
    headers = signed([secret], id="0190b5c8", timestamp=now(), body=BODY)
    assert list(headers) == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    assert Webhook(secret).verify(BODY, headers)["data"] == {"name": "訂單"}


def test_the_published_example() -> None:
    """Secret, message and signature that the published libraries are tried with."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = signed([secret], id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_thousand_messages_are_all_taken() -> None:
    for _ in range(1000):
        secret, body = a_secret(), secrets.token_urlsafe(40).encode()
        headers = signed([secret], id=secrets.token_hex(8), timestamp=now(), body=body)
        Webhook(secret).verify(body, headers, json_parse=False)


def test_both_secrets_sign() -> None:
    old, new = a_secret(), a_secret()
    headers = signed([new, old], id="0190b5c8", timestamp=now(), body=BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(a_secret()).verify(BODY, headers)


def test_whatever_is_changed_is_found() -> None:
    secret = a_secret()
    headers = signed([secret], id="0190b5c8", timestamp=now(), body=BODY)
    for changed in ({"webhook-id": "0190b5c9"}, {"webhook-timestamp": str(now() - 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, headers | changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)


def test_a_secret_is_thirty_two_bytes() -> None:
    assert secret_of(bytes(32)) == "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    with pytest.raises(ValueError, match="32 bytes"):
        secret_of(bytes(31))


def test_a_fingerprint_says_nothing_of_the_secret() -> None:
    secret = a_secret()
    assert len(fingerprint(secret)) == 12
    assert fingerprint(secret) == fingerprint(secret) != fingerprint(a_secret())


def test_the_library_signs_alike() -> None:
    secret, at = a_secret(), datetime.now(UTC)
    theirs = Webhook(secret).sign("0190b5c8", at, BODY.decode())
    assert signed([secret], id="0190b5c8", timestamp=int(at.timestamp()), body=BODY)["webhook-signature"] == theirs
