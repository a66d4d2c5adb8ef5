"""What can be asked about sellers."""

from __future__ import annotations

from uuid import UUID

from dingdan.masterdata.sellers.models import Seller


def seller_by_code(code: str) -> Seller | None:
    """The seller with this code, retired ones too, or None."""
    return Seller.objects.filter(code=code).first()


def seller_by_id(seller_id: UUID) -> Seller | None:
    """The seller with this id, retired ones too, or None."""
    return Seller.objects.filter(id=seller_id).first()
