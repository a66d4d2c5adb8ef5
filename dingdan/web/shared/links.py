"""Links by which somebody sees one order and acts on it: signed with the server's own secret, so that none can be guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.core import signing

_SALT: Final = "order link"


@dataclass(frozen=True, slots=True)
class Link:
    """One order of one shop, until a time."""

    tenant_id: UUID
    order_id: UUID
    expires_at: datetime

    @property
    def text(self) -> str:
        """What stands in the address."""
        return signing.dumps([self.tenant_id.hex, self.order_id.hex, int(self.expires_at.timestamp())], salt=_SALT)


def link_of(text: str, *, at: datetime) -> Link | None:
    """The link that a text is; None where it was not made here, was changed, or is over."""
    try:
        tenant, order, until = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    link = Link(UUID(tenant), UUID(order), datetime.fromtimestamp(until, UTC))
    return link if at < link.expires_at else None
