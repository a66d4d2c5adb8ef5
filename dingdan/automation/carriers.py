"""Where a parcel can be followed, by carrier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

TRACKING: Final[Mapping[str, str]] = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
}


def tracking_url(carrier: str, number: str) -> str:
    """The carrier's page about a parcel; empty where we do not know it. Spaces, capitals and dashes of the name do not matter."""
    page = TRACKING.get(re.sub(r"[\W_]+", "", carrier).lower(), "")
    return page.format(number=quote(number.strip(), safe="")) if number.strip() else ""
