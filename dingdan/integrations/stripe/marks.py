"""What we write on Stripe's objects, so that they can be found again and told apart from those that others made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from dingdan.ledgers.payments.ports import GatewayRequest

KEY: Final = "dingdan_key"
ACCOUNT: Final = "dingdan_account"
KIND: Final = "dingdan_kind"
WAY: Final = "dingdan_way"
CUSTOMER: Final = "dingdan_customer"
_TAKEN: Final = "taken_"
_TAKEN_MARK: Final = re.compile(rf"{_TAKEN}([0-9a-f]{{32}})=([0-9]{{1,15}})(\+?)", re.ASCII)


def mark(request: GatewayRequest) -> dict[str, str]:
    """The marks of an attempt: whose it is, and under which key it was made."""
    told = {KEY: request.key, ACCOUNT: str(request.account_id), KIND: request.kind}
    return told | ({WAY: request.checkout.way} if request.checkout else {})


def marks_of(found: Any) -> dict[str, str]:
    """The marks on an object of Stripe's."""
    kept = getattr(found, "metadata", None)
    return {} if kept is None else dict(kept if isinstance(kept, dict) else kept.to_dict())


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture as its mark says: how much in Stripe's units, and whether others may follow."""

    amount: int
    goes_on: bool


def taken_mark(key: str, taken: Taken) -> dict[str, str]:
    """The mark that a capture leaves on its intent, written by Stripe in the same moment in which the money is taken."""
    return {f"{_TAKEN}{UUID(key).hex}": f"{taken.amount}{'+' if taken.goes_on else ''}"}


def taken(marks: Mapping[str, str]) -> dict[str, Taken]:
    """Our key → what was captured under it: all captures of an intent."""
    told = {}
    for name, said in marks.items():
        found = _TAKEN_MARK.fullmatch(f"{name}={said}")
        if found:
            told[str(UUID(found[1]))] = Taken(int(found[2]), found[3] == "+")
    return told
