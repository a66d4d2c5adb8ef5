"""What gateways tell by themselves: genuine notices are written down, by the same commands that polling ends in."""

from __future__ import annotations

from uuid import UUID

from dingdan.automation import gateways
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.ledgers.payments.commands import AlreadyRecorded
from dingdan.ledgers.payments.lifecycle import AttemptKind, AttemptState
from dingdan.ledgers.payments.ports import Answer, Notice, Post, hearing
from dingdan.masterdata.methods.queries import credentials


def hear(tenant_id: UUID, gateway: str, post: Post) -> tuple[bytes, str]:
    """Write down what a notice says, and return what the firm wants to read, with its content type.

    The tenant is in scope. Refuses what is not genuine, an account that is not of this gateway, and what the program cannot
    write down now (the firm sends it again). What can never be true is kept for people, and the firm is thanked for it.
    """
    account = credentials(post.account_id)
    if account is None or account.gateway != gateway or gateway not in hearing:
        raise NotFound(what="merchant account", id=post.account_id)
    heard = hearing[gateway].hear(post)
    for notice in heard.notices:
        _take_down(tenant_id, gateway, notice, wrong_merchant=bool(notice.merchant) and notice.merchant != account.merchant)
    return heard.answer, heard.content_type


def _take_down(tenant_id: UUID, gateway: str, notice: Notice, *, wrong_merchant: bool) -> None:
    if notice.result.answer in (Answer.UNKNOWN, Answer.NEVER_SEEN) or notice.topic.value not in set(AttemptKind):
        return
    kind = AttemptKind(notice.topic.value)
    call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"{gateway}:{notice.id}")
    told = gateways.told_by(gateway, kind, _attempt(notice), notice.result)
    try:
        if wrong_merchant:
            raise NotFound(what="merchant account", id=notice.merchant)
        submit(gateways.command_for(kind, notice.result.answer), call, told)
    except AlreadyRecorded as known:
        if notice.result.answer == Answer.DECLINED and known.facts["state"] == AttemptState.SUCCEEDED:
            gateways.report(tenant_id, gateway, kind, notice, known)  # a bank sent a refund back that was done
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        gateways.report(tenant_id, gateway, kind, notice, refusal)


def _attempt(notice: Notice) -> UUID | None:
    try:
        return UUID(notice.key) if notice.key else None
    except ValueError:
        return None
