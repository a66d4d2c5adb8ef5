"""What can be done with promotions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal, refuses
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.promotions.events import PromotionSaved, PromotionTurned
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.models import Promotion, PromotionUse
from dingdan.masterdata.promotions.rules import PromotionDraft, PromotionUsedUp, clean_promotion
from dingdan.masterdata.promotions.steps import put_coupons, remember

key_of("promotion_code_is_unique", field="code", what="promotion")
key_of("a_coupon_brings_one_promotion", field="coupons", what="promotion")
for _limit in ("a_promotion_is_not_used_too_often", "a_customer_has_each_place_once", "a_guest_has_each_place_once"):
    refuses(_limit, lambda: PromotionUsedUp(promotion=str(_("A promotion"))))


class UsedMoreOften(Refusal):
    """The limit would be below what has been used."""

    sentence = _("It was used {used} times already, so the limit cannot be {most}.")
    remedy = _("Give a limit of at least {used}, or retire the promotion.")


@command
def save_promotion(entry: Entry, *, promotion: PromotionDraft) -> PromotionSaved:
    """Write a promotion down, or change it; orders that were placed keep what they were given.

    Refuses what cannot be (naming the field), coupons of another promotion, and limits below what was used (`UsedMoreOften`).
    """
    draft = clean_promotion(promotion)
    known = Promotion.objects.select_for_update(no_key=True).filter(code=draft.code)
    row = locked(entry, Promotion, draft.id) if draft.id else known.first()
    if row is not None:
        _count_anew(row, draft.most_uses)
    values: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(draft).items()}
    values["tiers"] = [{**asdict(tier), "percent": str(tier.percent)} for tier in draft.tiers]
    coupons = values.pop("coupons")
    values.pop("id")
    saved = put(entry, row, values, model=Promotion)
    before, after = put_coupons(entry, promotion=saved.row, coupons=coupons)
    brought = changes(None if saved.created else {"coupons": before}, {"coupons": after})
    remember(entry, saved.row)
    return PromotionSaved(promotion_id=saved.row.id, created=saved.created, changes=(*saved.changes, *brought))


def _count_anew(row: Promotion, most: int | None) -> None:
    """Where a promotion has a limit from now on, count what was used before: nobody places with it meanwhile."""
    used = PromotionUse.objects.filter(promotion=row, given_back_at=None).count() if most is not None else 0
    if most is not None and used > most:
        raise UsedMoreOften(field="most_uses", used=used, most=most)
    Promotion.objects.filter(id=row.id).update(most_uses=most, used=used)


@command
def retire_promotion(entry: Entry, *, promotion_id: UUID) -> PromotionTurned:
    """Give a promotion to no new order; what was given stays. Refuses one that is retired already."""
    return _turn(entry, promotion_id, "retire")


@command
def restore_promotion(entry: Entry, *, promotion_id: UUID) -> PromotionTurned:
    """Give a retired promotion again. Refuses one that is in force."""
    return _turn(entry, promotion_id, "restore")


def _turn(entry: Entry, promotion_id: UUID, turn: str) -> PromotionTurned:
    row = locked(entry, Promotion, promotion_id)
    saved = put(entry, row, {"state": PROMOTION_LIFE.turn(turn, row.state)}, model=Promotion)
    remember(entry, saved.row)
    return PromotionTurned(promotion_id=promotion_id, state=saved.row.state)
