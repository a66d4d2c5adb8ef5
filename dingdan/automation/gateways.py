"""Between a request and its answer: speaking to gateways, outside any transaction, until the answer is known.

An attempt is made by a job, or at once where a payer waits (`checkouts`). No answer is not no: the attempt becomes `unknown`,
and `reconcile` asks until it is known. Notices of gateways, payers who come back and `reconcile` all end in `write_down`.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dingdan.automation.exceptions import report
from dingdan.automation.reacting import Asked, at_once, part_of
from dingdan.kernel import clock
from dingdan.kernel.errors import KeyReused, Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.links import link_to
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import queries
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    RequestCapture,
    RequestVoid,
    Told,
    record_authorization,
    record_capture,
    record_decline,
    record_prompt,
    record_refund,
    record_unknown,
    record_void,
    send_refund,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState, PaymentState
from dingdan.ledgers.payments.ports import PENDING, Answer, GatewayRequest, GatewayResult, ask, closing, gateways
from dingdan.trade.orders.queries import by_id as orders

PATIENCE = timedelta(minutes=1)
"""An attempt without an answer is asked about after this long, and again every minute."""

ATTEMPT_LINK: Final = "attempt"
FOR_GOOD: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""A payer may come back whenever they like; the address must be the same however often the attempt is made."""

TIRED = 5
"""After so many times without an answer a gateway is left alone until the next minute."""

log = logging.getLogger(__name__)

_RECORD = {
    AttemptKind.AUTHORIZE: record_authorization,
    AttemptKind.CAPTURE: record_capture,
    AttemptKind.VOID: record_void,
    AttemptKind.REFUND: record_refund,
}


@job("ask_gateway")
def ask_gateway(*, tenant_id: str, attempt_id: str) -> None:
    """Make an attempt at its gateway, or ask what became of it, and write it down. A payer who is to act is left alone."""
    with tenant_scope(UUID(tenant_id)):
        if queries.prompt_of(UUID(attempt_id)) is None:
            settle(UUID(tenant_id), UUID(attempt_id))


def settle(tenant_id: UUID, attempt_id: UUID) -> GatewayResult | None:
    """Ask the gateway about an attempt, make it where it was not made, and write down the answer; None where nothing is open.

    The tenant is in scope. A payer whose time is over is waited for no longer.
    """
    found = queries.gateway_request(attempt_id)
    if found is None:
        return None
    gateway, request, state = found
    if request.kind == AttemptKind.REFUND and state == AttemptState.REQUESTED and not _send(tenant_id, attempt_id):
        return None
    request = addressed(request, gateway)
    result = _answer(gateway, request, state)
    if not (state == AttemptState.WAITING and result.answer in (Answer.WAITING, Answer.UNKNOWN)):
        write_down(tenant_id, gateway, AttemptKind(request.kind), attempt_id, result)
    return result


def _answer(gateway: str, request: GatewayRequest, state: AttemptState) -> GatewayResult:
    was_asked = state in (AttemptState.UNKNOWN, AttemptState.WAITING)
    result = gateways[gateway].query(request) if was_asked else ask(request, gateway)
    is_over = (
        request.checkout is not None and request.checkout.expires_at is not None and request.checkout.expires_at <= clock.now()
    )
    if is_over and gateway in closing and result.answer in (Answer.WAITING, Answer.NEVER_SEEN):
        return closing[gateway].close(request)
    return ask(request, gateway) if result.answer == Answer.NEVER_SEEN else result


def addressed(request: GatewayRequest, gateway: str) -> GatewayRequest:
    """The request with the addresses for the firm's notices and for the payer's way back."""
    if request.account_id is None:
        return request
    notices = reverse("gateway_notice", args=[gateway, request.tenant_id, request.account_id])
    back = reverse("payer_returns", args=[link_to(ATTEMPT_LINK, UUID(request.key), until=FOR_GOOD)])
    return replace(request, notify_url=settings.PUBLIC_URL + notices, return_url=settings.PUBLIC_URL + back)


def _send(tenant_id: UUID, attempt_id: UUID) -> bool:
    """Whether a refund may go to its gateway: not one that was withdrawn meanwhile. From now on it cannot be any more."""
    call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{attempt_id}:sent")
    try:
        send_refund(call, attempt_id=attempt_id)
    except NotInThisState:
        return False
    return True


def told_by(gateway: str, kind: AttemptKind, attempt_id: UUID | None, result: GatewayResult) -> Told:
    """What a gateway says, as the books take it."""
    return Told(
        gateway=gateway,
        kind=kind,
        attempt_id=attempt_id,
        payment_reference=result.payment_reference,
        reference=result.reference,
        money=Money(result.amount, result.currency) if result.currency and result.answer == Answer.DONE else None,
        error=result.error,
        means=result.means,
        prompt=result.prompt,
    )


def command_for(kind: AttemptKind, answer: Answer) -> Any:
    """The command that writes such an answer down."""
    return {
        Answer.DONE: _RECORD[kind],
        Answer.DECLINED: record_decline,
        Answer.WAITING: record_prompt,
        Answer.UNKNOWN: record_unknown,
    }[answer]


def write_down(tenant_id: UUID, gateway: str, kind: AttemptKind, attempt_id: UUID, result: GatewayResult) -> None:
    """Write the answer about an attempt down. What the books cannot take waits for people."""
    call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{attempt_id}:{result.answer}")
    try:
        command_for(kind, result.answer).one(call, told_by(gateway, kind, attempt_id, result))
    except (AlreadyRecorded, KeyReused):
        return  # told before, perhaps in other words
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        report(call, gateway, result, refusal, attempt_id=attempt_id)


def reconcile(tenant_id: UUID) -> int:
    """Ask about every attempt that has had no answer for a while, and return how many have one now.

    A gateway that is silent several times in a row is left alone until the next round, so that it holds up no other.
    """
    silent: dict[str, int] = defaultdict(int)
    known = 0
    for attempt_id, gateway in queries.open_at_gateways(before=clock.now() - PATIENCE):
        if silent[gateway] >= TIRED:
            continue
        try:
            result = settle(tenant_id, attempt_id)
        except Exception:
            log.exception("asking %s about %s", gateway, attempt_id)
            silent[gateway] += 1
            continue
        # Who names the movement, or says that it is on its way, has heard of it and is not silent: a refund may take days.
        is_heard = result is not None and bool(result.reference or result.error == PENDING)
        is_silent = result is not None and result.answer == Answer.UNKNOWN and not is_heard
        silent[gateway] = silent[gateway] + 1 if is_silent else 0
        known += result is not None and result.answer in (Answer.DONE, Answer.DECLINED)
    return known


@at_once
def ask_for_money(asked: Asked) -> None:
    """What was requested of gateways is asked of them."""
    _ask_later([(call.tenant_id, event.attempt_id) for call, event in asked])


@job("ask_at_once")
def ask_at_once(*, tenant_id: str, attempt_id: str) -> None:
    """Ask a gateway about an attempt because somebody wants to know, also about a payer who is waited for."""
    with tenant_scope(UUID(tenant_id)):
        settle(UUID(tenant_id), UUID(attempt_id))


@at_once
def ask_now(asked: Asked) -> None:
    """Somebody wants to know what became of payments."""
    _ask_later([(call.tenant_id, attempt_id) for call, event in asked for attempt_id in event.attempts], by=ask_at_once)


@at_once
def ask_for_refunds(asked: Asked) -> None:
    """Refunds that gateways are to make are asked of them; the others wait for a person."""
    _ask_later([(call.tenant_id, one.attempt_id) for call, event in asked for one in event.refunds if one.gateway in gateways])


def captures(asked: Iterable[tuple[Call, UUID]], *, most: int | None = None) -> Iterator[tuple[Call, RequestCapture]]:
    """To take what gateways hold for orders, or at most so much; what they hold for a canceled one beside is left."""
    for call, payment, elsewhere in _held(asked):
        gone = sum(amount for amount, is_gone in elsewhere if is_gone)
        there = payment.authorized - payment.captured - payment.voided - gone
        part = there if most is None else min(there, most)
        money = Money(part, payment.currency) if gone or part < there else None
        yield call, RequestCapture(payment_id=payment.id, money=money)


def voids(asked: Iterable[tuple[Call, UUID]]) -> Iterator[tuple[Call, RequestVoid]]:
    """To let go what gateways hold for orders, unless another order that is not canceled is to be paid by it."""
    for call, payment, elsewhere in _held(asked):
        if all(is_gone for _amount, is_gone in elsewhere):
            yield call, RequestVoid(payment_id=payment.id)


def _held(asked: Iterable[tuple[Call, UUID]]) -> Iterator[tuple[Call, queries.PaymentView, list[tuple[int, bool]]]]:
    """The payments of orders that gateways hold, and how much of each is held for other orders, which may be canceled."""
    wanted = list(asked)
    found = queries.payments_of("order", {order_id for _call, order_id in wanted})
    open_ = [
        (call, order_id, payment)
        for call, order_id in wanted
        for payment in found.get(order_id, ())
        if payment.authorizes and payment.state == PaymentState.AUTHORIZED
    ]
    holds = queries.holds({payment.id for _call, _order_id, payment in open_}) if open_ else {}
    others = {id_ for _call, order_id, payment in open_ for id_ in holds.get(payment.id, {}) if id_ != order_id}
    gone = {order.id for order in orders(others) if order.state == "canceled"} if others else set()
    for call, order_id, payment in open_:
        if order_id not in holds.get(payment.id, {}):
            continue
        elsewhere = [(amount, id_ in gone) for id_, amount in holds[payment.id].items() if id_ != order_id]
        yield part_of(call, payment.id), payment, elsewhere


def _ask_later(attempts: Sequence[tuple[UUID, UUID]], *, by: Any = ask_gateway) -> None:
    if attempts:
        wanted: list[dict[str, Any]] = [{"tenant_id": str(tenant_id), "attempt_id": str(id_)} for tenant_id, id_ in attempts]
        by.batch_defer(*wanted)
