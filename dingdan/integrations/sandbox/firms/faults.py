"""How the firms misbehave: chosen by seed and number, so that a run repeats exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from dingdan.integrations.sandbox.firms.store import Json, Store

ANSWERS: Final = (
    *("timeout_before", "timeout_after", "reset_before", "reset_after", "error_500", "error_500_after", "error_429"),
    *("answer_bad_signature", "slow"),
)
PAYMENTS: Final = ("payment_declined", "payment_delayed")
REFUNDS: Final = ("refund_failed", "refund_delayed")
PUSHES: Final = ("push_gone", "push_too_large")
NOTICES: Final = (
    *("notice_dropped", "notice_twice", "notice_out_of_order", "notice_before_answer", "notice_bad_signature"),
    *("notice_old_timestamp", "notice_wrong_merchant", "notice_wrong_amount", "notice_rotated_certificate"),
)
GROUPS: Final = {"answer": ANSWERS, "payment": PAYMENTS, "refund": REFUNDS, "notice": NOTICES, "push": PUSHES}
EVERY: Final = tuple(name for names in GROUPS.values() for name in names)
SLOWNESS: Final = 0.1
"""Of the seconds of a time-out: after so many somebody slow answers."""
DELAY_SECONDS: Final = 600.0
"""How long what is delayed takes, by the firms' clock."""


class UnknownFault(ValueError):
    """A fault that there is not, or a likelihood that is none."""


class Faults:
    """Which fault meets which request, payment, refund and notice. Each firm counts its own, from 1."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.set("faults", store.setting("faults", {"seed": 0, "rates": {}, "next": [], "silence": 30}))

    @property
    def told(self) -> Json:
        """Seed, likelihoods, what is to happen next, and for how many seconds nothing is said in a time-out."""
        told: Json = self._store.setting("faults")
        return told

    @property
    def silence(self) -> float:
        """Seconds of a time-out."""
        return float(self.told["silence"])

    def tell(self, wishes: Mapping[str, object]) -> Json:
        """Take over what is given of seed, rates, next and silence; the rest stays. Rates of one group are at most 1 together."""
        told = self.told | {name: wishes[name] for name in ("seed", "rates", "next", "silence") if name in wishes}
        for name, rate in told["rates"].items():
            if name not in EVERY or not 0 <= float(rate) <= 1:
                raise UnknownFault(f"{name}={rate}: one of {', '.join(EVERY)}, from 0 to 1")
        for one in told["next"]:
            if one.get("fault") not in EVERY:
                raise UnknownFault(f"{one.get('fault')}: one of {', '.join(EVERY)}")
        self._store.set("faults", told)
        return told

    def draw(self, group: str, firm: str, what: str = "") -> str:
        """The fault that the firm's next request (payment, refund, notice) meets, or "" for none.

        What was asked for comes first: the oldest of `next` that fits the firm and begins what this is about (a path, a topic).
        """
        with self._store.transaction():
            number, told = self._store.count(f"{group}.{firm}"), self.told
            for one in told["next"]:
                fits = one.get("firm", firm) == firm and what.startswith(one.get("path", ""))
                if fits and one["fault"] in GROUPS[group]:
                    told["next"].remove(one)
                    self._store.set("faults", told)
                    return str(one["fault"])
        drawn = random.Random(f"{told['seed']}:{group}:{firm}:{number}").random()  # noqa: S311 - misbehavior needs no secrecy
        for name in GROUPS[group]:
            drawn -= float(told["rates"].get(name, 0))
            if drawn < 0:
                return name
        return ""
