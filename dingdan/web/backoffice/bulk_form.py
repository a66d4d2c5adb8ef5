"""The form that starts a bulk change: which orders, which kind of change, and what goes with it. Amounts as people write them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dingdan.insight.board.models import BoardRow
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import parse
from dingdan.kernel.quantity import parse_quantity
from dingdan.ledgers.inventory.models import Node
from dingdan.masterdata.pricing.queries import shipping_table
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.changes.commands.bulk import MOST_ORDERS
from dingdan.trade.changes.rules import (
    KINDS,
    AddLine,
    AddNote,
    AddSurcharge,
    Cancel,
    HoldOrder,
    RemoveArticle,
    ReplaceArticle,
    Reprice,
    ResumeOrder,
    SetShipping,
    SourceFrom,
    Wish,
)
from dingdan.web.backoffice.change_form import discount_of, unit_price_of
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Field
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.words import word

START: Final = "changes.start_bulk"


class SeveralCurrencies(Refusal):
    """An amount is named, and the orders are not in one currency."""

    status = 422
    sentence = _("These orders are in several currencies, so {amount} would not be the same for each.")
    remedy = _("Write a percentage, or choose orders of one currency.")


@dataclass(frozen=True)
class Chosen:
    """The orders that a bulk change is about: those that were ticked, or those that the list shows under a filter."""

    request: HttpRequest
    ticked: tuple[UUID, ...]
    filter: str

    @classmethod
    def by(cls, request: HttpRequest, sent: QueryDict) -> Chosen:
        """What was sent: ids, each on its own or all in one line, or the filter as it stands in the list's address."""
        found: dict[UUID, None] = {}
        for text in [*sent.getlist("id"), *sent.get("ids", "").split()][: MOST_ORDERS + 1]:
            with suppress(ValueError):
                found[UUID(text)] = None
        return cls(request, tuple(found), sent.get("filter", "")[:2000])

    @cached_property
    def ids(self) -> tuple[UUID, ...]:
        """Their ids in the order of the list, one more than can be changed at once at most."""
        if self.ticked:
            rows = BoardRow.objects.filter(id__in=self.ticked).order_by("-placed_at", "-id")
        else:
            asked = copy.copy(self.request)
            asked.GET = QueryDict(self.filter)
            rows = site.get_model_admin(BoardRow).get_changelist_instance(asked).queryset
        return tuple(rows.values_list("id", flat=True)[: MOST_ORDERS + 1])

    @cached_property
    def currencies(self) -> list[str]:
        """The currencies that they are in."""
        return sorted(BoardRow.objects.filter(id__in=self.ids).order_by().values_list("currency", flat=True).distinct())

    @property
    def fields(self) -> list[Field]:
        """What takes them along to the next step."""
        return [Field("ids", "", "hidden", " ".join(map(str, self.ticked))), Field("filter", "", "hidden", self.filter)]

    def currency(self, amount: str) -> str:
        """The currency that an amount is in. Refuses `SeveralCurrencies`."""
        if len(self.currencies) != 1:
            raise SeveralCurrencies(amount=amount)
        return self.currencies[0]


Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """What a kind of change asks for, and the wish that it makes of what was sent."""

    fields: Callable[[Chosen], Sequence[Field]]
    wish: Callable[[Sent, Chosen], Wish]


def _sku(name: str, label: Any) -> Field:
    return Field(name, label, is_required=True, most=64)


def _price(sent: Sent, chosen: Chosen) -> Any:
    text = sent.get("price", "").strip()
    return unit_price_of(text, chosen.currency(text)) if text else None


def _replace(sent: Sent, chosen: Chosen) -> Wish:
    return ReplaceArticle(
        old_sku=sent.get("old_sku", "").strip(), sku=sent.get("sku", "").strip(), unit_price=_price(sent, chosen)
    )


def _remove(sent: Sent, _chosen: Chosen) -> Wish:
    return RemoveArticle(sku=sent.get("sku", "").strip())


def _add(sent: Sent, chosen: Chosen) -> Wish:
    sku = sent.get("sku", "").strip()
    quantity = parse_quantity(sent.get("quantity", "").strip() or "1", field="quantity")
    return AddLine(sku=sku, quantity=quantity, unit_price=_price(sent, chosen))


def _discount(sent: Sent, chosen: Chosen) -> Wish:
    text = sent.get("off", "").strip()
    return discount_of(text, "" if text.endswith("%") else chosen.currency(text), None)


def _surcharge(sent: Sent, chosen: Chosen) -> Wish:
    text = sent.get("amount", "").strip()
    return AddSurcharge(name=sent.get("name", "").strip(), amount=parse(text, chosen.currency(text), field="amount").amount)


def _shipping(sent: Sent, chosen: Chosen) -> Wish:
    text = sent.get("price", "").strip()
    price = parse(text, chosen.currency(text), field="price").amount if text else None
    return SetShipping(method=sent.get("method", ""), price=price)


def _methods(chosen: Chosen) -> Field:
    found = {row.offer.code: row.offer.name for currency in chosen.currencies for row in shipping_table(currency)}
    return Field("method", _("Method"), "choice", choices=list(found.items()))


def _nodes(_chosen: Chosen) -> list[Field]:
    nodes = Node.objects.filter(active=True).order_by("priority", "code")
    return [Field("node", _("Leaves from"), "choice", choices=[(str(node.id), named(node)) for node in nodes])]


def _reasons(_chosen: Chosen) -> list[Field]:
    reasons = [(str(reason), word(reason)) for reason in CancelReason if reason != CancelReason.EXPIRED]
    return [Field("reason", _("Reason"), "choice", choices=reasons)]


_PRICE = Field("price", _("Unit price"), note=_("Nothing: as on the price list."))
_NONE: Callable[[Chosen], Sequence[Field]] = lambda _chosen: ()  # noqa: E731


def _skus(_chosen: Chosen) -> list[Field]:
    return [_sku("old_sku", _("Instead of (SKU)")), _sku("sku", _("Take (SKU)")), _PRICE]


PARTS: Final[Mapping[str, Part]] = {
    "replace_article": Part(_skus, _replace),
    "remove_article": Part(lambda _chosen: [_sku("sku", _("SKU"))], _remove),
    "add_line": Part(lambda _chosen: [_sku("sku", _("SKU")), Field("quantity", _("Quantity"), value="1"), _PRICE], _add),
    "give_discount": Part(
        lambda _chosen: [Field("off", _("Discount"), note=_("An amount such as 5.00, or 10% of the price."), is_required=True)],
        _discount,
    ),
    "add_surcharge": Part(
        lambda _chosen: [
            Field("name", _("What for"), is_required=True, most=200), Field("amount", _("How much"), is_required=True),
        ],
        _surcharge,
    ),
    "reprice": Part(_NONE, lambda _sent, _chosen: Reprice()),
    "set_shipping": Part(
        lambda chosen: [_methods(chosen), Field("price", _("Price"), note=_("Nothing: as in its table."))], _shipping
    ),
    "source_from": Part(_nodes, lambda sent, _chosen: SourceFrom(node_id=UUID(sent.get("node", "")))),
    "hold_order": Part(
        lambda _chosen: [Field("reason", _("Why"), is_required=True, most=200)],
        lambda sent, _chosen: HoldOrder(reason=sent.get("reason", "")),
    ),
    "resume_order": Part(_NONE, lambda _sent, _chosen: ResumeOrder()),
    "cancel": Part(_reasons, lambda sent, _chosen: Cancel(reason=sent.get("reason", ""))),
    "add_note": Part(
        lambda _chosen: [
            Field("text", _("Note"), "text", is_required=True), Field("to_customer", _("The customer may read the note"), "tick"),
        ],
        lambda sent, _chosen: AddNote(text=sent.get("text", ""), to_customer="to_customer" in sent),
    ),
}  # fmt: skip
"""What each kind of change that can be done to many orders asks for, in the order in which it is offered."""


def kinds_for(may: Callable[[str], bool]) -> list[tuple[str, Any]]:
    """The kinds that may be chosen, with what they are called."""
    return [(name, KINDS[name].title) for name in PARTS if may(KINDS[name].permission)]
