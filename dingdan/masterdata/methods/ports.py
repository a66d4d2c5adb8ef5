"""What payment firms want to be told before they move money, and the list of the firms that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """Where an account is: real money, the firm's own place for trying, or the sandbox that ships with the program."""

    LIVE = "live"
    TEST = "test"
    SANDBOX = "sandbox"


class Way(StrEnum):
    """How a payer meets a firm.

    page     on the firm's page, in a browser on a desk
    wap      on the firm's page, in a browser on a phone; the firm's app opens where it is installed
    qr       a code that the payer scans from our screen
    in_app   inside the firm's own app (WeChat's JSAPI: needs `openid`)
    app      from an app of the shop's own
    scan     the shop scans the payer's code (needs `auth_code`)
    saved    with what the customer left with us before (needs `saved_method_id`); nobody has to be there
    """

    PAGE = "page"
    WAP = "wap"
    QR = "qr"
    IN_APP = "in_app"
    APP = "app"
    SCAN = "scan"
    SAVED = "saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a firm wants to know of an account. Secrets are sealed and never shown again.

    `label` is a lazy text for people; `many_lines` for keys and certificates.
    """

    name: str
    label: str
    secret: bool = False
    required: bool = True
    many_lines: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()


HOLD_DAYS: Final = 7
"""For so many days money is held where a firm says nothing else: card schemes promise no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A payment firm that there is an adapter for.

    `merchant` is the label of the firm's own name for an account (its app id, merchant number, …). `currencies` is empty where
    the firm takes any. `holds` says whether it can hold money first and take it later, `hold_days` for how long it does. `check`
    refuses `NotUsable` when what an account is to be saved with, settings and secrets together, cannot be read.
    """

    code: str
    name: str
    merchant: str
    fields: tuple[Field, ...]
    ways: tuple[Way, ...]
    modes: tuple[Mode, ...] = (Mode.LIVE, Mode.TEST, Mode.SANDBOX)
    currencies: frozenset[str] = frozenset()
    holds: bool = False
    hold_days: int = HOLD_DAYS
    check: Callable[[Mapping[str, str]], None] | None = None


CAPTURE: Final = "capture"
AT_SHIPPING: Final = "at_shipping"
"""A firm that can hold money asks for the setting `capture`: taken at once, or (this value) when the goods leave."""

firms: Final[dict[str, Firm]] = {}
"""The firms by the code that payments carry. Adapters put themselves in when the program starts."""

without_account: Final[set[str]] = set()
"""Gateways that need no account of the shop, such as the one for trying things. They put themselves in, too."""
