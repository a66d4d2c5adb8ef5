"""Between a request and its answer: speaking to gateways, outside any transaction, until the answer is known.

An attempt is made by a job. No answer is not no: the attempt becomes `unknown`, and `reconcile` asks until it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from dingdan.automation.reacting import Asked, at_once, part_of
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import queries
from dingdan.ledgers.payments.commands import (
    RequestCapture,
    RequestVoid,
    Told,
    record_authorization,
    record_capture,
    record_decline,
    record_refund,
    record_unknown,
    record_void,
    send_refund,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState, PaymentState
from dingdan.ledgers.payments.ports import Answer, GatewayResult, ask, gateways
from dingdan.trade.orders.queries import by_id as orders

PATIENCE = timedelta(minutes=1)
"""An attempt without an answer is asked about after this long, and again every minute."""

_RECORD = {
    AttemptKind.AUTHORIZE: record_authorization,
    AttemptKind.CAPTURE: record_capture,
    AttemptKind.VOID: record_void,
    AttemptKind.REFUND: record_refund,
}


@job("ask_gateway")
def ask_gateway(*, tenant_id: str, attempt_id: str) -> None:
    """Make an attempt at its gateway, or ask what became of it, and write down the answer."""
    with tenant_scope(UUID(tenant_id)):
        found = queries.gateway_request(UUID(attempt_id))
        if found is None:
            return
        gateway, request, state = found
        if request.kind == AttemptKind.REFUND and state == AttemptState.REQUESTED and not _send(tenant_id, attempt_id):
            return
        result = gateways[gateway].query(request) if state == AttemptState.UNKNOWN else ask(request, gateway)
        if result.answer == Answer.NEVER_SEEN:
            result = ask(request, gateway)
        _write_down(UUID(tenant_id), gateway, request.kind, UUID(attempt_id), result)


def _send(tenant_id: str, attempt_id: str) -> bool:
    """Whether a refund may go to its gateway: not one that was withdrawn meanwhile. From now on it cannot be any more."""
    call = Call(tenant_id=UUID(tenant_id), actor=SYSTEM, key=f"{attempt_id}:sent")
    try:
        send_refund(call, attempt_id=UUID(attempt_id))
    except NotInThisState:
        return False
    return True


def _write_down(tenant_id: UUID, gateway: str, kind: str, attempt_id: UUID, result: GatewayResult) -> None:
    told = Told(
        gateway=gateway,
        kind=AttemptKind(kind),
        attempt_id=attempt_id,
        payment_reference=result.payment_reference,
        reference=result.reference,
        money=Money(result.amount, result.currency) if result.currency else None,
        error=result.error,
    )
    call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{attempt_id}:{result.answer}")
    record: Any = {
        Answer.DONE: _RECORD[AttemptKind(kind)],
        Answer.DECLINED: record_decline,
        Answer.UNKNOWN: record_unknown,
    }[result.answer]
    try:
        record.one(call, told)
    except Refusal as refusal:
        if refusal.status >= 500:
            raise


def reconcile(tenant_id: UUID) -> int:
    """Ask about every attempt that has had no answer for a while; return how many."""
    late = queries.open_attempts(before=clock.now() - PATIENCE)
    _ask_later([(tenant_id, attempt_id) for attempt_id in late])
    return len(late)


@at_once
def ask_for_money(asked: Asked) -> None:
    """What was requested of gateways is asked of them."""
    _ask_later([(call.tenant_id, event.attempt_id) for call, event in asked])


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


def _ask_later(attempts: Sequence[tuple[UUID, UUID]]) -> None:
    if attempts:
        wanted: list[dict[str, Any]] = [{"tenant_id": str(tenant_id), "attempt_id": str(id_)} for tenant_id, id_ in attempts]
        ask_gateway.batch_defer(*wanted)
