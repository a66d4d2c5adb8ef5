"""What was invoiced is credited: for returns, cancellations, favors and mistakes; or we owe it without an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money, bounded
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.masterdata.customers import queries as customer_queries
from dingdan.trade.aftersales import queries as aftersales_queries
from dingdan.trade.aftersales import steps as aftersales
from dingdan.trade.aftersales.queries import DOCUMENT, Standing, standings
from dingdan.trade.aftersales.rules import rounds
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.settlement import queries, steps
from dingdan.trade.settlement.events import CreditedLine, CreditNoteIssued
from dingdan.trade.settlement.lifecycle import CreditCause
from dingdan.trade.settlement.rules import (
    Billed,
    NothingToCredit,
    NotInvoiced,
    PaperLine,
    Standalone,
    canceled_since,
    canceled_total,
    credit_share,
    parts,
    standalone_lines,
)

CREDIT_NOTE = "credit_note"


class AlreadyCredited(Refusal):
    """The return, the claim or the allowance has its credit note."""

    sentence = _("This was credited before.")
    remedy = _("Nothing is to be done; look at the credit notes of the order.")


refuses("a_return_is_credited_once", AlreadyCredited)
refuses("a_claim_is_credited_once", AlreadyCredited)
refuses("an_allowance_is_credited_once", AlreadyCredited)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAmount:
    """So much of an order line (minor units, as the customer pays it) is credited; `quantity` is only told, 0 is an amount."""

    order_line_id: UUID
    amount: int
    quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCreditNote:
    """One of: a return, a claim, an allowance, an order (what was canceled after its invoice, or amounts of lines), or alone."""

    return_id: UUID | None = None
    allowance_id: UUID | None = None
    claim_id: UUID | None = None
    order_id: UUID | None = None
    lines: tuple[CreditAmount, ...] = ()
    standalone: Standalone | None = None
    external_number: str = ""
    reason: str = ""


class _Source(NamedTuple):
    """What one call is about: its order, and how much of which line it credits, with the units that are told."""

    item: Item[IssueCreditNote]
    order_id: UUID
    cause: str
    amounts: Mapping[UUID, tuple[int, int]]


class _Credit(NamedTuple):
    """A credit note of an order that will be written."""

    item: Item[IssueCreditNote]
    standing: Standing
    new: steps.NewCreditNote


@batch_command(CreditNoteIssued)
def issue_credit_notes(batch: Batch[IssueCreditNote]) -> None:
    """Credit what was invoiced, or owe what stands alone.

    A return is closed by its credit note. Amounts of an order's lines are also no longer owed; for returns, cancellations and
    allowances that was settled before. Refuses `AlreadyCredited`, `NothingToCredit`, `NotInvoiced` (issue the invoice first).
    """
    sources = _sources(batch)
    zones = queries.time_zones()
    for round_ in rounds(sources, lambda source: source.order_id):
        _credit(_decided(round_, zones))
    alone = []
    for item in batch.open:
        try:
            alone.append((item, _alone(item)))
        except Refusal as refusal:
            item.refuse(refusal)
    _owe(alone)


# ── about orders ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sources(batch: Batch[IssueCreditNote]) -> list[_Source]:
    """What each call about an order is about; refuses what names nothing, or more than one thing."""
    returns = aftersales_queries.amounts_of_returns([item.intent.return_id for item in batch.items if item.intent.return_id])
    favors = aftersales_queries.amounts_of_allowances(
        [item.intent.allowance_id for item in batch.items if item.intent.allowance_id]
    )
    claims = aftersales_queries.amounts_of_claims([item.intent.claim_id for item in batch.items if item.intent.claim_id])
    found = []
    for item in batch.items:
        intent = item.intent
        sources = (intent.return_id, intent.claim_id, intent.allowance_id, intent.order_id, intent.standalone)
        named = [one for one in sources if one is not None]
        if len(named) != 1 or (intent.lines and not intent.order_id):
            item.refuse(
                Invalid(
                    field="return_id", reason=_("Name a return, a claim, an allowance, an order or amounts that stand alone.")
                )
            )
        elif intent.return_id and intent.return_id in returns:
            found.append(_Source(item, returns[intent.return_id][0], CreditCause.RETURN, returns[intent.return_id][1]))
        elif intent.claim_id and intent.claim_id in claims:
            found.append(_Source(item, claims[intent.claim_id][0], CreditCause.CLAIM, claims[intent.claim_id][1]))
        elif intent.allowance_id and intent.allowance_id in favors:
            found.append(_Source(item, favors[intent.allowance_id][0], CreditCause.ALLOWANCE, favors[intent.allowance_id][1]))
        elif intent.order_id:
            cause = CreditCause.CORRECTION if intent.lines else CreditCause.CANCELLATION
            wished = {one.order_line_id: (one.amount, one.quantity) for one in intent.lines}
            found.append(_Source(item, intent.order_id, cause, wished))
        elif intent.standalone is None:
            what = "return" if intent.return_id else "claim" if intent.claim_id else "allowance"
            item.refuse(NotFound(what=what, id=named[0]))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the orders of a round, under their locks."""

    found: Mapping[UUID, Standing]
    invoiced: Mapping[UUID, Billed]
    credited: Mapping[UUID, Billed]
    firsts: Mapping[UUID, UUID]
    done: frozenset[UUID]
    """Returns, claims and allowances that have their credit note."""


def _know(sources: Sequence[_Source]) -> _Known:
    ids = [source.order_id for source in sources]
    found = standings(ids, lock=True)
    intents = [source.item.intent for source in sources]
    returns = queries.credited_returns(intent.return_id for intent in intents if intent.return_id)
    favors = queries.credited_allowances(intent.allowance_id for intent in intents if intent.allowance_id)
    claims = queries.credited_claims(intent.claim_id for intent in intents if intent.claim_id)
    return _Known(
        found, queries.invoiced(ids), queries.credited(ids), queries.first_invoices(ids), frozenset(returns | claims | favors)
    )  # fmt: skip


def _decided(sources: Sequence[_Source], zones: Mapping[UUID, ZoneInfo]) -> list[_Credit]:
    """The credit notes about different orders; refuses what cannot be credited."""
    known = _know(sources)
    found = []
    for source in sources:
        intent = source.item.intent
        try:
            standing, lines = _lines(source, known)
            order = standing.order
            new = steps.NewCreditNote(
                entry=source.item.entry,
                heading=steps.heading(
                    source.item.entry, order=order, time_zone=zones[order.channel_id],
                    external_number=clean_text(intent.external_number, "external_number", 64, required=False),
                ),
                cause=str(source.cause), lines=lines, order_id=order.id, return_id=intent.return_id,
                allowance_id=intent.allowance_id, claim_id=intent.claim_id,
                reason=clean_text(intent.reason, "reason", 200, required=False),
                invoice_id=next((known.firsts[line.order_line_id] for line in lines if line.order_line_id), None),
            )  # fmt: skip
            found.append(_Credit(source.item, standing, new))
        except Refusal as refusal:
            source.item.refuse(refusal)
    called = queries.in_their_language([(one.standing, one.new.lines) for one in found])
    return [_Credit(one.item, one.standing, replace(one.new, lines=told)) for one, told in zip(found, called, strict=True)]


def _lines(source: _Source, known: _Known) -> tuple[Standing, list[PaperLine]]:
    """How an order stands, and the lines of the credit note about it."""
    standing = known.found.get(source.order_id)
    if standing is None:
        raise NotFound(field="order_id", what="order", id=source.order_id)
    intent = source.item.intent
    if {intent.return_id, intent.claim_id, intent.allowance_id} & known.done:
        raise AlreadyCredited
    amounts = _canceled(standing, known) if source.cause == CreditCause.CANCELLATION else source.amounts
    if source.cause == CreditCause.CORRECTION:
        _check_correction(source, standing)
    lines = []
    for line in standing.lines:
        amount, units = amounts.get(line.id, (0, 0))
        if not amount:
            continue
        before, after = known.invoiced.get(line.id, Billed()), known.credited.get(line.id, Billed())
        share = credit_share(line, before, after, amount=amount, currency=standing.order.currency)
        lines.append(queries.paper_line(standing.rows[line.id], units, share))
    if not lines:
        raise NothingToCredit
    return standing, lines


def _canceled(standing: Standing, known: _Known) -> dict[UUID, tuple[int, int]]:
    """What was invoiced and canceled afterwards, less what was credited for that before."""
    excess = canceled_since(standing.lines, known.invoiced)
    found = {}
    for line in standing.lines:
        if line.id in excess:
            before = known.credited.get(line.id, Billed())
            left = known.invoiced[line.id].total - before.total - line.owed
            found[line.id] = (max(0, min(left, canceled_total(line, known.invoiced[line.id]))), excess[line.id])
    return found


def _check_correction(source: _Source, standing: Standing) -> None:
    for index, one in enumerate(source.item.intent.lines):
        line = standing.line(one.order_line_id)
        where = f"lines.{index}"
        if line is None:
            raise NotFound(field=f"{where}.order_line_id", what="order line", id=one.order_line_id)
        if bounded(one.amount) <= 0 or one.quantity < 0:
            raise Invalid(field=f"{where}.amount", reason=_("Name an amount above zero."))
        if one.amount > line.allowable:
            left = Money(line.allowable, standing.order.currency)
            raise NotInvoiced(field=f"{where}.amount", name=line.name, asked=Money(one.amount, left.currency), left=left)
    if len(source.amounts) < len(source.item.intent.lines):
        raise Invalid(field="lines", reason=_("Name each order line once."))


def _credit(credits_: Sequence[_Credit]) -> None:
    """Book and write credit notes of different orders; the numbers come last, for their series is locked until the end."""
    if not credits_:
        return
    favors = _allow(credits_)
    payments.credit(
        [
            payments.Bill(
                entry=new.entry, document=Document(DOCUMENT, standing.order.id),
                parts=parts(new.lines, tax_included=standing.order.prices_include_tax),
                back={
                    line.order_line_id: line.quantity
                    for line in new.lines
                    if line.order_line_id and line.kind == LineKind.GIFT_CARD
                },
            )
            for _item, standing, new in credits_
        ]
    )  # fmt: skip
    closings = [aftersales.Closing(new.entry, new.return_id) for _item, _standing, new in credits_ if new.return_id]
    if closings:
        aftersales.close(closings)
    written = [replace(new, allowance_id=favors.get(new.heading.id, new.allowance_id)) for _item, _standing, new in credits_]
    numbers = steps.write_credit_notes(written)
    for (item, _standing, _new), new, number in zip(credits_, written, numbers, strict=True):
        item.accept(_issued(new, number, payable_id=None))


def _allow(credits_: Sequence[_Credit]) -> dict[UUID, UUID]:
    """Corrections are allowances from now on: less is owed for their orders. Returns the allowance by credit note."""
    corrections = [one for one in credits_ if one.new.cause == CreditCause.CORRECTION]
    if not corrections:
        return {}
    favors = []
    for _item, standing, new in corrections:
        by_line = {line.order_line_id: line.share.total for line in new.lines if line.order_line_id}
        favors.append(aftersales.Favor(new.entry, standing, sum(by_line.values()), by_line, new.reason))
    allowed = aftersales.allow(favors)
    return {one.new.heading.id: favor.id for one, favor in zip(corrections, allowed, strict=True)}


def _issued(new: steps.NewCreditNote, number: str, *, payable_id: UUID | None) -> CreditNoteIssued:
    return CreditNoteIssued(
        credit_note_id=new.heading.id, number=number, cause=new.cause, order_id=new.order_id, return_id=new.return_id,
        allowance_id=new.allowance_id, claim_id=new.claim_id, payable_id=payable_id, customer_id=new.heading.customer_id,
        issued_on=new.heading.issued_on, currency=new.heading.currency, tax=sum(line.share.tax for line in new.lines),
        total=sum(line.share.total for line in new.lines),
        lines=tuple(
            CreditedLine(order_line_id=line.order_line_id, quantity=line.quantity, total=line.share.total) for line in new.lines
        ),
    )  # fmt: skip


# ── alone ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _alone(item: Item[IssueCreditNote]) -> steps.NewCreditNote:
    """A credit note without an order. Refuses amounts and words that cannot be."""
    told = item.intent.standalone
    assert told is not None  # noqa: S101 (all others were answered)
    lines = standalone_lines(told)
    if told.customer_id and not customer_queries.customers_by_id([told.customer_id]):
        raise NotFound(field="standalone.customer_id", what="customer", id=told.customer_id)
    return steps.NewCreditNote(
        entry=item.entry,
        heading=steps.Heading(
            entry=item.entry, id=new_id(), customer_id=told.customer_id, bill_to_id=None,
            issued_on=item.entry.at.astimezone(_zone(told.time_zone)).date(), currency=told.currency,
            language=told.language, prices_include_tax=told.prices_include_tax,
            external_number=clean_text(item.intent.external_number, "external_number", 64, required=False),
        ),
        cause=str(CreditCause.STANDALONE), lines=lines, reason=clean_text(item.intent.reason, "reason", 200, required=False),
    )  # fmt: skip


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError) as error:
        raise Invalid(field="standalone.time_zone", reason=_("There is no such time zone.")) from error


def _owe(alone: Sequence[tuple[Item[IssueCreditNote], steps.NewCreditNote]]) -> None:
    if not alone:
        return
    owing = payments.owe(
        [
            payments.Debt(
                entry=new.entry, kind=PayableKind.CREDIT_NOTE, currency=new.heading.currency,
                party=payments.Party("customer", new.heading.customer_id) if new.heading.customer_id else _unknown(new),
                parts=parts(new.lines, tax_included=new.heading.prices_include_tax),
                document=Document(CREDIT_NOTE, new.heading.id),
            )
            for _item, new in alone
        ]
    )  # fmt: skip
    numbers = steps.write_credit_notes([new for _item, new in alone])
    for (item, new), owed, number in zip(alone, owing, numbers, strict=True):
        item.accept(_issued(new, number, payable_id=owed.id))


def _unknown(new: steps.NewCreditNote) -> payments.Party:
    """Nobody knows who: the document stands for them."""
    return payments.Party(CREDIT_NOTE, new.heading.id)
