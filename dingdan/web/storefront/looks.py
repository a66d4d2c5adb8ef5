"""What a storefront looks like, in a word that changes when the look does."""

from __future__ import annotations

import hashlib

from dingdan.insight.shopfront.fronts import Front
from dingdan.web.storefront.theme import theme_css


def look_of(front: Front) -> str:
    """A short digest of how a storefront looks and is called: part of addresses that are kept."""

    def made() -> str:
        row = front.row
        tokens = theme_css(accent=row.accent, font=row.font, corners=row.corners)
        told = f"{tokens}\0{front.title}\0{front.logo.digest if front.logo else ''}"
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

    return front.kept("look", made)
