"""What gateways tell by themselves: genuine notices are written down, by the same commands that polling ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.automation import gateways
from dingdan.automation.exceptions import OfAnotherMerchant, report
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    Decision,
    Opening,
    Told,
    lose_dispute,
    open_dispute,
    win_dispute,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState
from dingdan.ledgers.payments.ports import Answer, Notice, Post, Topic, hearing
from dingdan.ledgers.payments.queries import payment_of
from dingdan.masterdata.methods.queries import Credentials, at_hand, credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What one plain notice asks for: the command that writes it down, how it is called, and the firm's thanks."""

    command: Any
    call: Call
    told: Told
    thanks: bytes
    content_type: str


def hear(tenant_id: UUID, gateway: str, post: Post) -> tuple[bytes, str]:
    """Write down what a notice says, and return what the firm wants to read, with its content type.

    The tenant is in scope. Refuses what is not genuine, an account that is not of this gateway, and what the program cannot
    write down now (the firm sends it again). What can never be true is kept for people, and the firm is thanked for it.
    """
    account = credentials(post.account_id)
    if account is None or account.gateway != gateway or gateway not in hearing:
        raise NotFound(what="merchant account", id=post.account_id)
    with at_hand(account):
        heard = hearing[gateway].hear(post)
    for notice in heard.notices:
        _take_down(tenant_id, gateway, notice, account=account)
    return heard.answer, heard.content_type


def meant(tenant_id: UUID, gateway: str, post: Post, *, account: Credentials, as_of: int) -> Meant | None:
    """The command for a notice that is genuine and plain; None for any other. Asks nothing of the database.

    `as_of` is the version of the registers at which the account was read. Refuses `NotGenuine`.
    """
    if account.gateway != gateway or gateway not in hearing:
        return None
    with at_hand(account):
        heard = hearing[gateway].hear(post)
    if len(heard.notices) != 1:
        return None
    (notice,) = heard.notices
    is_known = notice.result.answer not in (Answer.UNKNOWN, Answer.NEVER_SEEN)
    if not (is_known and _is_about_an_attempt(notice)) or _is_of_another(notice, account) or _may_contradict(notice):
        return None
    kind = AttemptKind(notice.topic.value)
    return Meant(
        command=gateways.command_for(kind, notice.result.answer),
        call=_call(tenant_id, gateway, notice, as_of=as_of),
        told=gateways.told_by(gateway, kind, _attempt(notice), notice.result),
        thanks=heard.answer,
        content_type=heard.content_type,
    )


def _take_down(tenant_id: UUID, gateway: str, notice: Notice, *, account: Credentials) -> None:
    if notice.result.answer in (Answer.UNKNOWN, Answer.NEVER_SEEN):
        return
    call = _call(tenant_id, gateway, notice)
    try:
        if _is_of_another(notice, account):
            raise OfAnotherMerchant(gateway=gateway, merchant=notice.merchant)
        command, intent = _wish(gateway, notice)
        submit(command, call, intent)
    except AlreadyRecorded as known:
        if _may_contradict(notice) and known.facts["state"] == AttemptState.SUCCEEDED:
            report(call, gateway, notice.result, known, attempt_id=_attempt(notice))
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        report(call, gateway, notice.result, refusal, attempt_id=_attempt(notice))


def _wish(gateway: str, notice: Notice) -> tuple[Any, Any]:
    """The command that a notice asks for, and what it is given."""
    result = notice.result
    if _is_about_an_attempt(notice):
        kind = AttemptKind(notice.topic.value)
        return gateways.command_for(kind, result.answer), gateways.told_by(gateway, kind, _attempt(notice), result)
    money = Money(result.amount, result.currency) if result.currency else None
    if notice.topic == Topic.DISPUTE_OPENED:
        return open_dispute, Opening(
            gateway=gateway,
            reference=result.reference,
            payment_id=None if result.payment_reference else payment_of(_attempt(notice)),
            payment_reference=result.payment_reference,
            money=money,
            fee=notice.fee,
            reason=result.error,
            answer_due_at=notice.answer_by,
        )
    decide = win_dispute if notice.topic == Topic.DISPUTE_WON else lose_dispute
    return decide, Decision(gateway=gateway, reference=result.reference, money=money)


def _is_about_an_attempt(notice: Notice) -> bool:
    return notice.topic.value in set(AttemptKind)


def _may_contradict(notice: Notice) -> bool:
    """Whether a bank may have sent back what was written down as done."""
    return notice.topic == Topic.REFUND and notice.result.answer == Answer.DECLINED


def _is_of_another(notice: Notice, account: Credentials) -> bool:
    return bool(notice.merchant) and notice.merchant != account.merchant


def _call(tenant_id: UUID, gateway: str, notice: Notice, *, as_of: int | None = None) -> Call:
    return Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{gateway}:{notice.id}", as_of=as_of)


def _attempt(notice: Notice) -> UUID | None:
    try:
        return UUID(notice.key) if notice.key else None
    except ValueError:
        return None
