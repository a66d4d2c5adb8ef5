"""The shop itself, as the command line sets it up."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final

from dingdan.automation.setup import CHANNEL, NODE, SHOP, default_tenant
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.wording import in_language, is_named
from dingdan.ledgers.inventory.commands import save_node
from dingdan.ledgers.inventory.queries import default_node
from dingdan.ledgers.payments.commands import change_currency
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.queries import shop_as_it_is
from dingdan.masterdata.shop.rules import ProfileDraft, clean_profile

PLACE: Final = {
    "street": "street_address",
    "postal_code": "postal_code",
    "city": "city",
    "district": "city_area",
    "region": "country_area",
}
"""The parts of an address, by what people type."""
SHARED: Final = ("currency", "language", "time_zone")
"""What channels have of their own, and go along in as long as it is what the shop has."""


def set_shop(given: Mapping[str, str], *, tenant: Tenant | None = None) -> tuple[str, ...]:
    """Change of the shop what is given, and of its channels what went along with it; the names of what changed.

    What a new shop was named by the program, and nobody named otherwise, is named in the shop's language.

    Raises the refusals of `save_profile` and `change_currency`, before anything is written.
    """
    tenant = tenant or default_tenant()
    with tenant_scope(tenant.id):
        draft = clean_profile(_changed(shop_as_it_is(), given))
        before = tenant_in_scope()
        changed = []
        if given.get("currency", before.currency) != before.currency:
            change_currency(_call(tenant), currency=given["currency"])
            changed.append("currency")
        changed += [one.field for one in save_profile(_call(tenant), profile=draft).changes]
        _take_channels_along(before, tenant_in_scope())
    return tuple(changed)


def shop_facts(*, tenant: Tenant | None = None) -> dict[str, Any]:
    """The shop as it is: every field that says something, by its name."""
    tenant = tenant or default_tenant()
    with tenant_scope(tenant.id):
        draft = shop_as_it_is()
        address = {name: getattr(draft.address, part) for name, part in PLACE.items()} if draft.address else {}
        told = asdict(draft) | {"currency": tenant_in_scope().currency} | address
    return {name: text for name, text in told.items() if text and name != "address"}


def _changed(draft: ProfileDraft, given: Mapping[str, str]) -> ProfileDraft:
    """The shop with what is given in the place of what is there."""
    own: dict[str, Any] = {one.name: given[one.name] for one in fields(draft) if one.name in given}
    if is_named(draft.name, SHOP):
        own = {"name": in_language(SHOP, own.get("language", draft.language))} | own
    return replace(draft, **own, address=_address(draft, given))


def _address(draft: ProfileDraft, given: Mapping[str, str]) -> PostalAddress | None:
    """Where the shop is, in the country that it is in; None where nothing is left to say."""
    here = asdict(draft.address) if draft.address else {"country_code": draft.country}
    here |= {part: given[name] for name, part in PLACE.items() if name in given}
    here["country_code"] = given.get("country", here["country_code"])
    says_more = any(text for part, text in here.items() if part != "country_code")
    return PostalAddress(**here) if says_more else None


def _take_channels_along(before: Tenant, now: Tenant) -> None:
    for channel in all_channels():
        new = {name: getattr(now, name) for name in SHARED if getattr(channel, name) == getattr(before, name)}
        if is_named(channel.name, CHANNEL):
            new["name"] = in_language(CHANNEL, now.language)
        if any(getattr(channel, name) != value for name, value in new.items()):
            draft = ChannelDraft(**{one.name: getattr(channel, one.name) for one in fields(ChannelDraft)})
            save_channel(_call(now), channel=replace(draft, **new))
    node = default_node()
    name = in_language(NODE, now.language)
    if is_named(node.name, NODE) and node.name != name:
        save_node(_call(now), code=node.code, name=name, country=node.country, priority=node.priority, active=node.active)


def _call(tenant: Tenant) -> Call:
    return Call(tenant_id=tenant.id, actor=SYSTEM)
