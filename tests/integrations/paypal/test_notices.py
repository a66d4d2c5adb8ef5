"""F29: what PayPal tells by itself is believed when PayPal signed it, lately, for our webhook; and then it means this."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509.verification import Store

from dingdan.integrations.paypal import client, signing
from dingdan.integrations.paypal.errors import Silence
from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.paypal.notices import PayPalHearing
from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import Answer, NotGenuine, Notice, Post, Topic
from dingdan.masterdata.methods.queries import Credentials, at_hand, credentials
from tests.integrations.paypal.till import PayPalPayer, asked, page
from tests.integrations.sandbox.firms import vectors
from tests.laws.size import sized
from tests.ledgers.payments.desk import Desk

CHANGES = sized(1_000, 1_000, 10_000)
OLD, NEW = "1OLD56789ABCDEFGH", "1NEW56789ABCDEFGH"
ACCOUNT = Credentials(
    id=UUID("0198a1a0-0000-7000-8000-000000000001"), gateway="paypal", merchant="MERCHANT12345", mode="live",
    settings={"client_id": "AnAppOfOurs12345", "webhook_id": f"{OLD}\n{NEW}"}, secrets={"client_secret": "SecretOfOurs1234"},
)  # fmt: skip
KEY = "0198a1a0-0000-7000-8000-0000000000aa"
URL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-df8cd2d5"
CAPTURE: dict[str, Any] = {
    "id": "2GG279541U471931P", "status": "COMPLETED", "amount": {"currency_code": "GBP", "value": "12.50"}, "invoice_id": KEY,
    "custom_id": KEY, "supplementary_data": {"related_ids": {"order_id": "5O190127TN364715T"}},
    "payee": {"merchant_id": "MERCHANT12345"},
}  # fmt: skip


class Signer:
    """Somebody with a key and a certificate in a name, which an authority has signed."""

    def __init__(self, name: str, *, root: str, key: str = "") -> None:
        self.secret = key or keys.new_key()
        self.pem = keys.host_certificate(self.secret, name, issuer=(AUTHORITY, root)).encode()

    def signed(self, text: bytes) -> str:
        return keys.sign(self.secret, text)


AUTHORITY, NAME = keys.new_key(), "messageverificationcerts.paypal.com"
ROOT, SELF_MADE = (keys.authority(AUTHORITY, name) for name in ("Root", "Another root"))
PAYPAL, STRANGER = Signer(NAME, root=ROOT), Signer("shop.example", root=ROOT)
PRETENDER = Signer(NAME, root=SELF_MADE, key=STRANGER.secret)
"""Who has a certificate in PayPal's name, signed by nobody that is trusted."""


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """PayPal's address, with its certificate; and what was fetched from there."""
    asked_for: list[str] = []
    whose = {
        URL: PAYPAL.pem,
        URL.replace("CERT-", "OTHER-"): STRANGER.pem,
        URL.replace("CERT-", "FALSE-"): PRETENDER.pem + SELF_MADE.encode(),
        URL.replace("CERT-", "NONE-"): b"<html>",
    }
    original = client.fetch

    def fetch(method: str, url: str, headers: dict[str, str]) -> tuple[int, bytes]:
        asked_for.append(url)
        return (200, whose[url]) if url in whose else original(method, url, headers)

    monkeypatch.setattr(signing, "fetch", fetch)
    monkeypatch.setattr(signing, "_known", {})
    monkeypatch.setattr(signing, "_trusted_roots", lambda: Store([x509.load_pem_x509_certificate(ROOT.encode())]))
    return asked_for


def event(kind: str = "PAYMENT.CAPTURE.COMPLETED", found: dict[str, Any] = CAPTURE) -> dict[str, Any]:
    return {"id": "WH-1", "event_type": kind, "resource": found}


def post(told: Any, *, webhook: str = NEW, at: datetime | None = None, signer: Signer = PAYPAL, **headers: str) -> Post:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    now = clock.now()
    said = {
        "paypal-transmission-id": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
        "paypal-transmission-time": (at or now).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "paypal-cert-url": URL,
        "paypal-auth-algo": "SHA256withRSA",
        **{f"paypal-{name.replace('_', '-')}": text for name, text in headers.items()},
    }
    text = f"{said['paypal-transmission-id']}|{said['paypal-transmission-time']}|{webhook}|{zlib.crc32(body)}"
    return Post(
        account_id=ACCOUNT.id,
        headers={"paypal-transmission-sig": signer.signed(text.encode()), **said},
        query={},
        body=body,
        at=now,
    )


def hear(arrived: Post, account: Credentials = ACCOUNT) -> tuple[Notice, ...]:
    with at_hand(account):
        return PayPalHearing().hear(arrived).notices


def test_it_works(fetched: list[str]) -> None:
    hear(post(event()))
    (told,) = hear(post(event()))
    assert fetched == [URL]  # once for all
    assert (told.topic, told.key, told.merchant, told.id) == (Topic.CAPTURE, KEY, "MERCHANT12345", "WH-1")
    assert (told.result.answer, told.result.amount, told.result.currency) == (Answer.DONE, 1250, "GBP")
    assert (told.result.reference, told.result.payment_reference) == ("2GG279541U471931P", "5O190127TN364715T")


def test_what_paypal_publishes_is_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message of PayPal's own library, signed by a key whose certificate we have: what is signed of it is published."""
    published = b"dfb3be50-fd74-11e4-8bf3-77339302725b|2015-05-18T15:45:13Z|4JH86294D6297924G|2771810304"
    assert published == vectors.PAYPAL_TEXT
    seen: list[bytes] = []

    def is_signed(key: object, signature: bytes, text: bytes) -> bool:
        seen.append(text)
        return True

    monkeypatch.setattr(signing, "_is_signed", is_signed)
    monkeypatch.setattr(signing, "_key", lambda url, account, at: None)
    at = datetime(2015, 5, 18, 15, 45, 13, tzinfo=UTC)
    arrived = post(vectors.PAYPAL_BODY, at=at, transmission_id="dfb3be50-fd74-11e4-8bf3-77339302725b")
    account = replace(ACCOUNT, settings={**ACCOUNT.settings, "webhook_id": "4JH86294D6297924G"})
    assert hear(replace(arrived, at=at), account) == ()
    assert seen == [published]


@pytest.mark.parametrize("webhook", [OLD, NEW])
def test_both_webhooks_are_believed_while_they_are_changed(webhook: str) -> None:
    assert len(hear(post(event(), webhook=webhook))) == 1
    with pytest.raises(NotGenuine):
        hear(post(event(), webhook="1XXX56789ABCDEFGH"))


def test_a_thousand_changes_of_one_byte_are_refused() -> None:
    arrived, chance = post(event()), random.Random(29)
    for _ in range(CHANGES):
        body = bytearray(arrived.body)
        body[chance.randrange(len(body))] ^= chance.randrange(1, 256)
        with pytest.raises(NotGenuine):
            hear(replace(arrived, body=bytes(body)))
    assert len(hear(arrived)) == 1


@pytest.mark.parametrize("name", ["transmission-id", "transmission-time", "transmission-sig", "auth-algo", "cert-url"])
def test_every_header_counts(name: str) -> None:
    arrived = post(event())
    said = arrived.headers[f"paypal-{name}"]
    changed = said[:5] + ("1" if said[5] != "1" else "2") + said[6:]
    for text in ("", changed, said + "|x"):
        with pytest.raises(NotGenuine):
            hear(replace(arrived, headers={**arrived.headers, f"paypal-{name}": text}))


@pytest.mark.parametrize("seconds", [-302, -3600, 302, 86_400])
def test_what_is_old_or_of_the_future_is_refused(seconds: int) -> None:
    with pytest.raises(NotGenuine, match="last five minutes"):
        hear(post(event(), at=clock.now() + timedelta(seconds=seconds)))
    assert len(hear(post(event(), at=clock.now() + timedelta(seconds=298 if seconds > 0 else -298)))) == 1


def test_a_time_without_its_zone_is_no_time() -> None:
    with pytest.raises(NotGenuine):
        hear(post(event(), transmission_time=clock.now().strftime("%Y-%m-%dT%H:%M:%S")))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../../evil/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?x=/",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/evil/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "file:///v1/notifications/certs/CERT-1",
        "https://127.0.0.1/v1/notifications/certs/CERT-1",
    ],
)
def test_no_certificate_is_fetched_from_elsewhere(url: str, fetched: list[str]) -> None:
    with pytest.raises(NotGenuine, match="another address"):
        hear(post(event(), cert_url=url))
    assert fetched == []


def test_what_was_fetched_for_one_mode_is_not_believed_in_another(paypals: Sandbox) -> None:
    """The double signs for the sandbox alone, even when its certificate is at hand; and nobody else's root counts there."""
    url = f"{paypals.address}/paypal/v1/notifications/certs/CERT-1"
    signing._known[url] = (x509.load_pem_x509_certificate(PAYPAL.pem),)
    with pytest.raises(NotGenuine, match="another address"):
        hear(post(event(), cert_url=url))
    with pytest.raises(NotGenuine, match="not PayPal's"):
        hear(post(event(), cert_url=url), replace(ACCOUNT, mode="sandbox"))


@pytest.mark.parametrize("name", ["OTHER-", "FALSE-", "NONE-"])
def test_a_certificate_in_another_name_or_of_nobody_is_not_believed(name: str) -> None:
    with pytest.raises(NotGenuine, match="not PayPal's"):
        hear(post(event(), signer=STRANGER, cert_url=URL.replace("CERT-", name)))


def test_whom_browsers_trust_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert signing._trusted_roots() is signing._trusted_roots()


def test_a_certificate_that_is_over_is_not_believed() -> None:
    later = clock.now() + timedelta(days=1830)
    with pytest.raises(NotGenuine, match="is over"):
        hear(replace(post(event(), at=later), at=later))


def test_a_certificate_that_cannot_be_fetched_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for outcome in (Silence("timeout"), (500, b""), (429, b"")):

        def fetch(*_asked: Any, told: Any = outcome) -> Any:
            if isinstance(told, Exception):
                raise told
            return told

        monkeypatch.setattr(signing, "fetch", fetch)
        with pytest.raises(signing.CertificateNotAtHand) as refused:
            hear(post(event()))
        assert refused.value.status == 503


@pytest.mark.parametrize(
    "told", [b"[]", b"{}", b"{", b'{"id": 1, "resource": {}}', b'{"id": "WH-1", "resource": []}', b"[" * 50_000]
)
def test_what_is_no_event_is_refused(told: bytes) -> None:
    with pytest.raises(NotGenuine, match="no event"):
        hear(post(told))


@pytest.mark.parametrize(
    "told",
    [
        event("CHECKOUT.ORDER.APPROVED"),
        event(found={**CAPTURE, "invoice_id": "D-1001"}),
        event("PAYMENT.CAPTURE.REFUNDED", {**CAPTURE, "custom_id": f"{KEY}/1"}),
        event("PAYMENT.CAPTURE.REFUNDED", {**CAPTURE, "status": "PENDING"}),
        event("CUSTOMER.DISPUTE.RESOLVED", {"dispute_id": "PP-1", "dispute_amount": CAPTURE["amount"], "dispute_outcome": {}}),
    ],
)
def test_what_means_nothing_to_us_is_thanked_for(told: dict[str, Any]) -> None:
    with at_hand(ACCOUNT):
        heard = PayPalHearing().hear(post(told))
    assert (heard.notices, heard.answer) == ((), b"ok")


@pytest.mark.parametrize("value", ["12.505", " 12.50", "-12.50", "1.25e1", "１2.50", 12.5, None])
def test_an_amount_that_is_no_plain_number_never_pays(value: Any) -> None:
    (told,) = hear(post(event(found={**CAPTURE, "amount": {"currency_code": "GBP", "value": value}})))
    assert told.result.answer == Answer.UNKNOWN


def test_another_merchant_is_told() -> None:
    """And the books take nothing that is of another one."""
    (told,) = hear(post(event(found={**CAPTURE, "payee": {"merchant_id": "ANOTHER123456"}})))
    assert told.merchant == "ANOTHER123456"


def test_a_dispute_and_what_becomes_of_it() -> None:
    dispute = {
        "dispute_id": "PP-D-1", "reason": "UNAUTHORISED", "dispute_amount": CAPTURE["amount"],
        "seller_response_due_date": "2026-12-09T00:00:00.000Z",
        "disputed_transactions": [{"seller_transaction_id": CAPTURE["id"], "invoice_number": KEY}],
    }  # fmt: skip
    (told,) = hear(post(event("CUSTOMER.DISPUTE.CREATED", dispute)))
    assert (told.id, told.topic, told.key) == ("PP-D-1:dispute_opened", Topic.DISPUTE_OPENED, KEY)
    assert (told.result.amount, told.result.reference, told.result.error) == (1250, "PP-D-1", "unauthorised")
    assert told.answer_by == datetime(2026, 12, 9, tzinfo=UTC)
    for outcome, topic in (("RESOLVED_SELLER_FAVOUR", Topic.DISPUTE_WON), ("RESOLVED_BUYER_FAVOUR", Topic.DISPUTE_LOST)):
        resolved = {**dispute, "dispute_outcome": {"outcome_code": outcome}}
        assert [one.topic for one in hear(post(event("CUSTOMER.DISPUTE.RESOLVED", resolved)))] == [topic]


# ── as the double sends them ─────────────────────────────────────────────────────────────────────────────────────────────────


def sent(paypals: Sandbox, account_id: UUID, topic: str) -> list[Notice]:
    """What the newest event of that kind means, as the double signs it."""
    from dingdan.integrations.sandbox.firms.notices import Note

    firm = paypals.firms["paypal"]
    newest = next(one for one in firm.account.all("event") if one["event_type"] == topic)  # type: ignore[attr-defined]
    told = {"event": newest["id"], "webhook": firm.credentials()["webhook_id"]}
    message = firm.mail.signed(Note(1, "paypal", topic, "", told, "", 0))
    headers = {name.lower(): text for name, text in message.headers.items()}
    account = credentials(account_id)
    assert account is not None
    return list(hear(Post(account_id=account_id, headers=headers, query={}, body=message.body, at=clock.now()), account))


def test_a_charge_and_its_refund(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "capture", 12_50, checkout=page())
    paid = PayPalPayer(paypals).pay(request)
    (told,) = sent(paypals, account_id, "PAYMENT.CAPTURE.COMPLETED")
    assert (told.key, told.result) == (request.key, paid)
    paypals.firms["paypal"].rotate()
    refund = asked(desk, account_id, "refund", 5_00, order=paid.payment_reference)
    done = PayPalGateway().refund(refund)
    (told,) = sent(paypals, account_id, "PAYMENT.CAPTURE.REFUNDED")
    assert (told.topic, told.key, replace(told.result, payment_reference=paid.payment_reference)) == (
        Topic.REFUND,
        refund.key,
        done,
    )
    paypals.firms["paypal"].act(paid.payment_reference, "refund_fails")
    (told,) = sent(paypals, account_id, "PAYMENT.REFUND.FAILED")
    assert (told.key, told.result.answer) == (refund.key, Answer.DECLINED)
    paypals.firms["paypal"].act(paid.payment_reference, "dispute")
    (told,) = sent(paypals, account_id, "CUSTOMER.DISPUTE.CREATED")
    assert (told.topic, told.key, told.result.amount) == (Topic.DISPUTE_OPENED, request.key, 12_50)


def test_a_hold_its_capture_and_what_was_let_go(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "authorize", 10_00, checkout=page())
    held = PayPalPayer(paypals).pay(request)
    (told,) = sent(paypals, account_id, "PAYMENT.AUTHORIZATION.CREATED")
    assert (told.topic, told.key, told.result) == (Topic.AUTHORIZE, request.key, held)
    part = asked(desk, account_id, "capture", 4_00, order=held.payment_reference)
    taken = PayPalGateway().capture(part)
    (told,) = sent(paypals, account_id, "PAYMENT.CAPTURE.COMPLETED")
    assert (told.key, told.result) == (part.key, taken)
    void = PayPalGateway().void(asked(desk, account_id, "void", 6_00, order=held.payment_reference))
    (told,) = sent(paypals, account_id, "PAYMENT.AUTHORIZATION.VOIDED")
    assert (told.topic, told.key, told.result.reference) == (Topic.VOID, "", void.reference)
    assert (told.result.payment_reference, told.result.currency) == (held.payment_reference, "")
