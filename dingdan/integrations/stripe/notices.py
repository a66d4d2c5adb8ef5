"""What Stripe tells by itself: events, signed with the secret of our endpoint.

Only events about what bears our marks are told; others of the same account at Stripe are not ours. What an event says is
taken from its object, which Stripe signed; nothing is asked for again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.stripe import reading
from dingdan.integrations.stripe.account import webhook_secrets
from dingdan.integrations.stripe.amounts import from_stripe
from dingdan.integrations.stripe.errors import AUTHENTICATION
from dingdan.integrations.stripe.marks import ACCOUNT, KEY, KIND, WAY, taken
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Heard, NotGenuine, Notice, Post, Topic
from dingdan.masterdata.methods.ports import Mode, Way
from dingdan.masterdata.methods.queries import Credentials, credentials

TOLERANCE: Final = timedelta(minutes=5)


class Json(dict[str, Any]):
    """An object as an event says it, read by attribute as those of the SDK are: making one of these takes the SDK longer than all
    the rest of an event."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class StripeHearing:
    """Understands Stripe's events."""

    def hear(self, post: Post) -> Heard:
        """What a genuine event says; `NotGenuine` where signature, time, mode or account are wrong."""
        account = credentials(post.account_id)
        if account is None or account.gateway != "stripe":
            raise NotGenuine(why=_("it is for an account that is not here"))
        event = _opened(post, account)
        found = event["data"]["object"]
        tell = _TOLD.get(str(event.get("type")))
        notices = tuple(tell(event, found, account)) if tell else ()
        return Heard(notices=notices, answer=b"ok")


def _opened(post: Post, account: Credentials) -> Json:
    """The event of a post: first its signature over the untouched body, then its time, then whose it is."""
    header = post.headers.get("stripe-signature", "")
    if not any(_is_signed(post.body, header, secret) for secret in webhook_secrets(account.secrets.get("webhook_secret", ""))):
        raise NotGenuine(why=_("its signature is wrong"))
    if not _is_of_now(header, post.at):
        raise NotGenuine(why=_("it is not of the last five minutes"))
    try:
        event = json.loads(post.body, object_hook=Json)
        is_event = event["object"] == "event" and isinstance(event["id"], str) and isinstance(event["data"]["object"], dict)
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotGenuine(why=_("it is no event of Stripe's")) from wrong
    if not is_event:
        raise NotGenuine(why=_("it is no event of Stripe's"))
    if bool(event.get("livemode")) != (account.mode == Mode.LIVE):
        raise NotGenuine(why=_("it is of another mode than the account"))
    if event.get("account") not in (None, "", account.merchant):
        raise NotGenuine(why=_("it is for another account"))
    found: Json = event
    return found


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """By the SDK's own verifier; the time is looked at by us, as it looks into the past alone and at another clock than ours."""
    import stripe

    try:
        return bool(stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=None))
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _is_of_now(header: str, at: datetime) -> bool:
    """Whether the time that was signed is now. A second time beside it would be one that nobody signed."""
    times = [said for name, _equals, said in (part.partition("=") for part in header.split(",")) if name.strip() == "t"]
    if len(times) != 1 or not re.fullmatch("[0-9]{1,12}", times[0], re.ASCII):
        return False
    return abs(at - datetime.fromtimestamp(int(times[0]), UTC)) <= TOLERANCE


# ── what events tell ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_ours(marks: Mapping[str, Any], account: Credentials) -> bool:
    return bool(marks.get(KEY)) and marks.get(ACCOUNT) == str(account.id)


def _notice(event: Json, topic: str, key: str, result: GatewayResult, account: Credentials) -> Notice:
    return Notice(
        id=f"{event['id']}:{topic}:{key}",
        topic=Topic(topic),
        key=key,
        result=result,
        merchant=event.get("account") or account.merchant,
    )


def _of_intent(event: Json, found: Any, account: Credentials) -> Iterator[Notice]:
    """Money is held, or was taken: all that the intent has come to, as an earlier event may have been lost."""
    marks = found.get("metadata") or {}
    if not _is_ours(marks, account):
        return
    kind = AttemptKind(marks.get(KIND, AttemptKind.CAPTURE))
    yield _notice(event, kind, marks[KEY], reading.of_intent(found, kind), account)
    captures = taken(marks)
    if kind != AttemptKind.AUTHORIZE or sum(one.amount for one in captures.values()) != found.get("amount_received"):
        return  # what was taken is not what we asked for: polling finds out
    for key, one in captures.items():
        yield _notice(event, AttemptKind.CAPTURE, key, reading.capture_done(found, key, one), account)


def _of_failure(event: Json, found: Any, account: Credentials) -> Iterator[Notice]:
    """The bank said no. On a page the payer tries again; of what was saved it is the answer, unless the payer is asked first."""
    marks = found.get("metadata") or {}
    if _is_ours(marks, account) and marks.get(WAY) == Way.SAVED:
        result = reading.of_intent(found, marks[KIND])
        if result.answer == Answer.DECLINED and result.error != AUTHENTICATION:
            yield _notice(event, marks[KIND], marks[KEY], result, account)


def _of_cancel(event: Json, found: Any, account: Credentials) -> Iterator[Notice]:
    """What was held is let go: by us, by people on Stripe's pages, or because its time was over."""
    marks = found.get("metadata") or {}
    if not _is_ours(marks, account):
        return
    if marks.get(KIND) == AttemptKind.AUTHORIZE and found.get("latest_charge"):
        currency = str(found["currency"]).upper()
        result = GatewayResult(
            answer=Answer.DONE, amount=from_stripe(found["amount"], currency) or 0, currency=currency, reference=found["id"],
            payment_reference=found["id"],
        )  # fmt: skip
        yield _notice(event, AttemptKind.VOID, "", result, account)
    else:
        result = reading.of_intent(found, marks[KIND])
        yield _notice(event, marks[KIND], marks[KEY], result, account)


def _of_page(event: Json, found: Json, account: Credentials) -> Iterator[Notice]:
    """A page was left until it was closed, or what was to come through the bank did not."""
    marks = found.get("metadata") or {}
    if _is_ours(marks, account):
        error = "expired" if found.get("status") == "expired" else "payment_failed"
        yield _notice(event, marks[KIND], marks[KEY], GatewayResult(answer=Answer.DECLINED, error=error), account)


def _of_refund(event: Json, found: Any, account: Credentials) -> Iterator[Notice]:
    """A refund is through, or came back. One that was made on Stripe's pages is none of our attempts: bills tell of it."""
    marks = found.get("metadata") or {}
    if _is_ours(marks, account):
        result = reading.of_refund(found)
        yield _notice(event, AttemptKind.REFUND, marks[KEY], result, account)


def _of_dispute(event: Json, found: Json, account: Credentials) -> Iterator[Notice]:
    """Money was taken back because the payer asked their bank for it, and what became of that.

    An inquiry (`warning_…`) takes no money and opens nothing; where it becomes a dispute, the money is withdrawn then.
    """
    topic = _outcome(str(event["type"]), str(found.get("status")))
    if topic is None:
        return
    currency = str(found["currency"]).upper()
    moves = [one for one in found.get("balance_transactions") or () if isinstance(one, dict)]
    fees = sum(one.get("fee", 0) for one in moves if str(one.get("currency", "")).upper() == currency)
    due = (found.get("evidence_details") or {}).get("due_by")
    result = GatewayResult(
        answer=Answer.DONE, amount=from_stripe(found["amount"], currency) or 0, currency=currency, reference=found["id"],
        payment_reference=str(found.get("payment_intent") or ""), error=str(found.get("reason") or ""),
    )  # fmt: skip
    yield Notice(
        id=f"{found['id']}:{topic}", topic=topic, result=result, merchant=event.get("account") or account.merchant,
        fee=from_stripe(fees, currency) or 0, answer_by=datetime.fromtimestamp(due, UTC) if due else None,
    )  # fmt: skip


def _outcome(kind: str, status: str) -> Topic | None:
    if kind == "charge.dispute.closed":
        return {"won": Topic.DISPUTE_WON, "lost": Topic.DISPUTE_LOST}.get(status)
    return Topic.DISPUTE_OPENED


_TOLD: Final[dict[str, Callable[[Json, Json, Credentials], Iterator[Notice]]]] = {
    "payment_intent.amount_capturable_updated": _of_intent,
    "payment_intent.succeeded": _of_intent,
    "payment_intent.payment_failed": _of_failure,
    "payment_intent.canceled": _of_cancel,
    "checkout.session.expired": _of_page,
    "checkout.session.async_payment_failed": _of_page,
    "refund.created": _of_refund,
    "refund.updated": _of_refund,
    "refund.failed": _of_refund,
    "charge.dispute.funds_withdrawn": _of_dispute,
    "charge.dispute.closed": _of_dispute,
}
"""The kinds of events that mean something to us: the endpoint at Stripe is asked for these (docs/payments/stripe.md)."""
