"""A buyer who is signed in: who they are in the shop's books, where they had things sent before, what they can spend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.automation.imprint import place_lines
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.commands import apply_store_credit
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import CardBalance, credit_of
from dingdan.masterdata.customers.commands import change_profile, keep_address
from dingdan.masterdata.customers.models import Address, Customer
from dingdan.masterdata.customers.queries import addresses_of, contact_of
from dingdan.masterdata.customers.rules import AddressDraft, ProfileDraft
from dingdan.masterdata.methods.rules import Sale, offered
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.rules import Draft, Person, PlaceOrder, paid_of
from dingdan.web.storefront.address_form import PARTS
from dingdan.web.storefront.reader import Reader

CREDIT: Final = "store_credit"
NEW: Final = "new"
"""What is chosen where none of the known addresses is."""
MAY: Final = frozenset({"customers.change_profile", "customers.keep_address", "payments.apply_store_credit"})


class NoOrdersFromHere(Refusal):
    """Somebody who works here has blocked the customer."""

    sentence = _("The shop takes no orders from this account for now.")
    remedy = _("Write to the shop.")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who buys and is signed in."""

    customer: Customer
    email: str

    @property
    def addresses(self) -> list[Address]:
        """Where they had things sent before, the usual one first."""
        return addresses_of(self.customer.id)

    def filled_in(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What a form says, with what is known put in where nothing was typed yet."""
        contact, usual = contact_of(self.customer.id), next(iter(self.addresses), None)
        said = {"email": self.email, "name": getattr(contact, "name", ""), "phone": getattr(contact, "phone", "")}
        said["address"] = str(usual.id) if usual else NEW
        return {**typed, **{name: text for name, text in said.items() if not typed.get(name)}}

    def chosen(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What a form says, with the address that was chosen in place of the one that was typed."""
        found = next((one for one in self.addresses if str(one.id) == typed.get("address")), None)
        if found is None:
            return {**typed, "address": NEW}
        parts = {part: getattr(found, part) for part in PARTS} | {"name": found.name, "company": found.company_name}
        return {**typed, **parts, "country": found.country_code, "phone": found.phone or typed.get("phone", "")}

    def as_theirs(self, wanted: PlaceOrder) -> PlaceOrder:
        """An order of theirs, at the prices of their group."""
        return replace(wanted, customer_id=self.customer.id, customer_group=self.customer.group)

    def credit(self, reader: Reader, draft: Draft | None) -> int:
        """What of their store credit can pay an order, in minor units; 0 where the shop does not offer that."""
        if draft is None:
            return 0
        currency, country = draft.wanted.currency, draft.wanted.ship_to.country
        owed = paid_of(draft.priced)
        sale = Sale(channel=reader.front.channel.code, country=country, currency=currency, amount=owed)
        if not any(one.gateway == CREDIT for one in offered(orders.methods(register_version()), sale)):
            return 0
        return max(0, min(owed, sum(one.due for one in credit_of(self.customer.id) if one.currency == currency)))


@dataclass(frozen=True, slots=True)
class Means:
    """What somebody brings to the checkout: who they are if they are signed in, and the gift card whose code they typed."""

    known: Known | None = None
    card: CardBalance | None = None


NOTHING: Final = Means()


def spent_by(reader: Reader, known: Known | None, draft: Draft | None, typed: Mapping[str, str]) -> int:
    """What of an order is paid with store credit as it was ticked, in minor units."""
    return known.credit(reader, draft) if known and typed.get("credit") else 0


def known_there(reader: Reader, known: Known | None, draft: Draft | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the checkout shows whoever is signed in: their addresses to choose, and their credit; to all others, the way in."""
    if known is None:
        return {"way_in": f"{reader.to.at('account', 'sign-in')}?next={reader.to.checkout}", "is_elsewhere": True}
    addresses = [
        {
            "id": str(one.id), "name": one.name, "is_chosen": str(one.id) == typed["address"],
            "line": ", ".join(place_lines(parts_of(one), one.country_code, reader.locale)),
        }
        for one in known.addresses
    ]  # fmt: skip
    credit = known.credit(reader, draft)
    is_spent = bool(draft and credit and typed["credit"])
    return {
        "known": known, "addresses": addresses, "is_elsewhere": typed["address"] == NEW, "keeps": bool(typed["keep"]),
        "credit": reader.money(credit) if credit else "", "is_spent": is_spent, "less": reader.money(-credit),
        "left": reader.money(draft.priced.total - credit) if draft and is_spent else "",
    }  # fmt: skip


def parts_of(one: Address) -> dict[str, str]:
    """The fields of an address, as orders keep them."""
    return {part: text for part in ("country_code", *PARTS) if (text := getattr(one, part))}


def as_nobodys(wanted: PlaceOrder) -> PlaceOrder:
    """An order of whoever is not signed in (any more): of no customer, at everybody's prices."""
    return replace(wanted, customer_id=None, customer_group="")


def spend(known: Known, cart_id: UUID, *, order_id: UUID, money: Money) -> None:
    """Pay an order with store credit, once. Where it was spent elsewhere meanwhile, the order stands and is paid otherwise."""
    try:
        call, document = _call(known, f"shop:{cart_id}:credit"), Document("order", order_id)
        apply_store_credit(call, document=document, customer_id=known.customer.id, money=money)
    except Refusal:
        return


def remember(known: Known, cart_id: UUID, person: Person) -> None:
    """Keep the address of an order for the next one, and the name where none was known; what cannot be kept is not."""
    parts: dict[str, Any] = {part: person.address.get(part, "") for part in PARTS}
    address = PostalAddress(country_code=person.country, name=person.name, company_name=person.company, **parts)
    try:
        draft = AddressDraft(address=address, phone=person.phone)
        keep_address(_call(known, f"shop:{cart_id}:address"), customer_id=known.customer.id, address=draft)
        contact = contact_of(known.customer.id)
        if contact is not None and not contact.name:
            profile = ProfileDraft(name=person.name, phone=contact.phone or person.phone)
            change_profile(_call(known, f"shop:{cart_id}:profile"), customer_id=known.customer.id, profile=profile)
    except Refusal:
        return


def _call(known: Known, key: str) -> Call:
    return Call(tenant_id=current_tenant_id(), actor=Actor("customer", str(known.customer.id), MAY), key=key)
