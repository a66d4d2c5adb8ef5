"""The pages on which customers send goods back, or exchange them for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.reacting import part_of
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.methods.rules import PaymentMethodNotAvailable
from dingdan.trade.aftersales.commands import (
    ExchangeWanted,
    ReturnWanted,
    attach_to_return,
    authorize_return,
    exchange_return,
)
from dingdan.trade.aftersales.events import ReturnAuthorized
from dingdan.trade.aftersales.queries import LineOffer, ReturnOffer, Said, follow_up, prices_now, return_preview
from dingdan.trade.aftersales.rules import AgainstTheRules
from dingdan.trade.orders.queries import preview as order_preview
from dingdan.trade.orders.rules import WantedLine
from dingdan.web.storefront.own.act_files import KINDS, MOST_AT_ONCE, attached, sent_files
from dingdan.web.storefront.own.act_goods import Choice, Goods
from dingdan.web.storefront.own.act_looks import day_of, ways_back
from dingdan.web.storefront.own.act_reasons import conditions, reasons
from dingdan.web.storefront.own.acting import DO, Deed, Look, NothingChosen, Shown, parts_of, pressed
from dingdan.web.storefront.own.opening import Own, own_page

RETURN: Final = "return"
EXCHANGE: Final = "exchange"


class NothingInstead(Refusal):
    """Nothing was chosen in its place."""

    status = 422
    sentence = gettext_lazy("Nothing was chosen in exchange yet.")
    remedy = gettext_lazy("Choose another size or kind, or look for another article.")


@dataclass(frozen=True, slots=True)
class _Form:
    """What was chosen: units with how much of each, and (of an exchange) what is wanted in their place."""

    own: Own
    goods: Goods
    exchanges: bool

    @property
    def taken(self) -> list[tuple[Choice, int]]:
        found = self.goods.taken(self.goods.returnable())
        if not found:
            raise NothingChosen(field="lines")
        return found

    @property
    def lines(self) -> tuple[ReturnWanted, ...]:
        """What comes back, as the command wants it."""
        post = self.own.request.POST
        return tuple(
            ReturnWanted(
                line_id=choice.line.id, quantity=quantity, reason=post.get(f"why-{choice.key}", "")[:40] or "other",
                condition=post.get(f"how-{choice.key}", "")[:10], component=choice.sku if choice.component else "",
            )
            for choice, quantity in self.taken
        )  # fmt: skip

    @property
    def said(self) -> list[Said]:
        """The same, as the preview wants it."""
        return [
            Said(
                line_id=one.line_id, units=one.quantity, reason=one.reason, condition=one.condition,
                component_id=choice.component.id if choice.component else None,
            )
            for one, (choice, _quantity) in zip(self.lines, self.taken, strict=True)
        ]  # fmt: skip

    @property
    def instead(self) -> tuple[ExchangeWanted, ...]:
        """What is wanted in its place: as many of another kind, and what was found besides."""
        wanted: dict[str, int] = {}
        for choice, quantity in self.taken:
            sku = self.own.request.POST.get(f"as-{choice.key}", "")
            if sku and sku in {one for one, _name, there in self.others(choice) if there}:
                wanted[sku] = wanted.get(sku, 0) + quantity
        added = {id_: many for id_, many in self.goods.added().items() if many}
        for id_, article in variants_by_id(list(added)).items():
            wanted[article.sku] = wanted.get(article.sku, 0) + added[id_]
        return tuple(ExchangeWanted(sku=sku, quantity=many) for sku, many in wanted.items())

    def others(self, choice: Choice) -> list[tuple[str, str, bool]]:
        """What can be had in place of something: its sisters, and the same once more."""
        same = (choice.sku, _("The same once more"), True)
        return [*self.goods.sisters(choice.variant_id), same] if not choice.component else []


@own_page("POST")
def send_back(own: Own) -> HttpResponse:
    """What comes back of an order, what goes back for it, and the button that asks for it."""
    return _answered(own, _Form(own, Goods(own), exchanges=False))


@own_page("POST")
def exchange(own: Own) -> HttpResponse:
    """What comes back and what comes in its place, the difference, and the button that asks for it."""
    return _answered(own, _Form(own, Goods(own), exchanges=True))


def _answered(own: Own, form: _Form) -> HttpResponse:
    if own.request.method != "POST":
        return _page(own, form, Shown(None, None))
    name = EXCHANGE if form.exchanges else RETURN
    try:
        files = sent_files(own) if own.request.POST.get(DO) == "apply" else []
    except Refusal as refusal:
        return _page(own, form, Shown(_looked(form), refusal))
    came = pressed(own, Deed(name, lambda: _look(form), lambda call, _seen: _give(form, call, files)))
    if isinstance(came, ReturnAuthorized):
        return own.went(RETURN, came.number)
    return _page(own, form, came if isinstance(came, Shown) else Shown(None, None))


def _give(form: _Form, call: Call, files: list[tuple[str, bytes]]) -> Event:
    order_id = form.own.order.id
    if form.exchanges:
        made: Event = exchange_return(call, order_id=order_id, lines=form.lines, wanted=form.instead)
    else:
        made = authorize_return(call, order_id=order_id, lines=form.lines)
    if isinstance(made, ReturnAuthorized) and files:
        return_id = made.return_id
        attached(
            part_of(call, "files"), files,
            lambda one, name, content: attach_to_return(one, return_id=return_id, name=name, content=content),
        )  # fmt: skip
    return made


# ── what would come of it ────────────────────────────────────────────────────────────────────────────────────────────────


def _looked(form: _Form) -> Look | None:
    try:
        return _look(form)
    except Refusal:
        return None


def _look(form: _Form) -> Look:
    own, offer = form.own, return_preview(form.own.order.id, form.said, at=form.own.reader.at)
    against = next((one for one in offer.lines if not one.verdict.eligible), None)
    refused = AgainstTheRules(name=against.name, why=against.verdict.sentence, rule="") if against else None
    rows, back = [_row(form, one, place) for place, one in enumerate(offer.lines)], offer.refund
    shown: dict[str, Any] = {"rows": rows, "kept": _kept(own, offer), "back": own.money(back), "when": _when(form, offer)}
    shown["headline"] = _("{amount} goes back to you.").format(amount=own.money(back))
    button = _("Ask for the return")
    if form.exchanges:
        shown["instead"], total = _instead(form)
        shown["headline"] = shown["difference"] = _difference(own, total - back)
        button = _("Ask for the exchange")
    return Look(
        told=shown, button=button, asked=fingerprint(form.lines, form.instead if form.exchanges else ()),
        seen=fingerprint(offer, shown.get("instead"), _left(form))[:24], refused=refused,
    )  # fmt: skip


def _left(form: _Form) -> list[tuple[str, int]]:
    """How much of everything may still come back: another tab may have been faster."""
    return [(choice.key, choice.most) for choice in form.goods.returnable()]


def _row(form: _Form, one: LineOffer, place: int) -> dict[str, Any]:
    choice, quantity = form.taken[place]
    verdict, own = one.verdict, form.own
    otherwise = form.goods.articles[choice.variant_id].name if choice.component and choice.variant_id else choice.line.name
    until = day_of(own, verdict.until) if verdict.until and verdict.eligible else ""
    return {
        "name": form.goods.name_of(choice.variant_id, otherwise), "count": quantity, "worth": own.money(verdict.worth),
        "is_allowed": verdict.eligible, "why": verdict.sentence, "until": until,
    }  # fmt: skip


def _kept(own: Own, offer: ReturnOffer) -> list[tuple[str, str]]:
    """What is kept back of what the goods are worth, and why."""
    restocking = sum(one.verdict.restocking_fee for one in offer.lines if one.verdict.eligible)
    rows = [(_("Kept for putting it away again"), restocking), (_("Kept for the way back"), offer.shipping_fee)]
    return [(label, own.money(-amount)) for label, amount in rows if amount]


def _when(form: _Form, offer: ReturnOffer) -> str:
    """When the money goes back or the other goods are sent, and what that depends on."""
    pays = any(one.verdict.shipping_paid_by == "customer" and not one.verdict.shipping_fee for one in offer.lines)
    ways = "" if form.exchanges else ways_back(form.own)
    if form.exchanges:
        text = _("It is sent once we have looked at what came back.")
    elif all(one.verdict.refund_at == "scan" for one in offer.lines):
        text = _("The money goes back as soon as the parcel is on its way.")
    else:
        text = _("The money goes back once we have looked at what came.")
    return " ".join(
        filter(
            None,
            (
                text,
                _("The way you paid: {ways}.").format(ways=ways) if ways else "",
                _("You pay for the way back.") if pays else "",
                _("If it is not as you say, it may be less.") if any(one.verdict.grades_count for one in offer.lines) else "",
            ),
        )
    )


def _instead(form: _Form) -> tuple[list[dict[str, Any]], int]:
    """What comes in its place at the prices of today, and what all of it costs. Refuses what cannot be had."""
    own, wanted = form.own, form.instead
    if not wanted:
        raise NothingInstead(field="instead")
    lines = tuple(WantedLine(sku=one.sku, quantity=one.quantity) for one in wanted)
    names = form.goods.called({one.sku for one in wanted})
    try:
        found = order_preview(follow_up(own.order.id, lines), at=own.reader.at, may_set_prices=False)
    except PaymentMethodNotAvailable:  # it is paid in another way then; what the goods cost can be told all the same
        return _by_price(own, wanted, names)
    rows = [
        {"name": names.get(line.sku, line.name), "count": line.quantity, "amount": own.money(line.total),
         "late": _("has to be waited for") if line.waiting else ""}
        for line in found.lines
    ]  # fmt: skip
    return rows, found.total


def _by_price(own: Own, wanted: Sequence[ExchangeWanted], names: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    prices = prices_now(own.order.id, {one.sku: one.quantity for one in wanted}, at=own.reader.at)
    rows = [
        {"name": names.get(one.sku, one.sku), "count": one.quantity, "amount": own.money(prices[one.sku].total), "late": ""}
        for one in wanted
    ]
    return rows, sum(one.total for one in prices.values())


def _difference(own: Own, amount: int) -> str:
    if amount > 0:
        return _("{amount} is then still to be paid.").format(amount=own.money(amount))
    if amount < 0:
        return _("{amount} is left over and goes back to you.").format(amount=own.money(-amount))
    return _("Nothing is to be paid, and nothing goes back.")


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(own: Own, form: _Form, shown: Shown) -> HttpResponse:
    choices = list(form.goods.returnable())
    rows = [_choice(form, one) for one in choices]
    return own.shown(
        "act_return", EXCHANGE if form.exchanges else RETURN,
        rows=[row for row in rows if not row["is_part"]], parts=[row for row in rows if row["is_part"]],
        reasons=reasons(), conditions=conditions(), exchanges=form.exchanges, files=KINDS, most_files=MOST_AT_ONCE,
        besides=form.goods.besides() if form.exchanges else {"is_open": False}, **parts_of(own, shown),
    )  # fmt: skip


def _choice(form: _Form, choice: Choice) -> Mapping[str, Any]:
    row = form.goods.row_of(choice)
    if not form.exchanges:
        return row
    others: Sequence[tuple[str, str, bool]] = form.others(choice)
    return {**row, "others": others, "instead": form.own.request.POST.get(f"as-{choice.key}", "")}
