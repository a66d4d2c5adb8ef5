"""What PayPal's orders mean for an attempt. An order holds everything that came of it: holds, captures and refunds.

Our key stands in it as `custom_id` (the first attempt's; on refunds the refund's) and as `invoice_id` of every capture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dingdan.integrations.paypal.amounts import read
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult, Prompt

Json = Mapping[str, Any]

OPEN: Final = frozenset({"CREATED", "SAVED", "PAYER_ACTION_REQUIRED"})
TAKEN: Final = frozenset({"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"})
_GONE: Final = frozenset({"DECLINED", "FAILED"})
_HELD: Final = frozenset({"CREATED", "PENDING", "PARTIALLY_CAPTURED"})
_FAILED: Final = frozenset({"FAILED", "CANCELLED"})

NEVER_SEEN: Final = GatewayResult(answer=Answer.NEVER_SEEN)
EXPIRED: Final = GatewayResult(answer=Answer.DECLINED, error="expired")


def unit_of(order: Json) -> Json:
    """The one thing that an order of ours is about."""
    units = order.get("purchase_units")
    return units[0] if isinstance(units, list) and units and isinstance(units[0], dict) else {}


def payments(order: Json, kind: str) -> list[Json]:
    """Its `authorizations`, `captures` or `refunds`, the oldest first."""
    found = (unit_of(order).get("payments") or {}).get(kind)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def amount_of(found: Json) -> int:
    """The amount of a hold, capture or refund; 0 where none can be read."""
    told = read(found.get("amount"))
    return told[0] if told else 0


def of_order(order: Json, kind: str) -> GatewayResult:
    """What an order means for the payment's first attempt, an authorization or a charge."""
    status = str(order.get("status"))
    if status in OPEN:
        return _waiting(order)
    if status == "VOIDED":
        return GatewayResult(answer=Answer.DECLINED, error="voided")
    made = payments(order, "authorizations" if kind == AttemptKind.AUTHORIZE else "captures")
    return of_payment(order, made[0]) if made else GatewayResult(answer=Answer.UNKNOWN, error=status.lower())


def _waiting(order: Json) -> GatewayResult:
    links = {one.get("rel"): one.get("href") for one in order.get("links") or () if isinstance(one, dict)}
    address = links.get("payer-action") or links.get("approve")
    if not address:
        return GatewayResult(answer=Answer.UNKNOWN, error="no_address")
    prompt = Prompt(kind=PromptKind.REDIRECT, content=str(address))
    return GatewayResult(
        answer=Answer.WAITING, reference=str(order["id"]), payment_reference=str(order["id"]), prompt=prompt
    )  # fmt: skip


def of_payment(order: Json, made: Json) -> GatewayResult:
    """What a hold or a capture says. What PayPal or a bank still looks at is not known yet."""
    status = str(made.get("status"))
    if status in _GONE or status in ("DENIED", "VOIDED", "EXPIRED"):
        return GatewayResult(answer=Answer.DECLINED, error=status.lower(), payment_reference=str(order.get("id", "")))
    money = read(made.get("amount"))
    if status == "PENDING" or money is None:
        reason = (made.get("status_details") or {}).get("reason") or "pending"
        return GatewayResult(answer=Answer.UNKNOWN, error=str(reason).lower()[:64])
    return GatewayResult(
        answer=Answer.DONE, amount=money[0], currency=money[1], reference=str(made["id"]),
        payment_reference=str(order.get("id", "")), means=means(order),
    )  # fmt: skip


def means(order: Json) -> str:
    """How it was paid, for people, without the payer's address: `paypal`, `visa 4242`."""
    source = order.get("payment_source")
    if not isinstance(source, dict) or not source:
        return "paypal"
    name, details = next(iter(source.items()))
    words = (details.get("brand"), details.get("last_digits")) if name == "card" and isinstance(details, dict) else (name,)
    return " ".join(str(one).lower() for one in words if one).replace("_", " ")


# ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hold_of(order: Json) -> Json | None:
    """The hold of an order that was to be held."""
    return next(iter(payments(order, "authorizations")), None)


def of_capture(order: Json, request: GatewayRequest) -> GatewayResult:
    """Whether money was taken under the key of a request. What cannot be taken any more is declined; else it was never asked."""
    mine = next((one for one in payments(order, "captures") if one.get("invoice_id") == request.key), None)
    if mine is not None:
        return of_payment(order, mine)
    hold = hold_of(order)
    money = read(hold.get("amount")) if hold else None
    if hold is None or money is None or str(hold.get("status")) not in _HELD:
        return GatewayResult(answer=Answer.DECLINED, error="nothing_held")
    if money[1] != request.currency:
        return GatewayResult(answer=Answer.DECLINED, error="wrong_currency")
    taken = sum(amount_of(one) for one in payments(order, "captures") if one.get("status") not in _GONE)
    # PayPal would take up to 115 %; we were let hold so much and take no more.
    if taken + request.amount > money[0]:
        return GatewayResult(answer=Answer.DECLINED, error="amount_too_large")
    return NEVER_SEEN


def of_void(order: Json, request: GatewayRequest) -> GatewayResult:
    """Whether an order holds nothing any more."""
    hold = hold_of(order)
    return NEVER_SEEN if hold is not None and str(hold.get("status")) in _HELD else voided(hold, request)


def voided(hold: Json | None, request: GatewayRequest) -> GatewayResult:
    """What was held is let go."""
    return GatewayResult(
        answer=Answer.DONE, amount=request.amount, currency=request.currency, reference=str(hold["id"]) if hold else "",
        payment_reference=request.payment_reference,
    )  # fmt: skip


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a refund from one capture; `name` is our key, with a number where there are several."""

    capture_id: str
    amount: int
    name: str


def of_refund(order: Json, request: GatewayRequest) -> GatewayResult:
    """What became of a refund, which goes over several captures where no single one had enough."""
    mine = [one for one in payments(order, "refunds") if _is_named(one, request.key)]
    done = [one for one in mine if one.get("status") == "COMPLETED"]
    if sum(map(amount_of, done)) == request.amount:
        return GatewayResult(
            answer=Answer.DONE, amount=request.amount, currency=request.currency, reference=str(done[0]["id"]),
            payment_reference=request.payment_reference,
        )  # fmt: skip
    failed = [one for one in mine if one.get("status") in _FAILED]
    if failed and len(failed) == len(mine):
        return GatewayResult(answer=Answer.DECLINED, error="refund_failed")
    if failed or len(done) < len(mine):
        return GatewayResult(answer=Answer.UNKNOWN, error="refund_partly_failed" if failed else "pending")
    return NEVER_SEEN


def parts(order: Json, request: GatewayRequest) -> list[Part]:
    """From which captures a refund is to come: from one that has enough, else the oldest first; the same however often asked.

    Empty where all together have not enough.
    """
    lefts = [
        (str(one["id"]), _left(order, one, request.key)) for one in payments(order, "captures") if one.get("status") in TAKEN
    ]
    enough = next((name for name, left in lefts if left >= request.amount), None)
    if enough:
        return [Part(enough, request.amount, request.key)]
    told: list[Part] = []
    rest = request.amount
    for name, left in lefts:
        if left > 0 and rest:
            told.append(Part(name, min(left, rest), f"{request.key}/{len(told) + 1}"))
            rest -= told[-1].amount
    return [] if rest else told


def _left(order: Json, capture: Json, key: str) -> int:
    """What is left of a capture besides this refund itself."""
    others = [one for one in payments(order, "refunds") if not _is_named(one, key) and one.get("status") not in _FAILED]
    back = sum(amount_of(one) for one in others if str(capture["id"]) in _above(one))
    return amount_of(capture) - back


def _is_named(refund: Json, key: str) -> bool:
    return str(refund.get("custom_id", "")).partition("/")[0] == key


def _above(refund: Json) -> Iterable[str]:
    links = refund.get("links") or ()
    return {str(one.get("href", "")).rpartition("/")[2] for one in links if isinstance(one, dict) and one.get("rel") == "up"}
