"""F29: what Stripe tells by itself is believed when it is signed by Stripe, lately, for this account; and then it means this."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.integrations.stripe.notices import StripeHearing
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import Answer, NotGenuine, Notice, Post, Topic
from dingdan.masterdata.methods.commands import retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.queries import Credentials, at_hand
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.integrations.stripe.till import SEVERAL, StripePayer, asked, opened, page, with_saved
from tests.laws.size import sized
from tests.ledgers.payments.desk import Desk

CHANGES = sized(1_000, 1_000, 10_000)
OLD, NEW = "whsec_oldSecretOfOurs", "whsec_newSecretOfOurs"
ACCOUNT = Credentials(
    id=UUID("0198a1a0-0000-7000-8000-000000000001"), gateway="stripe", merchant="acct_1", mode="test", settings={},
    secrets={"secret_key": "sk_test_1234567890", "webhook_secret": f"{OLD}\n{NEW}"},
)  # fmt: skip
KEY = "0198a1a0-0000-7000-8000-0000000000aa"
INTENT: dict[str, Any] = {
    "id": "pi_1", "object": "payment_intent", "amount": 1250, "amount_received": 1250, "amount_capturable": 0, "currency": "gbp",
    "status": "succeeded", "latest_charge": "ch_1", "next_action": None, "last_payment_error": None, "cancellation_reason": None,
    "metadata": {"dingdan_key": KEY, "dingdan_account": str(ACCOUNT.id), "dingdan_kind": "capture", "dingdan_way": "page"},
}  # fmt: skip


def event(kind: str = "payment_intent.succeeded", found: dict[str, Any] = INTENT, **more: Any) -> dict[str, Any]:
    return {"id": "evt_1", "object": "event", "livemode": False, "type": kind, "data": {"object": found}, **more}


def post(told: Any, *, secret: str = NEW, signed_at: datetime | None = None, at: datetime | None = None) -> Post:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    now = at or clock.now()
    header = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int((signed_at or now).timestamp())
    )
    return Post(account_id=ACCOUNT.id, headers={"stripe-signature": header}, query={}, body=body, at=now)


def hear(arrived: Post, account: Credentials = ACCOUNT) -> tuple[Notice, ...]:
    with at_hand(account):
        return StripeHearing().hear(arrived).notices


def test_it_works() -> None:
    (told,) = hear(post(event()))
    assert (told.topic, told.key, told.merchant, told.id) == (Topic.CAPTURE, KEY, "acct_1", f"evt_1:capture:{KEY}")
    assert (told.result.answer, told.result.amount, told.result.currency) == (Answer.DONE, 1250, "GBP")
    assert (told.result.reference, told.result.payment_reference) == ("ch_1", "pi_1")


def test_the_scheme_is_the_one_that_stripe_publishes() -> None:
    """HMAC-SHA256 over time, point and body; computed here by hand, so that the SDK is held against the description."""
    import hashlib
    import hmac

    now = clock.now()
    body = json.dumps(event()).encode()
    at = int(now.timestamp())
    signature = hmac.new(NEW.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    arrived = Post(
        account_id=ACCOUNT.id, headers={"stripe-signature": f"t={at},v1={signature},v0=ab"}, query={}, body=body, at=now
    )
    assert len(hear(arrived)) == 1


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_both_secrets_are_believed_while_they_are_changed(secret: str) -> None:
    assert len(hear(post(event(), secret=secret))) == 1


def test_stripe_may_sign_with_both_itself() -> None:
    other, ours = post(event(), secret="whsec_unknown"), post(event(), secret=OLD)
    both = other.headers["stripe-signature"] + "," + ours.headers["stripe-signature"].partition(",")[2]
    assert len(hear(replace(ours, headers={"stripe-signature": both}))) == 1


def test_a_thousand_changes_of_one_byte_are_refused() -> None:
    arrived, chance = post(event()), random.Random(29)
    for _ in range(CHANGES):
        body = bytearray(arrived.body)
        place = chance.randrange(len(body))
        body[place] ^= chance.randrange(1, 256)
        with pytest.raises(NotGenuine):
            hear(replace(arrived, body=bytes(body)))
    assert len(hear(arrived)) == 1


def test_every_change_of_the_header_is_refused() -> None:
    arrived = post(event())
    header = arrived.headers["stripe-signature"]
    for place in range(len(header)):
        changed = header[:place] + ("0" if header[place] != "0" else "1") + header[place + 1 :]
        with pytest.raises(NotGenuine):
            hear(replace(arrived, headers={"stripe-signature": changed}))
    for headers in ({}, {"stripe-signature": ""}, {"stripe-signature": header.replace("v1=", "v2=")}):
        with pytest.raises(NotGenuine):
            hear(replace(arrived, headers=headers))


@pytest.mark.parametrize("seconds", [-301, -3600, 301, 86_400])
def test_what_is_old_or_of_the_future_is_refused(seconds: int) -> None:
    now = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    with pytest.raises(NotGenuine, match="last five minutes"):
        hear(post(event(), signed_at=now + timedelta(seconds=seconds), at=now))
    assert len(hear(post(event(), signed_at=now + timedelta(seconds=300 if seconds > 0 else -300), at=now))) == 1


@pytest.mark.parametrize(
    "form", ["t={old},t={now},v1={v1}", "x=1, t={now},t={old},v1={v1}", "t=+{old},t={now},v1={v1}", "t= {old},v1={v1}"]
)
def test_no_second_time_makes_an_old_notice_new(form: str) -> None:
    now = clock.now()
    old = now - timedelta(hours=1)
    arrived = post(event(), signed_at=old, at=now)
    signature = arrived.headers["stripe-signature"].partition("v1=")[2]
    header = form.format(old=int(old.timestamp()), now=int(now.timestamp()), v1=signature)
    with pytest.raises(NotGenuine):
        hear(replace(arrived, headers={"stripe-signature": header}))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (event(livemode=True), "another mode"),
        (event(account="acct_2"), "another account"),
        (b"[]", "no event"),
        (b"{}", "no event"),
        (b"{", "no event"),
        (b'{"object": "event", "id": 1, "data": {"object": {}}}', "no event"),
        (b'{"object": "event", "id": "evt_1", "data": {"object": []}}', "no event"),
        (b'{"object": "event", "id": "evt_1", "data": []}', "no event"),
    ],
)
def test_what_is_not_for_this_account_is_refused(told: Any, why: str) -> None:
    with pytest.raises(NotGenuine, match=why) as refused:
        hear(post(told))
    assert not [secret for secret in ACCOUNT.secrets.values() if secret in str(refused.value)]


@pytest.mark.parametrize(
    "told",
    [
        event("customer.created"),
        event(found={**INTENT, "metadata": {}}),
        event(found={**INTENT, "metadata": {**INTENT["metadata"], "dingdan_account": "0198a1a0-0000-7000-8000-000000000002"}}),
        event("payment_intent.payment_failed", {**INTENT, "status": "requires_payment_method"}),
        event("charge.dispute.closed", {"id": "du_1", "status": "warning_closed", "amount": 5, "currency": "gbp"}),
    ],
)
def test_what_means_nothing_to_us_is_thanked_for(told: dict[str, Any]) -> None:
    with at_hand(ACCOUNT):
        heard = StripeHearing().hear(post(told))
    assert (heard.notices, heard.answer) == ((), b"ok")


def test_a_dispute_says_what_it_costs_and_until_when_one_can_object() -> None:
    dispute = {
        "id": "du_1", "object": "dispute", "amount": 1250, "currency": "gbp", "payment_intent": "pi_1", "reason": "fraudulent",
        "status": "needs_response", "balance_transactions": [{"fee": 1500, "currency": "gbp"}],
        "evidence_details": {"due_by": 1_796_000_000},
    }  # fmt: skip
    (told,) = hear(post(event("charge.dispute.funds_withdrawn", dispute)))
    assert (told.id, told.topic, told.fee) == ("du_1:dispute_opened", Topic.DISPUTE_OPENED, 1500)
    assert told.answer_by == datetime.fromtimestamp(1_796_000_000, UTC)
    assert (told.result.amount, told.result.reference, told.result.payment_reference) == (1250, "du_1", "pi_1")
    for status, topic in (("won", Topic.DISPUTE_WON), ("lost", Topic.DISPUTE_LOST)):
        (told,) = hear(post(event("charge.dispute.closed", {**dispute, "status": status})))
        assert (told.topic, told.result.reference) == (topic, "du_1")


@pytest.mark.parametrize("amount", [1249, 1251, 0])
def test_captures_that_do_not_add_up_are_not_told(amount: int) -> None:
    marks = {**INTENT["metadata"], "dingdan_kind": "authorize", f"taken_{UUID(KEY).hex}": "1250"}
    (held,) = hear(post(event(found={**INTENT, "metadata": marks, "amount_received": amount})))
    assert held.topic == Topic.AUTHORIZE
    _held, taken = hear(post(event(found={**INTENT, "metadata": marks})))
    assert (taken.topic, taken.key, taken.result.amount) == (Topic.CAPTURE, KEY, 1250)


# ── as the double sends them ─────────────────────────────────────────────────────────────────────────────────────────────────


def sent(stripes: Sandbox, account_id: UUID, *kinds: str) -> list[Notice]:
    """What the newest events of the double mean, signed as it signs them."""
    account = stripes.firms["stripe"].account  # type: ignore[attr-defined]
    secret = stripes.firms["stripe"].credentials()["webhook_secret"]
    newest = next(one for one in account.all("event") if one["type"] in kinds)
    arrived = post({name: told for name, told in newest.items() if not name.startswith("_")}, secret=secret)
    return list(StripeHearing().hear(replace(arrived, account_id=account_id)).notices)


def test_a_charge_and_its_refund(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "capture", 12_50, checkout=page())
    paid = StripePayer(stripes).pay(request)
    (told,) = sent(stripes, account_id, "payment_intent.succeeded")
    assert (told.key, told.result) == (request.key, replace(paid, means=""))
    refund = asked(desk, account_id, "refund", 5_00, charge=paid.payment_reference)
    done = StripeGateway().refund(refund)
    (told,) = sent(stripes, account_id, "refund.created")
    assert (told.topic, told.key, told.result) == (Topic.REFUND, refund.key, done)
    stripes.firms["stripe"].act(paid.payment_reference, "refund_fails")
    (told,) = sent(stripes, account_id, "refund.failed")
    assert (told.key, told.result.answer, told.result.error) == (refund.key, Answer.DECLINED, "expired_or_canceled_card")


def test_a_hold_its_captures_and_what_was_let_go(desk: Desk, stripes: Sandbox) -> None:
    account_id, gateway = opened(desk, stripes, **SEVERAL), StripeGateway()
    request = asked(desk, account_id, "authorize", 10_00, checkout=page())
    held = StripePayer(stripes).pay(request)
    (told,) = sent(stripes, account_id, "payment_intent.amount_capturable_updated")
    assert (told.topic, told.key, told.result) == (Topic.AUTHORIZE, request.key, replace(held, means=""))
    part = asked(desk, account_id, "capture", 4_00, charge=held.payment_reference)
    taken = gateway.capture(part)
    _held, told = sent(stripes, account_id, "payment_intent.amount_capturable_updated")
    assert (told.topic, told.key, told.result) == (Topic.CAPTURE, part.key, replace(taken, means=""))
    other = StripePayer(stripes).pay(asked(desk, account_id, "authorize", 7_00, checkout=page()))
    void = gateway.void(asked(desk, account_id, "void", 7_00, charge=other.payment_reference))
    (told,) = sent(stripes, account_id, "payment_intent.canceled")
    assert (told.topic, told.key, told.result) == (Topic.VOID, "", void)


def test_a_page_that_was_left(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    StripeGateway().capture(request)
    StripeGateway().close(request)
    (told,) = sent(stripes, account_id, "checkout.session.expired")
    assert (told.topic, told.key, told.result.answer) == (Topic.CAPTURE, request.key, Answer.DECLINED)


def test_a_saved_card_whose_payer_failed_at_their_bank(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    payer, customer_id = StripePayer(stripes), UUID(int=29)
    saved = payer.leave(account_id, customer_id, "challenge")
    request = asked(desk, account_id, "capture", 10_00, checkout=with_saved(saved.id), customer_id=customer_id)
    waiting = StripeGateway().capture(request)
    assert sent(stripes, account_id, "payment_intent.payment_failed") == []  # the payer can still be asked
    assert waiting.prompt is not None
    payer.decline(waiting.prompt)
    (told,) = sent(stripes, account_id, "payment_intent.payment_failed")
    assert (told.key, told.result.answer) == (request.key, Answer.DECLINED)


def test_another_shops_payments_at_the_same_account_are_not_ours(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    StripePayer(stripes).pay(asked(desk, account_id, "capture", 10_00, checkout=page()))
    draft = MerchantAccountDraft(
        gateway="stripe", merchant="acct_1Other", mode="sandbox",
        secrets={name: stripes.firms["stripe"].credentials()[name] for name in ("secret_key", "webhook_secret")},
    )  # fmt: skip
    retire_merchant_account(desk.call(), merchant_account_id=account_id)
    other = save_merchant_account(desk.call(), account=draft).merchant_account_id
    assert sent(stripes, other, "payment_intent.succeeded") == []
