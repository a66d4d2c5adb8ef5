"""What can be asked about the shop itself."""

from __future__ import annotations

from uuid import UUID

from stdnum import iban

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.lifecycle import STOREFRONT_LIFE
from dingdan.masterdata.shop.models import Profile, Storefront, StorefrontLogo
from dingdan.masterdata.shop.rules import HABITS, SAID, ProfileDraft


def profile_in_force() -> Profile | None:
    """What the shop says of itself now; None where it never said anything and issued no paper."""
    return Profile.objects.order_by("-id").first()


def shop_as_it_is() -> ProfileDraft:
    """The shop as it is now, whole: to be shown, or to be changed and saved again."""
    tenant, profile = tenant_in_scope(), profile_in_force()
    habits = {name: getattr(tenant, name) for name in HABITS}
    if profile is None:
        return ProfileDraft(name=tenant.name, country=tenant.country, **habits)
    said = {name: getattr(profile, name) for name in SAID}
    address = PostalAddress(**profile.address) if profile.address else None
    return ProfileDraft(**{**said, **habits, "address": address})


def storefront() -> Storefront | None:
    """The storefront that is open: of several the first by code; None where there is none."""
    return Storefront.objects.filter(state=STOREFRONT_LIFE.initial).order_by("code").first()


def logo_of(storefront_id: UUID) -> StorefrontLogo | None:
    """The logo of a storefront, with its bytes; None where it has none."""
    return StorefrontLogo.objects.filter(storefront=storefront_id, erased_at=None).first()


def logo_told(storefront_id: UUID) -> tuple[str, str] | None:
    """The digest of the logo of a storefront and what is to be read on it, without its bytes; None where it has none."""
    return StorefrontLogo.objects.filter(storefront=storefront_id, erased_at=None).values_list("digest", "alt").first()


def logo_in_force() -> StorefrontLogo | None:
    """The logo of the shop, with its bytes: that of its open storefront; None where it has none."""
    front = storefront()
    return logo_of(front.id) if front else None


def storefront_of(code: str) -> Storefront | None:
    """The storefront of a channel, if it is open."""
    return Storefront.objects.filter(code=code, state=STOREFRONT_LIFE.initial).first()


def bank_account(profile: Profile) -> dict[str, str]:
    """Where money can be sent, by the fields of a profile, as people write it; empty where no account is known."""
    if not (profile.iban or profile.account_number):
        return {}
    found = {
        "bank_holder": profile.bank_holder or profile.legal_name or profile.name,
        "bank_name": profile.bank_name,
        "iban": iban.format(profile.iban),
        "account_number": profile.account_number,
        "bank_code": profile.bank_code,
        "bic": profile.bic,
    }
    return {name: text for name, text in found.items() if text}
