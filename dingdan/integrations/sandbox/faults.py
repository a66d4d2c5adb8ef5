"""How the sandbox misbehaves: chosen by seed, so that a run can be repeated exactly."""

import random
from dataclasses import dataclass, fields
from enum import StrEnum


class Fault(StrEnum):
    """One way in which a gateway or the network between misbehaves."""

    NONE = "none"
    DECLINE = "decline"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    LATE = "late"
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How likely each fault is when a key is asked for the first time (0 to 1; together at most 1).

    decline          the answer is no
    timeout_before   no answer, and nothing happened
    timeout_after    no answer, and it happened
    late             no answer, and it happens when somebody asks again
    twice            the notice comes twice
    out_of_order     the notice comes before those that were sent earlier
    """

    seed: int = 0
    decline: float = 0
    timeout_before: float = 0
    timeout_after: float = 0
    late: float = 0
    twice: float = 0
    out_of_order: float = 0

    def of(self, number: int) -> Fault:
        """What happens to the key that is the shop's so-and-so-many-th: always the same for one seed."""
        drawn = random.Random(f"{self.seed}:{number}").random()  # noqa: S311 - misbehavior needs no secrecy
        for likely in fields(self)[1:]:
            drawn -= getattr(self, likely.name)
            if drawn < 0:
                return Fault(likely.name)
        return Fault.NONE
