"""What can be done with sellers."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.sellers.events import SellerSaved, SellerTurned
from dingdan.masterdata.sellers.lifecycle import SELLER_LIFE
from dingdan.masterdata.sellers.models import Seller
from dingdan.masterdata.sellers.rules import VEILED, SellerDraft, clean_seller

key_of("seller_code_is_unique", field="code", what="seller")


@command
def save_seller(entry: Entry, *, seller: SellerDraft) -> SellerSaved:
    """Write a seller down, or change it. Refuses texts, codes, countries and mails that cannot be, naming the field."""
    values = asdict(clean_seller(seller))
    id_ = values.pop("id")
    known = Seller.objects.select_for_update(no_key=True).filter(code=values["code"])
    row = locked(entry, Seller, id_) if id_ else known.first()
    saved = put(entry, row, values, model=Seller, veiled=VEILED)
    return SellerSaved(seller_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def suspend_seller(entry: Entry, *, seller_id: UUID) -> SellerTurned:
    """Let a seller take no new orders for a while. Refuses one that does not sell now."""
    return _turn(entry, seller_id, "suspend")


@command
def resume_seller(entry: Entry, *, seller_id: UUID) -> SellerTurned:
    """Let a suspended seller sell again. Refuses one that is not suspended."""
    return _turn(entry, seller_id, "resume")


@command
def retire_seller(entry: Entry, *, seller_id: UUID) -> SellerTurned:
    """Say that a seller has left; old orders and payouts go on. Refuses one that is retired already."""
    return _turn(entry, seller_id, "retire")


@command
def restore_seller(entry: Entry, *, seller_id: UUID) -> SellerTurned:
    """Let a seller that had left sell again. Refuses one that has not left."""
    return _turn(entry, seller_id, "restore")


def _turn(entry: Entry, seller_id: UUID, turn: str) -> SellerTurned:
    row = locked(entry, Seller, seller_id)
    saved = put(entry, row, {"state": SELLER_LIFE.turn(turn, row.state)}, model=Seller)
    return SellerTurned(seller_id=seller_id, state=saved.row.state)
