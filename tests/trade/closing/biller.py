"""A gateway at the port that takes money when it is asked, and makes bills of what a test says that it moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dingdan.ledgers.payments.ports import (
    Answer,
    BillKind,
    BillLine,
    BillNotReady,
    GatewayRequest,
    GatewayResult,
    billing,
    gateways,
)
from dingdan.masterdata.methods.ports import Field, Firm, Way, firms

CODE: Final = "biller"


class Biller:
    """What is in `lines` of an account and a day is its bill; a day that is not there is not ready."""

    authorizes = False

    def __init__(self) -> None:
        self.lines: dict[tuple[UUID, date], list[BillLine]] = defaultdict(list)
        self.answers: dict[str, GatewayResult] = {}
        self.asked: list[str] = []
        self.is_down = False

    def tell(self, account_id: UUID, day: date, *lines: BillLine) -> None:
        """The bill of a day says so, too."""
        self.lines[account_id, day] += lines

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """The bill, line by line."""
        if self.is_down:
            raise TimeoutError
        if (account_id, day) not in self.lines:
            raise BillNotReady(day=day)
        yield from self.lines[account_id, day]

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt, as the test says; else nobody knows."""
        self.asked.append(request.key)
        return self.answers.get(request.key, GatewayResult(answer=Answer.UNKNOWN))

    authorize = capture = void = refund = query


the_biller = Biller()
gateways[CODE] = the_biller
billing[CODE] = the_biller
firms[CODE] = Firm(
    code=CODE,
    name="Biller & Sons",
    merchant="Number",
    fields=(Field(name="terms", label="Terms", required=False),),
    ways=(Way.PAGE,),
)


def line(kind: BillKind, reference: str, amount: int, *, at: datetime, **more: object) -> BillLine:
    """A line of a bill in pounds."""
    return BillLine(**{"kind": kind, "reference": reference, "amount": amount, "currency": "GBP", "at": at, **more})  # type: ignore[arg-type]
