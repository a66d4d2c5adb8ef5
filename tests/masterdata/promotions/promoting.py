"""Promotions that a shop gives."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft
from tests.conftest import Shop


def promote(shop: Shop, code: str = "autumn", **said: Any) -> UUID:
    """The shop gives a promotion, a tenth unless said; returns its id."""
    whole: dict[str, Any] = {"code": code, "name": code.capitalize(), "gives": "percent"}
    if said.get("gives", "percent") == "percent":
        whole["percent"] = Decimal("0.1")
    return save_promotion(shop.call(), promotion=PromotionDraft(**whole | said)).promotion_id
