"""What every firm stands on, and what all of them can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from dingdan.integrations.sandbox.firms.clock import Clock
from dingdan.integrations.sandbox.firms.faults import DELAY_SECONDS, Faults
from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.notices import Mail, Outbox
from dingdan.integrations.sandbox.firms.store import Json, Store


@dataclass
class World:
    """Memory, clock, misbehavior and mail of all firms, and the address at which they are reached."""

    store: Store
    clock: Clock
    faults: Faults
    outbox: Outbox
    address: str = ""

    def later(self) -> float:
        """When something is done that a firm takes its time for."""
        return self.clock.now() + DELAY_SECONDS


def new_world(store: Store) -> World:
    """A world over what is remembered."""
    clock, faults = Clock(store), Faults(store)
    return World(store, clock, faults, Outbox(store, clock, faults))


@dataclass(frozen=True, slots=True)
class Row:
    """What really became of a payment, in the firm's books: amounts in minor units."""

    firm: str
    payment: str
    reference: str
    currency: str
    amount: int
    state: str
    held: int = 0
    captured: int = 0
    refunded: int = 0
    fees: int = 0
    at: float = 0
    title: str = ""
    page: str = ""
    actions: tuple[str, ...] = ()
    refunds: tuple[tuple[str, str], ...] = ()
    disputed: str = ""
    metadata: Json = field(default_factory=dict)


class Firm(Protocol):
    """A firm as the server knows it."""

    name: str
    mail: Mail

    def knows(self, path: str) -> bool:
        """Whether a path at the root of the server is one of its own: for clients that can be given a host only."""

    def answer(self, request: Request) -> Answer:
        """What its API says."""

    def refuse(self, status: int) -> Answer:
        """What it says when it is overrun (429) or ill (500)."""

    def spoil(self, answer: Answer) -> Answer:
        """The answer with one wrong byte in its signature, where the firm signs its answers."""

    def page(self, request: Request) -> Answer | None:
        """What people see of it; nothing where the path is no page."""

    def act(self, payment: str, action: str) -> None:
        """What somebody decides about a payment: approve, decline, delay, dispute, refund_fails …"""

    def pass_time(self) -> None:
        """Do what has become due."""

    def credentials(self) -> Json:
        """What a merchant copies from the firm's site."""

    def ledger(self, limit: int = 100_000) -> list[Row]:
        """What really became of each payment, the newest first."""

    def rotate(self) -> None:
        """Sign with a new certificate from now on."""


Maker = Callable[[World], Firm]
