"""What an order is found by (see `kernel.finding`), and how orders are counted. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from dingdan.kernel.finding import LONGEST_TOKEN, phone_tokens, text_tokens

Kind = tuple[UUID, str, str, str]
"""Of an order: its channel, state, payment status and fulfillment status."""


class Counts(NamedTuple):
    """How many orders there are, and how many of them in each state and status."""

    orders: int
    state: dict[str, int]
    payment_status: dict[str, int]
    fulfillment_status: dict[str, int]


TO_BE_SENT: Final = ("unfulfilled", "partly_shipped")
"""Fulfillment statuses in which something is still to leave."""


def sku_token(sku: str) -> str:
    """By which an order is found when it must contain exactly this SKU."""
    return f"sku:{sku}"[:LONGEST_TOKEN]


def tag_token(tag: str) -> str:
    """By which an order is found when it must carry exactly this tag."""
    return f"tag:{tag}"[:LONGEST_TOKEN]


def order_tokens(*, texts: Iterable[str], phones: Iterable[str], skus: Iterable[str], tags: Iterable[str]) -> list[str]:
    """Everything that an order is found by, sorted."""
    found: set[str] = set()
    for text in texts:
        found |= text_tokens(text)
    for phone in phones:
        found |= phone_tokens(phone)
    for sku in skus:
        found |= {sku_token(sku), *text_tokens(sku)}
    for tag in tags:
        found |= {tag_token(tag), *text_tokens(tag)}
    return sorted(found)


def counts(counted: Iterable[tuple[Kind, int]], chosen: Mapping[str, str]) -> Counts:
    """Orders by state and statuses, of those that have what was chosen (`state`, `payment_status`, `fulfillment_status`).

    A state or status is counted as if nothing were chosen of its own sort, so that each number says what choosing it would find.
    """
    found: dict[str, Counter[str]] = {name: Counter() for name in ("state", "payment_status", "fulfillment_status")}
    orders = 0
    for (_channel_id, *codes), count in counted:
        misses = [name for name, code in zip(found, codes, strict=True) if chosen.get(name, code) != code]
        orders += 0 if misses else count
        for name, code in zip(found, codes, strict=True):
            if misses in ([], [name]):
                found[name][code] += count
    return Counts(orders, *(dict(sorted(one.items())) for one in found.values()))
