"""Disputes on the page of a payment: opened by a letter, answered through the firm, accepted, and decided by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.disputes import LONGEST, accept, evidence_file, send_evidence
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money, plain
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.commands import Decision, Opening, lose_dispute, open_dispute, win_dispute
from dingdan.ledgers.payments.lifecycle import DisputeState
from dingdan.ledgers.payments.models import Dispute, Payment
from dingdan.ledgers.payments.ports import EvidenceFile, EvidenceKind, disputing
from dingdan.ledgers.payments.rules import GATEWAY_VAULT, vault_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, number
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Section, Table
from dingdan.web.backoffice.typed import amount, known_id
from dingdan.web.backoffice.words import word

ANSWER: Final = "answer"
_FILES: Final = {
    EvidenceKind.SHIPPING: gettext_lazy("Proof that it was sent and delivered"),
    EvidenceKind.CONVERSATION: gettext_lazy("What the customer wrote"),
    EvidenceKind.OTHER: gettext_lazy("Something else"),
}


def table(row: Payment, disputes: Sequence[Dispute]) -> Iterator[Table]:
    """The disputes of a payment."""
    if disputes:
        yield Table(
            _("Disputes"),
            [_("Date"), _("Reason"), _("State"), _("Amount"), _("Won"), _("Lost"), _("Fee"), _("To be answered by")],
            [
                [
                    Cell(show.moment(one.opened_at), small=one.reference),
                    Cell(word(one.reason) or show.NOTHING),
                    badge(one.state),
                    *(number(show.money(sum_ or None, row.currency)) for sum_ in (one.amount, one.won, one.lost, one.fee)),
                    Cell(
                        show.moment(one.answer_due_at),
                        small=_("answered on {moment}").format(moment=show.moment(one.answered_at)) if one.answered_at else "",
                    ),
                ]
                for one in disputes
            ],
        )


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open(call: Call, row: Payment, sent: QueryDict) -> Event:
    asked = amount(sent, "amount", row.currency)
    opening = Opening(
        gateway=row.gateway, reference=sent.get("reference", ""), payment_id=row.id, reason=sent.get("reason", ""),
        money=None if asked is None else Money(asked, row.currency), fee=amount(sent, "fee", row.currency) or 0,
        answer_due_at=_end_of(sent, "answer_by"),
    )  # fmt: skip
    return open_dispute.one(call, opening)


def _end_of(sent: QueryDict, name: str) -> datetime | None:
    """The end of a day by the shop's clock; None for none."""
    text = sent.get(name, "").strip()
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59), ZoneInfo(tenant_in_scope().time_zone)) if text else None
    except ValueError:
        raise Invalid(field=name, reason=_("Write the day as 2027-12-31.")) from None


def _dispute(row: Payment, sent: QueryDict) -> UUID:
    found = known_id(sent, "dispute")
    if found is None or not Dispute.objects.filter(payment=row, id=found).exists():
        raise NotFound(field="dispute", what="dispute", id=sent.get("dispute", "")[:40])
    return found


def _decision(row: Payment, sent: QueryDict) -> Decision:
    asked = amount(sent, "amount", row.currency)
    return Decision(dispute_id=_dispute(row, sent), money=None if asked is None else Money(asked, row.currency))


def _win(call: Call, row: Payment, sent: QueryDict) -> Event:
    return win_dispute.one(call, _decision(row, sent))


def _lose(call: Call, row: Payment, sent: QueryDict) -> Event:
    return lose_dispute.one(call, _decision(row, sent))


def _accept(call: Call, row: Payment, sent: QueryDict) -> Event:
    return accept(call, dispute_id=_dispute(row, sent))


ACTS: Final = {
    "dispute": Act(open_dispute.name, _open, lambda _event: _("The dispute is written down. Its money cannot be refunded.")),
    "accept": Act(lose_dispute.name, _accept, lambda _event: _("The firm knows that you give in. The money is gone.")),
    "win": Act(win_dispute.name, _win, lambda _event: _("Written down: the money came back.")),
    "lose": Act(lose_dispute.name, _lose, lambda _event: _("Written down: the money is gone.")),
}


def answered(request: HttpRequest, row: Payment) -> Event:
    """Send what was typed and chosen to the firm. Raises `Refusal`."""
    files = list(_sent_files(request))
    call = call_of(request, f"{ANSWER}:{row.id}")
    return send_evidence(call, dispute_id=_dispute(row, request.POST), text=request.POST.get("text", ""), files=files)


def _sent_files(request: HttpRequest) -> Iterator[EvidenceFile]:
    for kind in EvidenceKind:
        files = request.FILES.getlist(kind.value)
        if len(files) > 1:
            raise Invalid(field=kind.value, reason=_("Send one file of each kind."))
        for file in files:
            yield evidence_file(kind.value, str(file.name), file.read())


# ── the forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def forms(acting: Acting, row: Payment, disputes: Sequence[Dispute], allowed: set[str], answer_url: str) -> list[Section]:
    """What whoever asks may do about the disputes of a payment."""
    open_ = [one for one in disputes if one.state == DisputeState.OPEN]
    there = row.gateway in disputing and row.account_id is not None
    found: list[Section] = []
    if open_ and there and answer_url:
        found.append(_answer_form(row, open_, answer_url))
    if open_ and there and "accept" in allowed:
        lead = _("The firm is told that you do not object. This cannot be undone.")
        found.append(_form(acting.do(row, "accept"), _("Give in"), _which(row, open_), Button(_("Give in"), "bad"), lead))
    if open_:
        found += _decisions(acting, row, open_, allowed)
    left = row.captured - row.refunded - row.refunding - row.disputed
    if "dispute" in allowed and left > 0 and vault_of(row.gateway) == GATEWAY_VAULT:
        found.append(_opening_form(row, left, acting.do(row, "dispute")))
    return found


def _form(url: str, title: str, fields: Sequence[Any], button: Button, lead: str) -> Form:
    return Form(title, url, fresh_key(), fields, [button], lead=lead, is_open=False)


def _decisions(acting: Acting, row: Payment, open_: Sequence[Dispute], allowed: set[str]) -> Iterator[Form]:
    note = _("In all so far; empty: everything that is open.")
    fields = [*_which(row, open_), Field("amount", _("Amount"), note=note)]
    lead = _("Only where the firm does not tell it by itself. Written down twice, it counts once.")
    told = {"win": (_("Write down: won"), Button(_("Won"), "good")), "lose": (_("Write down: lost"), Button(_("Lost"), "bad"))}
    for name, (title, button) in told.items():
        if name in allowed:
            yield _form(acting.do(row, name), title, fields, button, lead)


def _which(row: Payment, open_: Sequence[Dispute]) -> list[Field]:
    """The dispute that is meant: chosen where there are several."""
    if len(open_) == 1:
        return [Field("dispute", "", "hidden", str(open_[0].id))]
    choices = [(str(one.id), f"{one.reference} · {show.money(one.amount, row.currency)}") for one in open_]
    return [Field("dispute", _("Dispute"), "choice", choices[0][0], choices)]


def _answer_form(row: Payment, open_: Sequence[Dispute], url: str) -> Form:
    lead = _("It goes to the customer's bank, and is not kept here. Most banks look once: send everything together.")
    note = _("PDF, JPEG or PNG, 4 MiB in all.")
    fields = [
        *_which(row, open_),
        Field("text", _("What speaks for you"), "text", note=_("What was ordered, sent and agreed, and when."), most=LONGEST),
        *(Field(kind.value, label, "files", note=note) for kind, label in _FILES.items()),
    ]
    return _form(url, _("Send evidence"), fields, Button(_("Send to the firm"), "good"), lead)


def _opening_form(row: Payment, left: int, url: str) -> Form:
    note = _("As it stands in the letter; the firm's own, where you know it.")
    fields = [
        Field("reference", _("Reference"), note=note, is_required=True, most=200),
        Field("amount", _("Amount"), value=plain(left, row.currency)),
        Field("fee", _("Fee"), note=_("What the firm charges for it; empty: nothing.")),
        Field("reason", _("Reason"), most=64),
        Field("answer_by", _("To be answered by"), note=_("A day such as 2027-12-31, or nothing."), most=10),
    ]
    lead = _("For a letter of the bank, where the firm told nothing. The money counts as taken back until it is decided.")
    return _form(url, _("A dispute has come"), fields, Button(_("Write it down")), lead)
