"""The form by which customers change their order: what stands in it, and what they ask for by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dingdan.automation import paying
from dingdan.kernel.errors import Refusal
from dingdan.kernel.quantity import plain_quantity
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.methods.rules import MethodTerms, Sale
from dingdan.masterdata.pricing.queries import shipping_table
from dingdan.masterdata.pricing.rules import Destination, RateLine, ShippingOffer, cheapest_ways
from dingdan.trade.aftersales.queries import person_of as person_on
from dingdan.trade.aftersales.rules import Line
from dingdan.trade.changes.rules import (
    AddLine,
    RemoveLine,
    ReplaceLine,
    SetAddress,
    SetContact,
    SetPayment,
    SetQuantity,
    SetShipping,
    Wish,
)
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.web.storefront.address_form import PARTS
from dingdan.web.storefront.checkout import person_of
from dingdan.web.storefront.own.act_goods import MOST_OF_ONE, Goods
from dingdan.web.storefront.own.acting import counted, text_of
from dingdan.web.storefront.own.opening import Own

_SOLD: Final = (LineKind.GOODS, LineKind.SERVICE, LineKind.GIFT_CARD)
_WHO: Final = ("name", "company", "email", "phone", "country", *PARTS)
_REACHED: Final = ("email", "phone")
_LONGEST: Final = 600


@dataclass(slots=True)
class ChangeForm:
    """What stands in the form, what is asked for by it, and the first thing that cannot be read."""

    own: Own
    goods: Goods
    typed: Mapping[str, str]
    wishes: list[Wish] = field(default_factory=list)
    wrong: Refusal | None = None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of which something is left, as the form shows them."""
        return [self._line(line) for line in self.goods.standing.lines if line.kept and line.kind in _SOLD]

    def _line(self, line: Line) -> dict[str, Any]:
        unit, row = self.goods.unit_of(line.variant_id), self.goods.standing.rows[line.id]
        count, least = _asked(self, line), line.kept - max(0, line.open)
        others = self.goods.sisters(line.variant_id) if line.open > 0 else []
        return {
            **self.goods.drawn(line.variant_id, row.name), "key": str(line.id), "field": f"q-{line.id}",
            "count": plain_quantity(count, unit), "least": plain_quantity(least, unit), "steps": not unit.decimals,
            "most": plain_quantity(max(line.kept, MOST_OF_ONE), unit), "can_change": line.open > 0, "is_gone": count == 0,
            "left": plain_quantity(least, unit) if least else "", "total": self.own.money(line.kept_total), "others": others,
            "instead": self.own.request.POST.get(f"as-{line.id}", ""),
        }  # fmt: skip

    @property
    def ways(self) -> list[tuple[ShippingOffer, RateLine]]:
        """How it could be shipped to where it goes now, with what each way costs. None where nothing is left to be shipped."""
        standing, order = self.goods.standing, self.own.order
        going = [line for line in standing.lines if line.goods and line.open > 0]
        if not going:
            return []
        there = Destination(self.typed["country"], self.typed["country_area"], self.typed["postal_code"])
        grams = sum(self.goods.articles[line.variant_id].shipped_grams * line.kept for line in going if line.variant_id)
        table = shipping_table(order.currency)
        return list(cheapest_ways(table, there, weight_grams=grams, amount=order.goods - order.discount).values())

    @property
    def methods(self) -> list[MethodTerms]:
        """By what the order could be paid instead: of an order for which nothing was paid or is held yet."""
        order, owed = self.own.order, self.goods.standing.receivable
        if owed.allocated or owed.authorized or owed.due <= 0:
            return []
        sale = Sale(
            channel=order.channel.code, country=order.ship_to.country, currency=order.currency, amount=order.total,
            group=order.customer.group if order.customer else "",
        )  # fmt: skip
        return paying.methods_for(sale)


def form_of(own: Own) -> ChangeForm:
    """The form as it was sent; as the order stands where nothing was."""
    before = _before(own)
    sent = {name: text_of(own, name, _LONGEST) if name in own.request.POST else text for name, text in before.items()}
    form = ChangeForm(own, Goods(own), sent)
    if own.request.method == "POST":
        _read(form, before)
    return form


def _before(own: Own) -> dict[str, str]:
    order = own.order
    person = person_on(order.ship_to)
    parts = {part: str(person.address.get(part, "")) for part in PARTS}
    return {
        "name": person.name, "company": person.company, "email": person.email, "phone": person.phone, "country": person.country,
        **parts, "shipping": order.shipping_method, "payment": order.payment_method,
    }  # fmt: skip


def _read(form: ChangeForm, before: Mapping[str, str]) -> None:
    try:
        form.wishes += [*_lines(form), *_besides(form), *_people(form, before), *_rest(form, before)]
    except Refusal as refusal:
        form.wrong = refusal


def _asked(form: ChangeForm, line: Line) -> int:
    """How much of a line is wanted in all, what has left included."""
    least, unit = line.kept - max(0, line.open), form.goods.unit_of(line.variant_id)
    return counted(form.own, f"q-{line.id}", line.kept, least=least, most=max(line.kept, MOST_OF_ONE * unit.steps), unit=unit)


def _lines(form: ChangeForm) -> Iterator[Wish]:
    for line in form.goods.standing.lines:
        if not line.kept or line.kind not in _SOLD or line.open <= 0:
            continue
        count, left = _asked(form, line), line.kept - line.open
        instead = form.own.request.POST.get(f"as-{line.id}", "")
        if count <= left:
            yield RemoveLine(line_id=line.id)
        elif instead and instead in {sku for sku, _name, _there in form.goods.sisters(line.variant_id)}:
            yield ReplaceLine(line_id=line.id, sku=instead, quantity=count - left)
        elif count != line.kept:
            yield SetQuantity(line_id=line.id, quantity=count)


def _besides(form: ChangeForm) -> Iterator[Wish]:
    wanted = {id_: many for id_, many in form.goods.added().items() if many}
    known = variants_by_id(list(wanted)) if wanted else {}
    for id_, many in wanted.items():
        if id_ in known and not known[id_].open_amount:
            yield AddLine(sku=known[id_].sku, quantity=many)


def _people(form: ChangeForm, before: Mapping[str, str]) -> Iterator[Wish]:
    changed = {name for name in _WHO if form.typed[name].strip() != before[name].strip()}
    if not changed:
        return
    person = person_of(form.typed)
    if changed <= set(_REACHED):
        yield SetContact(email=person.email, phone=person.phone)
    else:
        kept = {} if "country" in changed else form.own.order.ship_to.address
        sorted_by = {name: kept[name] for name in ("sorting_code",) if kept.get(name)}
        yield SetAddress(ship_to=replace(person, address={**sorted_by, **person.address}))


def _rest(form: ChangeForm, before: Mapping[str, str]) -> Iterator[Wish]:
    way, method = form.typed["shipping"], form.typed["payment"]
    if way and way != before["shipping"] and way in [offer.code for offer, _rate in form.ways]:
        yield SetShipping(method=way)
    if method and method != before["payment"] and method in [one.code for one in form.methods]:
        yield SetPayment(method=method)
