"""The life of a change, and the words for what it did."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dingdan.kernel.lifecycle import Lifecycle, Turn

CHANGE_LIFE = Lifecycle(
    "change",
    "applied",
    (Turn("undo", ("applied",), "undone", "Its effects were taken back by a later entry."),),
)


BULK_LIFE = Lifecycle(
    "bulk change",
    "running",
    (
        Turn("finish", ("running",), "finished", "Every order has its outcome."),
        Turn("stop", ("running",), "stopped", "Somebody stopped it; what was done stays done."),
    ),
)


class BulkOutcome(StrEnum):
    """What became of one order of a bulk change; `would_change` is what a dry run says."""

    WAITING = "waiting"
    CHANGED = "changed"
    WOULD_CHANGE = "would_change"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a change did to its order, in words of which each has an opposite."""

    CANCELED = "canceled"
    RESTORED = "restored"
    ADDED = "added"
    REPLACED = "replaced"
    HANDED = "handed"
    TAKEN = "taken"
    HELD = "held"
    RESUMED = "resumed"
    SOURCED = "sourced"
    TURNED = "turned"
    ADDRESSED = "addressed"
    ROUTED = "routed"
    PAID_BY = "paid_by"
    NOTED = "noted"


UNDONE_BY: Final[Mapping[Effect, str]] = {
    Effect.CANCELED: "The units are taken back, and their goods found again.",
    Effect.RESTORED: "The units are canceled again.",
    Effect.ADDED: "The new line is canceled.",
    Effect.REPLACED: "The new line is canceled, the old one taken back; its goods go back to it.",
    Effect.HANDED: "The units come back from the other order, with their goods and their money.",
    Effect.TAKEN: "The units go back to the other order, with their goods and their money.",
    Effect.HELD: "The line goes on.",
    Effect.RESUMED: "The line is held again.",
    Effect.SOURCED: "The goods leave from where they were to leave from before.",
    Effect.TURNED: "The order is in the state that it was in before.",
    Effect.ADDRESSED: "The contacts from before hold again.",
    Effect.ROUTED: "The shipping method from before holds again.",
    Effect.PAID_BY: "The payment method from before holds again.",
    Effect.NOTED: "The note is taken away.",
}
"""How each effect is taken back."""


class RefundTo(StrEnum):
    """Where money goes that was paid above what is owed after a change; `keep` leaves it with the order."""

    WAY_IT_CAME = ""
    STORE_CREDIT = "store_credit"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    KEEP = "keep"
