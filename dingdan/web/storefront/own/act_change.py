"""The page on which customers change their order, and the page of a change, on which it can be taken back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.pay_links import PAY_ORDER
from dingdan.automation.paying import bill_of
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.inventory.commands import release_holds
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.events import OrderChanged
from dingdan.trade.changes.lifecycle import CHANGE_LIFE
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import change as change_by_id
from dingdan.trade.changes.queries import customer_window, outlook_of_undo
from dingdan.trade.changes.rules import AddLine, NothingChanges
from dingdan.web.storefront import carts, checkout
from dingdan.web.storefront.address_form import countries, fields_of
from dingdan.web.storefront.buying import Buyer
from dingdan.web.storefront.carts import cart_of
from dingdan.web.storefront.own import acting
from dingdan.web.storefront.own.act_change_form import ChangeForm, form_of
from dingdan.web.storefront.own.act_goods import Goods
from dingdan.web.storefront.own.act_looks import goes_back, look_at, look_of
from dingdan.web.storefront.own.act_until import until_of
from dingdan.web.storefront.own.act_words import told
from dingdan.web.storefront.own.acting import Deed, Look, Shown, parts_of, pressed
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.reader import TAGS
from dingdan.web.storefront.shop_pages import days

CHANGE: Final = "change"


@own_page("POST")
def change(own: Own) -> HttpResponse:
    """What can be changed of an order, what comes of it, and the button that does it."""
    if own.request.method != "POST":
        return _page(own, form_of(own), Shown(None, customer_window(own.order, at=own.reader.at).refused))
    form = form_of(own)

    def look() -> Look:
        _let_go(own, form)
        return look_at(own, form.goods, form.wishes)

    def give(call: Call, seen: Look) -> Event:
        asked = ChangeOrder(order_id=own.order.id, changes=tuple(form.wishes), fingerprint=seen.seen)
        return change_orders.one(call, asked)

    if (form.wrong or not form.wishes) and acting.happened_before(acting.call_of(own, CHANGE)) is None:
        is_pressed = own.request.POST.get(acting.DO) == "apply"
        return _page(own, form, Shown(None, form.wrong or (NothingChanges(field="changes") if is_pressed else None)))
    came = pressed(own, Deed(CHANGE, look, give))
    if isinstance(came, OrderChanged):
        return _taken_from_cart(own, form, own.went(CHANGE, str(came.change_id)))
    return _page(own, form, came if isinstance(came, Shown) else Shown(None, None))


def _page(own: Own, form: ChangeForm, shown: Shown) -> HttpResponse:
    ways, methods, reader = form.ways, form.methods, own.reader
    return own.shown(
        "act_change", CHANGE, lines=form.lines, typed=form.typed,
        besides=form.goods.besides(), countries=countries(TAGS[reader.language]), until=until_of(own),
        fields=fields_of(form.typed["country"], form.typed), is_moved=_is_moved(own, form),
        ways=[
            {"code": offer.code, "name": reader.said(offer.name_i18n, offer.name), "days": days(offer.min_days, offer.max_days),
             "price": own.money(rate.price) if rate.price else _("free"), "is_chosen": offer.code == form.typed["shipping"]}
            for offer, rate in ways
        ],
        methods=[
            {"code": one.code, "name": one.named(TAGS[reader.language]), "told": one.told(TAGS[reader.language]),
             "is_chosen": one.code == form.typed["payment"]}
            for one in methods
        ] if len(methods) > 1 else [],
        may_change=customer_window(own.order, at=reader.at).refused is None, **parts_of(own, shown),
    )  # fmt: skip


def _is_moved(own: Own, form: ChangeForm) -> bool:
    """Whether something about where it goes was typed, so that the fields are to stand open."""
    before = own.order.ship_to
    typed = [form.typed["name"], form.typed["country"], form.typed["email"], form.typed["phone"]]
    return typed != [before.name, before.country, before.email, before.phone] or any(
        form.typed[part].strip() != str(before.address.get(part, "")).strip() for part in before.address if part in form.typed
    )


# ── what is taken out of the cart ────────────────────────────────────────────────────────────────────────────────────────


def _let_go(own: Own, form: ChangeForm) -> None:
    """What the cart of this browser holds of what is to go into the order is held for nobody else: let it go."""
    cart = cart_of(own.request.COOKIES.get(carts.COOKIE, ""))
    wanted = {wish.sku for wish in form.wishes if isinstance(wish, AddLine)}
    if cart and cart.is_open and wanted & {line.sku for line in cart.wanted.lines} and carts.held(cart.row.id, own.reader.at):
        release_holds(carts.call_of(cart.row.id), document_ids=(cart.row.id,))


def _taken_from_cart(own: Own, form: ChangeForm, answer: HttpResponse) -> HttpResponse:
    """What is in the order now is in the cart no more."""
    cart = cart_of(own.request.COOKIES.get(carts.COOKIE, ""))
    added = {id_: many for id_, many in form.goods.added().items() if many}
    if cart is None or not cart.is_open or not added:
        return answer
    skus = {one.sku: added[one.id] for one in variants_by_id(list(added)).values()}
    for line in [line for line in cart.wanted.lines if line.sku in skus]:
        cart = carts.change(own.reader, cart, line.sku, max(0, line.quantity - skus[line.sku]))
    return Buyer(own.request, own.reader.front, own.reader.language).kept(answer, cart)


# ── a change, once it is made ────────────────────────────────────────────────────────────────────────────────────────────


@own_page("POST")
def changed(own: Own, change_id: UUID) -> HttpResponse:
    """What a change came to, what is to be paid or goes back, and the button that takes it back while that can be done."""
    made = change_by_id(change_id)
    if made.order_id != own.order.id:
        raise NotFound(field="change_id", what="change", id=change_id)
    goods = Goods(own)

    def look() -> Look:
        return look_of(own, goods, outlook_of_undo(change_id, by_customer=True, at=own.reader.at), asked=fingerprint(change_id))

    def give(call: Call, seen: Look) -> Event:
        return undo_changes.one(call, UndoChange(change_id=change_id, fingerprint=seen.seen))

    if own.request.method != "POST":
        return _changed_page(own, made, _undo_of(made, look))
    came = pressed(own, Deed("undo", look, give))
    if isinstance(came, Shown):
        return _changed_page(own, made, came)
    return own.went(CHANGE, str(change_id))


def _undo_of(made: Change, look: Any) -> Shown:
    """What taking it back would come to, where it can be taken back."""
    if made.state != CHANGE_LIFE.initial:
        return Shown(None, None)
    try:
        found: Look = look()
    except Refusal as refusal:
        return Shown(None, refusal)
    return Shown(found, None)


def _changed_page(own: Own, made: Change, shown: Shown) -> HttpResponse:
    bill = bill_of(PAY_ORDER, own.order.id)
    less = -made.difference
    is_last = not Change.objects.filter(order=own.order, id__gt=made.id).exists()
    owed = bill.owed if bill else None
    back = min(less, max(0, owed.allocated - owed.refunded - owed.amount)) if owed and less > 0 else 0
    look = shown.look if shown.look and not shown.look.refused else None
    parts = parts_of(own, shown) | {"look": look}
    if own.request.method != "POST":
        parts["trouble"] = {}
    return own.shown(
        "act_changed", CHANGE, str(made.id), made=made, is_undone=made.state != CHANGE_LIFE.initial,
        is_cancel="cancel" in made.kinds,        total=own.money(made.total_after), before=own.money(made.total_before),
        less=own.money(less) if less > 0 else "", more=own.money(-less) if less < 0 else "",
        back=goes_back(own, back) if back and is_last else "", why_not=told(shown.look.refused if shown.look else None),
        pay=checkout.pay_path(own.reader, own.order.id) if bill and bill.standing == "due" and bill.due else "",
        due=own.money(bill.due) if bill else "", until=until_of(own), **parts,
    )  # fmt: skip
