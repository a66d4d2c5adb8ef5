"""Changing an order at the back office: a form, what would come of it while one writes, and the button that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.models import Node
from dingdan.trade.aftersales.queries import standing
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.lifecycle import RefundTo
from dingdan.trade.changes.queries import ChangePreview, LinePreview
from dingdan.trade.changes.rules import title_of
from dingdan.trade.orders import queries as orders
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.change_form import form_of
from dingdan.web.backoffice.site import site

CHANGE, UNDO = "changes.change_orders", "changes.undo_changes"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line that changes, as people read it."""

    name: str
    sku: str
    before: str
    after: str
    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What would come of a change, in words and numbers."""

    preview: ChangePreview
    headline: str
    consequence: str
    refund: str
    """What becomes of refunds on their way."""
    button: str
    lines: list[ShownLine]
    totals: list[tuple[str, str, str]]
    goods: list[str]
    refunds: list[tuple[str, str]]
    """Where too much money may go."""


@require_http_methods(["GET", "HEAD", "POST"])
def change_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The form, what would come of it, and (with the preview's fingerprint) the change itself."""
    if not (may(request, CHANGE) and may(request, "orders.read")):
        raise PermissionDenied
    try:
        order, stands = orders.order(object_id), standing(object_id)
    except NotFound:
        raise Http404 from None
    sent = request.POST.dict() if request.method == "POST" else None
    if sent and "apply" in sent and was_done(request):
        return done(request, object_id, _("The order was changed."))
    form = form_of(stands, order, sent)
    shown, trouble = None, list(form.wrong)
    if form.wishes:
        actor = request.actor  # type: ignore[attr-defined]
        if sent and "apply" in sent and not trouble:
            asked = ChangeOrder(
                order_id=order.id, changes=tuple(form.wishes), fingerprint=sent.get("fingerprint", ""),
                refund_to=sent.get("refund_to", ""),
            )  # fmt: skip
            (told,) = change_orders.many([(call_of(request, "change"), asked)])
            if not isinstance(told, Refusal):
                return done(request, object_id, _("The order was changed."))
            trouble.append(str(told))
        shown = shown_of(queries.preview(order.id, form.wishes, may=actor.may))
    context = {
        "form": form, "shown": shown, "trouble": trouble, "key": fresh_key(), "order": order,
        "address_labels": _address_labels(),
    }  # fmt: skip
    if request.headers.get("X-Part") == "preview":
        return TemplateResponse(request, "backoffice/change_preview.html", context)
    title = _("Change order {number}").format(number=order.number)
    return framed(request, "backoffice/change.html", context | {"title": title})


@require_http_methods(["GET", "HEAD", "POST"])
def undo_view(request: HttpRequest, object_id: UUID, change_id: UUID) -> HttpResponse:
    """What would come of taking a change back, and the button that does it."""
    if not (may(request, UNDO) and may(request, "orders.read")):
        raise PermissionDenied
    try:
        order, preview = orders.order(object_id), queries.preview_undo(change_id)
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:  # it is undone already
        return done(request, object_id, str(refusal), level=messages.WARNING)
    trouble = []
    if request.method == "POST":
        asked = UndoChange(
            change_id=change_id, fingerprint=request.POST.get("fingerprint", ""), refund_to=request.POST.get("refund_to", "")
        )
        (told,) = undo_changes.many([(call_of(request, "undo"), asked)])
        if not isinstance(told, Refusal):
            return done(request, object_id, _("The change was undone."))
        trouble.append(str(told))
    context = {"shown": shown_of(preview), "trouble": trouble, "key": fresh_key(), "order": order}
    title = _("Undo a change of order {number}").format(number=order.number)
    return framed(request, "backoffice/undo.html", context | {"title": title})


def _address_labels() -> list[tuple[str, str]]:
    return [
        ("name", _("Name")), ("company", _("Company")), ("street_address", _("Street")), ("city", _("City")),
        ("postal_code", _("Postal code")), ("country_area", _("State, province")), ("country_code", _("Country (two letters)")),
        ("email", _("E-mail")), ("phone", _("Phone")),
    ]  # fmt: skip


def was_done(request: HttpRequest, name: str = "change") -> bool:
    """Whether the button was pressed before: the form may not mean the same any more."""
    return JournalEntry.objects.filter(key=call_of(request, name).key, event__isnull=False).exists()


def done(request: HttpRequest, order_id: UUID, text: str, level: int = messages.SUCCESS) -> HttpResponse:
    """Back to the order's page, saying what was done."""
    messages.add_message(request, level, text)
    return HttpResponseRedirect(_order_url(order_id))


def _order_url(order_id: UUID) -> str:
    from dingdan.web.backoffice.base import link

    return link("order", order_id)


def framed(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """A page about an order, with the way back to it."""
    request.current_app = site.name
    order = context["order"]
    back = {"back_url": _order_url(order.id), "back_title": _("Order {number}").format(number=order.number)}
    return TemplateResponse(request, template, {**site.each_context(request), **back, **context})


# ── in words and numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


def shown_of(preview: ChangePreview) -> Shown:
    """A preview in words and numbers."""
    currency = preview.currency

    def money(amount: int) -> str:
        return show.money(amount, currency)

    headline = (
        _("The order stays at {after}.")
        if preview.before.total == preview.after.total
        else _("The order goes from {before} to {after}.")
    )
    rows = [
        ("goods", _("Goods")),
        ("discount", _("Discount")),
        ("shipping", _("Shipping")),
        ("tax", _("Tax")),
        ("total", _("Total")),
    ]
    pairs = [(label, getattr(preview.before, name), getattr(preview.after, name)) for name, label in rows]
    return Shown(
        preview=preview,
        headline=headline.format(before=money(preview.before.total), after=money(preview.after.total)),
        consequence=_consequence(preview), refund=_refund(preview), button=_button(preview), lines=_lines(preview),
        totals=[(label, money(before), money(after)) for label, before, after in pairs if before or after],
        goods=_goods(preview),
        refunds=[(str(to), refund_word(to)) for to in RefundTo] if preview.refund_due and preview.difference < 0 else [],
    )  # fmt: skip


def refund_word(to: RefundTo) -> str:
    """Where money that was paid too much goes, in words."""
    words = {
        RefundTo.WAY_IT_CAME: _("the way it came"), RefundTo.STORE_CREDIT: _("as store credit"), RefundTo.CASH: _("in cash"),
        RefundTo.BANK_TRANSFER: _("by bank transfer"), RefundTo.KEEP: _("nowhere: it stays with the order"),
    }  # fmt: skip
    return words[to]


def _consequence(preview: ChangePreview) -> str:
    amount = show.money(abs(preview.difference), preview.currency)
    if preview.difference > 0:
        due = show.money(preview.due, preview.currency)
        return _("{amount} more is owed; {due} is then to be paid.").format(amount=amount, due=due)
    if preview.difference < 0 and preview.refund_due:
        back = show.money(preview.refund_due - preview.refund_disputed, preview.currency)
        return _("{amount} less is owed; {back} goes back to the customer.").format(amount=amount, back=back)
    if preview.difference < 0:
        due = show.money(preview.due, preview.currency)
        return _("{amount} less is owed; {due} is then still to be paid.").format(amount=amount, due=due)
    return _("No money moves.")


def _refund(preview: ChangePreview) -> str:
    told = []
    if preview.refund_withdrawn:
        text = _("{amount} was to go back to the customer and has not been sent: it stays with the order.")
        told.append(text.format(amount=show.money(preview.refund_withdrawn, preview.currency)))
    if preview.refund_missed:
        text = _("{amount} is on its way back to the customer and cannot be stopped: it is to be paid again.")
        told.append(text.format(amount=show.money(preview.refund_missed, preview.currency)))
    if preview.refund_disputed:
        text = _("{amount} of what was paid too much is disputed and is not refunded: the firm has taken it back already.")
        told.append(text.format(amount=show.money(preview.refund_disputed, preview.currency)))
    return " ".join(told)


def _button(preview: ChangePreview) -> str:
    amount = show.money(abs(preview.difference), preview.currency)
    if preview.difference > 0:
        return _("Change it: {amount} more").format(amount=amount)
    return _("Change it: {amount} less").format(amount=amount) if preview.difference else _("Change it")


def _lines(preview: ChangePreview) -> list[ShownLine]:
    """The lines that change; one that takes the place of another is told as one."""
    taken = {line.replaces: line for line in preview.lines if line.is_new and line.replaces}
    found = []
    for line in preview.lines:
        new = taken.get(line.line_id)
        if new is not None:
            found.append(_replaced(line, new, preview.currency))
        elif (line.before != line.after or line.amount) and not (line.is_new and line.replaces):
            note = _("{count} wait for goods to come").format(count=line.short) if line.short else ""
            now, then = _units(line.before, line.total_before, preview), _units(line.after, line.total_after, preview)
            found.append(ShownLine(line.name, line.sku, now, then, show.money(line.amount, preview.currency), note))
    return found


def _units(count: int, total: int, preview: ChangePreview) -> str:
    return f"{show.count(count)} · {show.money(total, preview.currency)}" if count else show.NOTHING


def _replaced(old: LinePreview, new: LinePreview, currency: str) -> ShownLine:
    """A line and the one that takes its place."""
    stays = show.count(old.after + new.after) if old.sku == new.sku else show.count(new.after)
    note = "" if old.sku == new.sku else _("{new} instead of {old}").format(new=new.name, old=old.name)
    if new.unit_price != old.unit_price:
        prices = [show.unit_price(one.unit_price, currency) for one in (old, new)]
        note = " · ".join(filter(None, [note, _("{before} each becomes {after}").format(before=prices[0], after=prices[1])]))
    now = f"{show.count(old.before)} · {show.money(old.total_before, currency)}"
    then = f"{stays} · {show.money(old.total_after + new.total_after, currency)}"
    return ShownLine(new.name, new.sku, now, then, show.money(old.amount + new.amount, currency), note)


def _goods(preview: ChangePreview) -> list[str]:
    names = dict(Node.objects.filter(id__in=[one.node_id for one in preview.stock if one.node_id]).values_list("id", "name"))
    found = []
    for one in preview.stock:
        if one.node_id:
            text = _("{count} × {sku} from {node}").format(count=one.quantity, sku=one.sku, node=names[one.node_id])
        else:
            text = _("{count} × {sku} wait for goods to come").format(count=one.quantity, sku=one.sku)
        found.append(text)
    if preview.freed:
        found.append(_("{count} units let their goods go").format(count=preview.freed))
    if preview.promised_at and preview.stock:
        found.append(_("to be sent by {moment}").format(moment=show.moment(preview.promised_at)))
    return found


def kinds_shown(kinds: list[str]) -> str:
    """The kinds of a change, in words."""
    return ", ".join(map(title_of, kinds))
