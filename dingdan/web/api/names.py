"""Things by the names that people know them by: where an address wants an id, a number, SKU or code will do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.tenancy import TenantModel
from dingdan.ledgers.inventory.models import Location, Node, Transfer
from dingdan.masterdata.catalog.models import Category, Product, Variant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.methods.models import PaymentMethod
from dingdan.masterdata.policies.models import FavorTerms, ReturnGrade, ReturnReason, ReturnRule
from dingdan.masterdata.pricing.models import PriceList, ShippingMethod
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.staff.models import ApiKey, Role
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.counting.models import Count
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.orders.models import Order
from dingdan.trade.review.models import Rule
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.trade.tickets.models import AnswerTemplate, Ticket

M = TypeVar("M", bound=TenantModel)

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)

KNOWN_BY: Final[dict[str, tuple[type[TenantModel], str]]] = {
    "order_id": (Order, "number"),
    "shipment_id": (Shipment, "number"),
    "wave_id": (Wave, "number"),
    "return_id": (Return, "number"),
    "claim_id": (Claim, "number"),
    "invoice_id": (Invoice, "number"),
    "credit_note_id": (CreditNote, "number"),
    "product_id": (Product, "slug"),
    "storefront_id": (Storefront, "code"),
    "category_id": (Category, "slug"),
    "variant_id": (Variant, "sku"),
    "channel_id": (Channel, "code"),
    "customer_id": (Customer, "number"),
    "kept_id": (Customer, "number"),
    "seller_id": (Seller, "code"),
    "price_list_id": (PriceList, "code"),
    "shipping_method_id": (ShippingMethod, "code"),
    "payment_method_id": (PaymentMethod, "code"),
    "promotion_id": (Promotion, "code"),
    "return_rule_id": (ReturnRule, "code"),
    "return_reason_id": (ReturnReason, "code"),
    "return_grade_id": (ReturnGrade, "code"),
    "favor_terms_id": (FavorTerms, "currency"),
    "node_id": (Node, "code"),
    "location_id": (Location, "code"),
    "transfer_id": (Transfer, "number"),
    "count_id": (Count, "number"),
    "role_id": (Role, "name"),
    "api_key_id": (ApiKey, "prefix"),
    "rule_id": (Rule, "code"),
    "ticket_id": (Ticket, "number"),
    "template_id": (AnswerTemplate, "code"),
}
"""By the name of an id: the model, and the column that people know it by."""

LOOKED_UP: Final = frozenset({"customer_id"})
"""Ids that some commands take as they come, so that the door asks whether they are there."""


def id_of(name: str, text: str, *, field: str = "") -> UUID:
    """The id behind what was sent in its place, in the shop in scope: an id, or the name people know the thing by.

    Whether a given id exists is for the command or question to say, but for those of `LOOKED_UP`; a name that nothing goes by
    is `NotFound`, for `field`.
    """
    return ids_of(name, [(field or name, text)])[0]


def ids_of(name: str, sent: Sequence[tuple[str, str]]) -> list[UUID]:
    """The ids behind several things of one kind, each sent in a field, in one statement. As `id_of`."""
    known = known_ids(name, [text for _field, text in sent])
    return [known_id(name, text, known=known, field=field) for field, text in sent]


def known_ids(name: str, texts: Sequence[str]) -> dict[str, UUID]:
    """The ids behind several things of one kind, by what was sent; what nothing goes by is left out."""
    plain = [text for text in texts if _UUID.fullmatch(text)]
    known = {text: UUID(text) for text in plain}
    if name in KNOWN_BY:
        model, column = KNOWN_BY[name]
        named = [text for text in texts if text not in known]
        if named:
            known |= dict(model.objects.filter(**{f"{column}__in": named}).values_list(column, "id"))
        if name in LOOKED_UP and plain:
            there = set(model.objects.filter(id__in=plain).values_list("id", flat=True))
            known = {text: id_ for text, id_ in known.items() if id_ in there or text not in plain}
    return known


def known_id(name: str, text: str, *, known: Mapping[str, UUID], field: str) -> UUID:
    """The id behind what was sent, of those that were looked up. Raises `NotFound`."""
    if text not in known:
        raise NotFound(field=field, what=words_of(name), id=text[:80])
    return known[text]


def words_of(name: str) -> str:
    """What the name of an id means, for people: `price_list_id` is "price list"."""
    return "customer" if name == "kept_id" else name.removesuffix("_id").replace("_", " ")


def found(rows: QuerySet[M], name: str, text: str, *, field: str = "") -> M:
    """The one of these rows that an id, or the name people know it by, means. Raises `NotFound`."""
    row = rows.filter(id=id_of(name, text, field=field)).first()
    if row is None:
        raise NotFound(field=field or name, what=words_of(name), id=text[:80])
    return row
