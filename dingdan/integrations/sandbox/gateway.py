"""The sandbox gateway: holds, takes and gives back money that does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from dingdan.integrations.sandbox.faults import Fault, Faults
from dingdan.integrations.sandbox.models import Charge, Movement, Notice
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult

_UNKNOWN = GatewayResult(answer=Answer.UNKNOWN, error="timeout")
# Behind every notice that was sent before: a later turn is told later.
_STRAIGHT, _AHEAD = 1, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice, as a webhook would bring it: which attempt (our key), what kind, and what became of it."""

    key: str
    kind: str
    result: GatewayResult


class SandboxGateway:
    """Answers as its faults tell it to; without faults it does what it is asked, within the limits of each charge."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()

    @property
    def authorizes(self) -> bool:
        """Money is held first; a capture without a hold takes it at once."""
        return True

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        """Hold money."""
        return self._ask(request)

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Take money that is held, or at once where the request names no charge."""
        return self._ask(request)

    def void(self, request: GatewayRequest) -> GatewayResult:
        """Give back what is held and not captured."""
        return self._ask(request)

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give back what was captured."""
        return self._ask(request)

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt. What is late happens after the first query."""
        with tenant_scope(request.tenant_id), transaction.atomic():
            movement = Movement.objects.select_for_update(no_key=True).filter(key=request.key).first()
            if movement is None or movement.state == "lost":
                return GatewayResult(answer=Answer.NEVER_SEEN)
            result = _result(movement)
            if movement.state == "pending":
                _happen(movement, request)
                _notify(movement, Fault.NONE)
            return result

    def notices(self, tenant_id: UUID) -> list[Told]:
        """Fetch the notices that wait, in the order in which they arrive; they are not told again."""
        with tenant_scope(tenant_id), transaction.atomic():
            waiting = list(
                Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("movement").order_by("turn", "id")
            )
            told = [Told(key=one.movement.key, kind=one.movement.kind, result=_result(one.movement)) for one in waiting]
            Notice.objects.filter(id__in=[one.id for one in waiting]).delete()
            return told

    def _ask(self, request: GatewayRequest) -> GatewayResult:
        with tenant_scope(request.tenant_id), transaction.atomic():
            movement, first = _movement(request)
            fault = self.faults.of(Movement.objects.count()) if first else Fault.NONE
            if fault == Fault.TIMEOUT_BEFORE:
                return _UNKNOWN
            if fault == Fault.LATE:
                _turn(movement, "pending")
                return _UNKNOWN
            if movement.state in ("lost", "pending"):
                _happen(movement, request, declined=fault == Fault.DECLINE)
                _notify(movement, fault)
            return _UNKNOWN if fault == Fault.TIMEOUT_AFTER else _result(movement)


def _movement(request: GatewayRequest) -> tuple[Movement, bool]:
    """The row of the key, locked, and whether this is the first time that it is asked."""
    made = Movement(key=request.key, kind=request.kind, amount=request.amount, currency=request.currency, state="lost")
    Movement.objects.bulk_create([made], ignore_conflicts=True)
    movement = Movement.objects.select_for_update(no_key=True).get(key=request.key)
    return movement, movement.id == made.id


def _happen(movement: Movement, request: GatewayRequest, *, declined: bool = False) -> None:
    charge = _charge(request)
    error = "declined" if declined else _move(charge, request)
    if charge is not None and not error:
        charge.save()
        movement.charge = charge
    movement.error = error
    _turn(movement, "declined" if error else "done")


def _charge(request: GatewayRequest) -> Charge | None:
    if request.payment_reference:
        found = Charge.objects.select_for_update(no_key=True).filter(id=UUID(request.payment_reference))
        return found.first()
    if request.kind in ("authorize", "capture"):
        return Charge(id=new_id(), currency=request.currency)
    return None


def _move(charge: Charge | None, request: GatewayRequest) -> str:
    """Change the charge's counters; return why not, if not."""
    if charge is None:
        return "no_such_charge"
    if charge.currency != request.currency:
        return "wrong_currency"
    held = charge.authorized - charge.captured - charge.voided
    if request.kind == "authorize":
        charge.authorized += request.amount
    elif request.kind == "capture":
        if not request.payment_reference:
            charge.authorized += request.amount
        elif request.amount > held:
            return "above_authorized"
        charge.captured += request.amount
    elif request.kind == "void":
        if request.amount > held:
            return "above_held"
        charge.voided += request.amount
    elif request.amount > charge.captured - charge.refunded:
        return "above_captured"
    else:
        charge.refunded += request.amount
    return ""


def _turn(movement: Movement, state: str) -> None:
    movement.state = state
    Movement.objects.filter(id=movement.id).update(state=state, error=movement.error, charge=movement.charge)


def _notify(movement: Movement, fault: Fault) -> None:
    turn = _AHEAD if fault == Fault.OUT_OF_ORDER else _STRAIGHT
    times = 2 if fault == Fault.TWICE else 1
    Notice.objects.bulk_create([Notice(movement=movement, turn=turn) for _ in range(times)])


def _result(movement: Movement) -> GatewayResult:
    if movement.state == "pending":
        return _UNKNOWN
    done = movement.state == "done"
    return GatewayResult(
        answer=Answer.DONE if done else Answer.DECLINED,
        amount=movement.amount if done else 0,
        currency=movement.currency,
        reference=str(movement.id),
        payment_reference=str(movement.charge_id or ""),
        error=movement.error,
    )
