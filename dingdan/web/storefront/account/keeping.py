"""Addresses: kept, changed, one of them the usual one, and used no longer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse

from dingdan.automation.imprint import place_lines
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.text import country_codes
from dingdan.masterdata.customers.commands import keep_address, retire_address
from dingdan.masterdata.customers.models import Address
from dingdan.masterdata.customers.queries import addresses_of
from dingdan.masterdata.customers.rules import AddressDraft, AddressPurpose
from dingdan.web.storefront.account.who import Desk, account_page
from dingdan.web.storefront.address_form import PARTS, countries, fields_of
from dingdan.web.storefront.known import parts_of
from dingdan.web.storefront.reader import TAGS, Reader

TYPED: Final = ("name", "company_name", "phone", "country_code", *PARTS)


@account_page("POST")
def addresses(desk: Desk) -> HttpResponse:
    """Where somebody has things sent; a button takes one away, or makes it the usual one."""
    trouble: Refusal | None = None
    if desk.request.method == "POST":
        try:
            _turned(desk)
            return desk.went(desk.at("addresses"))
        except Refusal as refusal:
            trouble = refusal
    return desk.shown("addresses", trouble=trouble, addresses=shown_addresses(desk.reader, desk.me.customer.id))


def shown_addresses(reader: Reader, customer_id: UUID) -> list[dict[str, Any]]:
    """The addresses in use, the usual one first, as people write them there."""
    return [
        {
            "id": str(one.id), "name": one.name, "company": one.company_name, "phone": one.phone, "is_default": one.is_default,
            "lines": place_lines(parts_of(one), one.country_code, reader.locale),
        }
        for one in addresses_of(customer_id)
    ]  # fmt: skip


def _turned(desk: Desk) -> None:
    row = own_address(desk.me.customer.id, desk.request.POST.get("address", ""))
    if desk.request.POST.get("act") == "retire":
        retire_address(desk.call, customer_id=desk.me.customer.id, address_id=row.id)
    else:
        draft = _drafted({name: getattr(row, name) for name in TYPED}, is_default=True, purpose=row.purpose)
        keep_address(desk.call, customer_id=desk.me.customer.id, address=draft, address_id=row.id)


def own_address(customer_id: UUID, address_id: str) -> Address:
    """An address of a customer that is in use. Refuses every other (404)."""
    found = next((one for one in addresses_of(customer_id) if str(one.id) == address_id), None)
    if found is None:
        raise NotFound(field="address", what="address", id=address_id[:60])
    return found


@account_page("POST")
def address(desk: Desk, address_id: UUID | None = None) -> HttpResponse:
    """The form of an address, by the country's own form; what cannot be comes back as it was typed."""
    sent, trouble = desk.request.POST, None
    try:
        row = own_address(desk.me.customer.id, str(address_id)) if address_id else None
    except NotFound:
        return desk.went(desk.at("addresses"))
    typed = {name: sent.get(name, getattr(row, name, "") if row else "").replace("\0", "")[:400] for name in TYPED}
    if typed["country_code"] not in country_codes():
        typed["country_code"] = desk.reader.front.country
    if sent.get("act") == "save":
        try:
            purpose = row.purpose if row else AddressPurpose.BOTH.value
            draft = _drafted(typed, is_default="is_default" in sent, purpose=purpose)
            keep_address(desk.call, customer_id=desk.me.customer.id, address=draft, address_id=row.id if row else None)
            return desk.went(desk.at("addresses"))
        except Refusal as refusal:
            trouble = refusal
    is_default = "is_default" in sent if sent else bool(row and row.is_default)
    return desk.shown(
        "address", trouble=trouble, typed=typed, row=row, fields=fields_of(typed["country_code"], typed),
        countries=countries(TAGS[desk.reader.language]), is_default=is_default,
        here=desk.at("addresses", str(row.id)) if row else desk.at("addresses", "new"),
    )  # fmt: skip


def _drafted(typed: Mapping[str, str], *, is_default: bool, purpose: str) -> AddressDraft:
    parts = {name: text for name, text in typed.items() if name != "phone"}
    return AddressDraft(address=PostalAddress(**parts), phone=typed["phone"], is_default=is_default, purpose=purpose)
