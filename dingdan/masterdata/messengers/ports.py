"""What a firm that carries messages is told, what it answers, and the list of the firms that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol


class Way(StrEnum):
    """How a short message reaches somebody: by the number of a phone, or by the name that an app knows them by."""

    SMS = "sms"
    LINE = "line"
    WECHAT = "wechat"


class Outcome(StrEnum):
    """What became of a message.

    accepted   the firm has it and names it
    refused    the firm does not send it, whenever it is asked
    later      the firm did not take it now; nothing was sent
    unknown    no answer came: it may have been sent, or not
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a firm answered: how it named the message, or in a few words without number or name of anybody why not."""

    outcome: Outcome
    reference: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with its secrets open, for the one call that needs them."""

    firm: str
    mode: str
    told: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody is told: a sentence, and its parts for firms that want these alone. `to` is a number (E.164) or a name.

    Where the firm keeps keys, the same `key` is sent once however often it is tried.
    """

    to: str
    said: str
    key: str
    number: str = ""
    status: str = ""
    url: str = ""

    @property
    def text(self) -> str:
        """The sentence with the way to the order's page, which stands behind it unless the sentence says it itself."""
        return self.said if not self.url or self.url in self.said else f"{self.said} {self.url}".strip()


class Messenger(Protocol):
    """Hands a message to a firm."""

    def send(self, account: Credentials, message: Message) -> Reply:
        """Send a message. Never raises for what the firm or the network does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a firm wants to know of an account. Secrets are sealed and never shown again."""

    name: str
    label: str
    secret: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm that there is an adapter for.

    `keeps_keys`: a message may be tried again under the same key, and is sent once. Of others nobody knows after a time-out, and
    nothing is sent again unless a person wants it. `check` refuses (`NotReadable`) what cannot be the firm's.
    """

    code: str
    name: str
    way: Way
    fields: tuple[Field, ...]
    keeps_keys: bool
    check: Callable[[Mapping[str, str]], None] | None = None


MODES: Final = ("live", "sandbox")
firms: Final[dict[str, Firm]] = {}
messengers: Final[dict[str, Messenger]] = {}
"""By the firm's code. Adapters put themselves in when the program starts."""
