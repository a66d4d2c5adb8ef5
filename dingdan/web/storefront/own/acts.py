"""What the customer can do with their order just now, and where."""

from __future__ import annotations

from typing import NamedTuple

from dingdan.web.storefront.own.opening import Own


class Act(NamedTuple):
    """Something that can be done with the order: what it is called, what it means, and where it is done."""

    code: str
    name: str
    told: str
    url: str


def acts_of(_own: Own) -> list[Act]:
    """What there is to do with the order just now, the most wanted first."""
    return []
