"""What the tellers of Online Retail share: the voice, the channel, who is who, and what is in the books already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from dingdan.integrations.importers.findings import Finding
from dingdan.integrations.importers.online_retail.codes import Kind
from dingdan.integrations.importers.online_retail.documents import BadDebt, Document, Stage
from dingdan.integrations.importers.voice import About, Voice
from dingdan.kernel.money import Money
from dingdan.masterdata.channels.models import Channel
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.lifecycle import LineKind

METHOD: Final = "bank_transfer"
LINE_KINDS: Final = {Kind.PRODUCT: LineKind.GOODS, Kind.SHIPPING: LineKind.SHIPPING, Kind.FEE: LineKind.FEE}
"""What a line of the file is to an order; all else is a service."""

OrderLines = dict[str, tuple[UUID, dict[int, UUID]]]
"""Order id, and line ids by position, by the file's number of the order."""


class Ledger:
    """Counts what was booked of a file for one channel, and finds its orders again."""

    def __init__(self, voice: Voice, channel: Channel) -> None:
        self.voice = voice
        self.channel = channel
        self.customers: dict[str, UUID] = {}
        self.amounts: Counter[str] = Counter()

    @property
    def amount(self) -> int:
        """Pence that are in the books now, signed as in the file."""
        return sum(self.amounts.values())

    def money(self, amount: int) -> Money:
        """So many pence."""
        return Money(amount, self.channel.currency)

    def count(self, stage: Stage, document: Document, booked: int) -> None:
        """Count what is in the books now; what the file says beside it stays out and is reported."""
        self.amounts[stage] += booked
        if booked != document.amount:
            self.voice.report(
                About(first_line(document), document.number, document.amount - booked),
                "amount_differs",
                f"The file says {document.amount}, the books say {booked} (in pence).",
                "Compare the two.",
            )

    def order_ids(self, numbers: Iterable[str]) -> dict[str, UUID]:
        """Our orders by the file's numbers; what is not here is left out."""
        return orders.by_external_id(self.channel.id, numbers)

    def order_lines(self, numbers: Iterable[str]) -> OrderLines:
        """Our orders and their lines by the file's numbers; what is not here is left out."""
        ids = self.order_ids(numbers)
        lines = orders.lines_of(list(ids.values()))
        return {number: (id_, {line.position: line.id for line in lines[id_]}) for number, id_ in ids.items()}

    def is_here(self, document: Document, order: str, lines: OrderLines) -> bool:
        """Whether the order that a document undoes is here; when not, the document stays out and is reported."""
        if order in lines:
            return True
        self.voice.report(about(document), "order_left_out", f"Its order {order} is not here.", "Import the order first.")
        return False


def about(document: Document) -> About:
    """For what is all of a document: refused, its amount stays out."""
    return About(first_line(document), document.number, document.amount)


def remark(document: Document) -> About:
    """For what follows in a document's life: refused, the document is in all the same."""
    return About(first_line(document), document.number)


def first_line(document: Document) -> int:
    """The line of the file where a document begins; 0 for what stands on no line of its own."""
    lines: Sequence[Any] = getattr(document, "lines", ())
    return int(lines[0].line) if lines else 0


def cost_of_the_shop(document: Document) -> Finding:
    """What is told of an expense or a bad debt: there are no books for costs here."""
    return Finding(
        line=first_line(document),
        code="bad_debt" if isinstance(document, BadDebt) else "expense",
        document=document.number,
        sentence="This is a cost of the shop itself: no customer buys it or gets it back.",
        remedy="Book it in your accounts.",
        amount=document.amount,
    )
