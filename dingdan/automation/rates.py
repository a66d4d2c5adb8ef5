"""Taking in the list of rates that the operator names, for a shop."""

from __future__ import annotations

import hashlib
import logging
from uuid import UUID

from django.conf import settings

from dingdan.integrations.rates.fetching import fetched
from dingdan.integrations.rates.reading import read_rates
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.masterdata.rates.commands import save_rates
from dingdan.masterdata.rates.events import RatesSaved

log = logging.getLogger(__name__)


def take_in(tenant_id: UUID, content: bytes, *, source: str = "") -> RatesSaved:
    """Take a list in, once however often it comes. Refuses what is no list of rates."""
    key = f"rates:{hashlib.sha256(content).hexdigest()[:40]}"
    return save_rates(Call(tenant_id=tenant_id, actor=SYSTEM, key=key), rates=read_rates(content, source=source))


def fetch_rates(tenant_ids: list[UUID]) -> int:
    """Fetch the operator's list, once for all shops, and return how many took it in; none where none is named or there."""
    if not settings.RATES_FROM:
        return 0
    try:
        content = fetched(settings.RATES_FROM)
        for tenant_id in tenant_ids:
            take_in(tenant_id, content)
    except Refusal as refusal:
        log.warning("rates from %s: %s", settings.RATES_FROM, refusal)
        return 0
    return len(tenant_ids)
