"""What the shop reckons in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import exponent
from dingdan.kernel.tenants import change_tenant, locked_tenant
from dingdan.ledgers.payments.events import CurrencyChanged
from dingdan.ledgers.payments.queries import anything_posted


class BooksHaveBegun(Refusal):
    """Amounts are in the books already; in another currency they would mean something else."""

    sentence = _("The shop has reckoned in {currency}, and its books hold amounts.")
    remedy = _("Keep it. To sell in another currency, open a channel in that currency.")


@command
def change_currency(entry: Entry, *, currency: str) -> CurrencyChanged:
    """Let the shop reckon in another currency, as long as nothing was posted. Channels keep theirs.

    Refuses what is no currency, and `BooksHaveBegun`.
    """
    exponent(currency)
    tenant = locked_tenant(entry)
    if tenant.currency != currency:
        if anything_posted():
            raise BooksHaveBegun(field="currency", currency=tenant.currency)
        change_tenant(entry, currency=currency)
    entry.about("shop", tenant.id)
    return CurrencyChanged(before=tenant.currency, currency=currency)
