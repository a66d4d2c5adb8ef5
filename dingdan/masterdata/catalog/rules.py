"""What kinds of things are sold, and what each kind needs."""

from __future__ import annotations

from enum import StrEnum


class ProductKind(StrEnum):
    """What a product is. Only goods lie on shelves; a kit is reserved as its components."""

    GOODS = "goods"
    DIGITAL = "digital"
    SERVICE = "service"
    KIT = "kit"


class Tracking(StrEnum):
    """How closely pieces are told apart: not at all, by lot, or one by one."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class Shortage(StrEnum):
    """What happens when too much is ordered: refused, promised from the next receipt, or promised before the first one."""

    DENY = "deny"
    BACKORDER = "backorder"
    PREORDER = "preorder"


def needs_stock(kind: ProductKind) -> bool:
    """Whether a variant of this kind is itself kept in stock."""
    return kind == ProductKind.GOODS
