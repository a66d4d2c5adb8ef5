"""Rates from the command line: a list from a file, or from where the operator says."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from dingdan.automation.rates import take_in
from dingdan.automation.setup import default_tenant
from dingdan.config.closing import Told
from dingdan.integrations.rates.fetching import fetched
from dingdan.kernel.errors import Refusal
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope


def bring_in(file: Path, *, source: str = "", tenant: Tenant | None = None) -> Told:
    """Take in a list of rates that lies in a file."""
    return _taken(str(file), file.name, source=source, tenant=tenant)


def fetch(*, tenant: Tenant | None = None) -> Told:
    """Take in the list that DINGDAN_RATES_FROM names."""
    if not settings.RATES_FROM:
        return Told("rates", problem="DINGDAN_RATES_FROM names no list: a file, or an address")
    return _taken(settings.RATES_FROM, settings.RATES_FROM, source="", tenant=tenant)


def _taken(place: str, name: str, *, source: str, tenant: Tenant | None) -> Told:
    shop = tenant or default_tenant()
    try:
        with tenant_scope(shop.id):
            told = take_in(shop.id, fetched(place), source=source)
    except Refusal as refusal:
        return Told(name, problem=str(refusal))
    return Told(name, done=f"{told.count} rates, {len(told.changed)} of them new or changed")
