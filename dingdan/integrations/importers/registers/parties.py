"""Customers, channels and sellers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column, chosen
from dingdan.integrations.importers.registers.register import Children, NotInRegister, Register, Turn
from dingdan.kernel.contact import PostalAddress, email_key
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.inventory.models import Node
from dingdan.masterdata.channels import commands as channels
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.rules import ChannelDraft, ChannelKind, LateMoney, clean_channel
from dingdan.masterdata.customers import commands as customers
from dingdan.masterdata.customers.models import Address, Customer
from dingdan.masterdata.customers.rules import (
    CONTACT_FIELDS,
    AddressDraft,
    AddressPurpose,
    ContactDraft,
    CustomerDraft,
    CustomerKind,
    clean_customer,
)
from dingdan.masterdata.sellers import commands as sellers
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.sellers.rules import SellerDraft, clean_seller

_CODE = Column(name="code", label=_("Code"), is_needed=True, for_many=False, most=40)
_NAME = Column(name="name", label=_("Name"), is_needed=True, for_many=False, most=200)
_CURRENCY = Column(name="currency", label=_("Currency"), is_needed=True, most=3)
LANGUAGES = (("en", "English"), ("zh-Hant", "繁體中文"), ("zh-Hans", "简体中文"))


def node_choices() -> list[tuple[str, str]]:
    """The nodes by code, and none."""
    return [("", "–"), *Node.objects.order_by("code").values_list("code", "name")]


class Channels(Register):
    """Where orders come from, with everything that is decided for each."""

    slug, title, one = "channels", _("Channels"), _("Channel")
    model = Channel
    columns = (
        _CODE, _NAME,
        Column(name="kind", label=_("Kind"), kind="choice", choices=chosen(list(ChannelKind)), empty="storefront"),
        _CURRENCY,
        Column(name="language", label=_("Language"), empty="en", is_needed=True, most=16,
           note=_("A language tag, such as zh-Hant.")),
        Column(name="time_zone", label=_("Time zone"), empty="UTC", is_needed=True, most=64, note=_("Such as Asia/Taipei.")),
        Column(name="prices_include_tax", label=_("Prices include the tax"), kind="tick", empty="yes"),
        Column(name="default_node", label=_("Ships from, unless decided otherwise"), kind="choice", choices=node_choices,
           part=_("Shipping")),
        Column(name="handling_hours", label=_("Hours from the paid order to the carrier"), kind="whole", empty="24",
           part=_("Shipping")),
        Column(name="ship_by_hour", label=_("Orders before this hour leave the same day"), kind="whole",
           part=_("Shipping"), note=_("0 to 23; empty: no promise.")),
        Column(name="self_service_hours", label=_("Hours in which customers change their order themselves"), kind="whole",
           part=_("After the order"), note=_("Empty: until it is picked.")),
        Column(name="late_money", label=_("Money for an order that is canceled by then"), kind="choice",
           choices=chosen(list(LateMoney)), empty="refund", part=_("After the order"),
               note=_("Refund: it goes back. Revive: the order goes on if its goods are still there.")),
    )  # fmt: skip
    reads = "channels.read"
    save, argument, saved = channels.save_channel, "channel", "channel_id"
    draft_of, clean = ChannelDraft, staticmethod(clean_channel)
    turns: ClassVar = {
        "retired": (Turn(("active",), channels.retire_channel, "channel_id"),),
        "active": (Turn(("retired",), channels.restore_channel, "channel_id"),),
    }

    def __init__(self) -> None:
        super().__init__()
        self.nodes = dict(Node.objects.values_list("id", "code"))

    def cells(self, of: Any) -> Cells:
        found = {**super().cells(of), "default_node": self.nodes.get(of.default_node_id, "")}
        return {column.name: found[column.name] for column in self.columns}

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        code, ids = read.pop("default_node"), {known: id_ for id_, known in self.nodes.items()}
        if code and code not in ids:
            raise NotInRegister(field="default_node", what=_("node"), name=code)
        return {**read, "default_node_id": ids.get(code), "currency": read["currency"].upper()}


class Sellers(Register):
    """Parties that sell here beside the shop itself."""

    slug, title, one = "sellers", _("Sellers"), _("Seller")
    model = Seller
    columns = (
        _CODE, _NAME,
        Column(name="legal_name", label=_("Legal name"), for_many=False, most=200),
        Column(name="tax_number", label=_("Tax number"), for_many=False, most=40),
        Column(name="country", label=_("Country"), most=2, note=_("Two letters, such as TW.")),
        Column(name="email", label=_("E-mail"), for_many=False, most=254),
        replace(_CURRENCY, note=_("What it is paid out in.")),
    )  # fmt: skip
    reads = "sellers.read"
    save, argument, saved = sellers.save_seller, "seller", "seller_id"
    draft_of, clean = SellerDraft, staticmethod(clean_seller)
    is_personal = True
    turns: ClassVar = {
        "suspended": (Turn(("active",), sellers.suspend_seller, "seller_id"),),
        "retired": (Turn(("active", "suspended"), sellers.retire_seller, "seller_id"),),
        "active": (
            Turn(("suspended",), sellers.resume_seller, "seller_id"),
            Turn(("retired",), sellers.restore_seller, "seller_id"),
        ),
    }

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        return {**read, "currency": read["currency"].upper()}


_ADDRESS: tuple[Column, ...] = (
    Column(name="country_code", label=_("Country"), most=2, note=_("Two letters, such as TW.")),
    Column(name="postal_code", label=_("Postal code"), most=20),
    Column(name="country_area", label=_("Province or county"), most=100),
    Column(name="city", label=_("City"), most=100),
    Column(name="city_area", label=_("District"), most=100),
    Column(name="street_address", label=_("Street and number"), kind="text", most=400),
    Column(name="name", label=_("Recipient"), most=200),
    Column(name="company_name", label=_("Company"), most=200),
    Column(name="sorting_code", label=_("Sorting code"), most=20),
)
_ADDRESS_MORE: tuple[Column, ...] = (
    Column(name="phone", label=_("Phone"), most=40),
    Column(name="purpose", label=_("For"), kind="choice", choices=chosen(list(AddressPurpose)), empty="both"),
    Column(name="is_default", label=_("Default"), kind="choice", choices=chosen(["no", "yes"]), empty="no"),
)
_OWN_LABELS = {
    "company_name": _("Company of the recipient"), "phone": _("Phone of the recipient"), "purpose": _("Address for"),
    "is_default": _("Default address"),
}  # fmt: skip
_IN_FILES = tuple(
    replace(one, name=f"address_{one.name}", label=_OWN_LABELS.get(one.name, one.label), for_many=False)
    for one in (*_ADDRESS, *_ADDRESS_MORE)
)
_PROFILE: tuple[Column, ...] = (
    Column(name="number", label=_("Number"), for_many=False, most=40, note=_("Empty: the next one.")),
    Column(name="name", label=_("Name"), for_many=False, most=200),
    Column(name="company", label=_("Company"), for_many=False, most=200),
    Column(name="email", label=_("E-mail"), for_many=False, most=254),
    Column(name="phone", label=_("Phone"), for_many=False, most=40),
    Column(name="tax_number", label=_("Tax number"), for_many=False, most=40),
    Column(name="kind", label=_("Kind"), kind="choice", choices=chosen(list(CustomerKind)), empty="person"),
    Column(name="language", label=_("Language"), kind="choice", choices=lambda: LANGUAGES, empty="en"),
    Column(name="group", label=_("Group"), most=40, note=_("Which price lists apply; empty: the common ones.")),
)  # fmt: skip


class Customers(Register):
    """Who buys. A file has one address of each, a page all."""

    slug, title, one = "customers", _("Customers"), _("Customer")
    model = Customer
    columns = (*_PROFILE, *_IN_FILES)
    key = ("number", "email")
    must = ()
    reads = "customers.read"
    save, saved = customers.save_customers, "customer_id"
    is_personal = True
    turns: ClassVar = {
        "blocked": (Turn(("active",), customers.block_customer, "customer_id"),),
        "active": (Turn(("blocked",), customers.unblock_customer, "customer_id"),),
    }
    children = Children("addresses", _("Addresses"), (*_ADDRESS, *_ADDRESS_MORE), "country_code", are_all=True)

    def rows(self) -> QuerySet[Any]:
        """Those who were neither merged nor forgotten."""
        addresses = Prefetch("addresses", Address.objects.filter(retired_at=None).order_by("-is_default", "id"))
        return Customer.objects.filter(merged_into=None, erased_at=None).prefetch_related("contacts", addresses)

    def cells(self, of: Any) -> Cells:
        """Of a customer, or of a draft."""
        contact, addresses = _reached(of)
        own = {name: str(getattr(of, name)) for name in ("number", "kind", "language", "group")}
        own |= {name: getattr(contact, name) for name in CONTACT_FIELDS}
        first = address_cells(addresses[0]) if addresses else {}
        placed = {column.name: first.get(column.name.removeprefix("address_"), column.empty) for column in _IN_FILES}
        return {**{column.name: own[column.name] for column in _PROFILE}, **placed}

    def load(self, wanted: Iterable[Cells]) -> None:
        wanted = list(wanted)
        numbers = {one.get("number", "").strip() for one in wanted} - {""}
        mails = {email_key(one.get("email", "").strip()) for one in wanted if not one.get("number", "").strip()} - {""}
        for row in self.rows().filter(contacts__email_key__in=mails).order_by("-id") if mails else ():
            self.found["", row.contacts.all()[0].email_key] = row
        for row in self.rows().filter(number__in=numbers):
            self.found[row.number, ""] = row

    def key_of(self, given: Cells) -> tuple[str, ...]:
        """By the number; without one by the e-mail."""
        number = given.get("number", "").strip()
        return (number, "") if number else ("", email_key(given.get("email", "").strip()))

    def row(self, given: Cells) -> Any:
        return None if self.key_of(given) == ("", "") else super().row(given)

    def name(self, given: Cells) -> str:
        return given.get("number", "").strip()

    def draft(self, cells: Cells, row: Any) -> CustomerDraft:
        """With the address of the file instead of the first one; the others stay."""
        held = _reached(row)[1] if row is not None else []
        placed = {name.removeprefix("address_"): text for name, text in cells.items() if name.startswith("address_")}
        filled = any(placed[column.name] for column in _ADDRESS)
        first = [address_draft(placed)] if filled else []
        return self._clean(cells, row, (*first, *held[1:]))

    def page_draft(self, cells: Cells, row: Any, kids: Sequence[Cells]) -> CustomerDraft:
        return self._clean(cells, row, tuple(address_draft(kid, prefix=f"addresses.{index}.") for index, kid in enumerate(kids)))

    @staticmethod
    def _clean(cells: Cells, row: Any, addresses: tuple[AddressDraft, ...]) -> CustomerDraft:
        read = {column.name: column.read(cells[column.name]) for column in _PROFILE}
        contact = ContactDraft(**{name: read.pop(name) for name in CONTACT_FIELDS})
        number = read.pop("number") or (row.number if row is not None else "")
        return clean_customer(
            CustomerDraft(**read, number=number, contact=contact, addresses=addresses, id=row.id if row is not None else None)
        )

    def own(self) -> tuple[Column, ...]:
        return _PROFILE

    def page_cells(self, row: Customer) -> Cells:
        return {column.name: self.cells(row)[column.name] for column in _PROFILE}

    def kids(self, row: Customer) -> list[Cells]:
        return [address_cells(one) for one in _reached(row)[1]]


def _reached(of: Any) -> tuple[Any, list[AddressDraft]]:
    """How a customer, or a draft of one, is reached: the contact, and the addresses as drafts."""
    if isinstance(of, CustomerDraft):
        return of.contact or ContactDraft(), list(of.addresses or ())
    contacts = of.contacts.all()
    held = sorted((one for one in of.addresses.all() if one.retired_at is None), key=lambda one: (not one.is_default, one.id))
    drafts = [
        AddressDraft(
            address=PostalAddress(**{name: getattr(one, name) for name in PostalAddress.__dataclass_fields__}),
            purpose=one.purpose, is_default=one.is_default, phone=one.phone,
        )
        for one in held
    ]  # fmt: skip
    return (contacts[0] if contacts else ContactDraft()), drafts


def address_cells(draft: AddressDraft) -> Cells:
    """An address as texts."""
    own = {column.name: getattr(draft.address, column.name) for column in _ADDRESS}
    return {**own, "phone": draft.phone, "purpose": draft.purpose, "is_default": "yes" if draft.is_default else "no"}


def address_draft(cells: Cells, *, prefix: str = "address_") -> AddressDraft:
    """The address that the texts say. A refusal names the field with its prefix."""
    columns = {column.name: column for column in (*_ADDRESS, *_ADDRESS_MORE)}
    try:
        read = {name: column.read(cells.get(name, column.empty)) for name, column in columns.items()}
    except Refusal as refusal:
        refusal.field = f"{prefix}{refusal.field}"
        raise
    address = PostalAddress(**{column.name: read[column.name] for column in _ADDRESS})
    is_default = read["is_default"] == "yes"
    return AddressDraft(address=address, phone=read["phone"], purpose=read["purpose"] or "both", is_default=is_default)
