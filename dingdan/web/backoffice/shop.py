"""The shop itself: who it is, and where it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from babel import Locale
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.automation.imprint import place_lines
from dingdan.automation.words import ACCOUNT, NUMBERS
from dingdan.kernel.contact import spaced_phone
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import bank_account, profile_in_force
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import Shown, history
from dingdan.web.backoffice.naming import language_named
from dingdan.web.backoffice.pages import Cell, Facts, Hint, Page

SAY_WHO = (
    'dingdan set-shop --legal-name "Amy Wong Ceramics Ltd" --street "1 High Street" --city London --postal-code "N1 9GU" '
    "--tax-number 1234567890"
)
SAY_WHERE_TO_PAY = 'dingdan set-shop --bank-name "West Bank" --iban "GB82 WEST 1234 5698 7654 32" --bic WESTGB2L'


class Shop(Shown):
    """One page, where others have a list: there is one shop."""

    many = _("Shop")
    permission = "shop.read"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page about the shop."""
        return self.page_view(request, current_tenant_id())

    def row(self, request: HttpRequest, object_id: UUID) -> Tenant | None:
        """The shop in scope. It goes by its own id."""
        return tenant_in_scope() if object_id == current_tenant_id() else None

    def page(self, row: Tenant) -> Page:
        profile = profile_in_force()
        papers = [*_on_papers(profile), *_bank(profile)] if profile else []
        return Page(row.name, sections=[*_missing(profile), _habits(row), *papers, history(row.id)])


def _missing(profile: Profile | None) -> Iterator[Hint]:
    """What invoices and mails do not say yet."""
    if profile is None or not profile.legal_name:
        yield Hint(
            _("Nothing says yet who sells"),
            _(
                "Invoices, credit notes and mails show the name of the shop alone. Say its legal name, its address and its tax "
                "number, with PUT /api/v1/shop or on the command line:"
            ),
            example=SAY_WHO,
        )
    if profile is None or not bank_account(profile):
        yield Hint(
            _("Nothing says yet where to pay"),
            _("Mails that ask for a bank transfer do not name an account. Say which one, in the same way:"),
            example=SAY_WHERE_TO_PAY,
        )


def _habits(row: Tenant) -> Facts:
    country = Locale.parse(show.locale(), sep="-").territories.get(row.country, row.country)
    return Facts(
        _("Shop"),
        [
            (_("Name"), row.name),
            (_("Country"), country),
            (_("Language"), language_named(row.language)),
            (_("Time zone"), row.time_zone),
            (_("Currency"), row.currency),
        ],
    )


def _on_papers(profile: Profile) -> Iterator[Facts]:
    where = place_lines(profile.address, profile.address.get("country_code", ""), show.locale())
    facts = Facts(
        _("On invoices and in mails"),
        [
            (_("Legal name"), profile.legal_name),
            (_("Address"), "\n".join(where)),
            *((label, getattr(profile, name)) for name, label in NUMBERS.items()),
            (_("E-mail"), profile.email),
            (_("Phone"), spaced_phone(profile.phone) if profile.phone else ""),
            (_("Website"), Cell(profile.website, url=profile.website) if profile.website else ""),
            (_("Line at the foot"), profile.footer),
        ],
    )
    if facts.shown:
        yield facts


def _bank(profile: Profile) -> Iterator[Facts]:
    account = bank_account(profile)
    if account:
        yield Facts(_("Bank account"), [(ACCOUNT[name], text) for name, text in account.items()])


def hint_of(request: HttpRequest) -> Hint | None:
    """For the first page: that nothing says yet who sells, to those who may look at it."""
    if not may(request, Shop.permission):
        return None
    profile = profile_in_force()
    if profile and profile.legal_name:
        return None
    there = Cell(_("Shop"), url=reverse("admin:shop_profile_changelist"))
    return Hint(_("Nothing says yet who sells"), _("Invoices, credit notes and mails show the name of the shop alone."), there)
