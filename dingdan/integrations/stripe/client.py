"""The way to Stripe: one client per key, that waits five seconds for a connection and fifteen for an answer, and tries once."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

from dingdan.integrations.stripe.errors import NotAsked
from dingdan.masterdata.methods.ports import Mode
from dingdan.masterdata.methods.queries import Credentials

if TYPE_CHECKING:
    import stripe

WAIT: Final = (5.0, 15.0)
FIRMS_OWN: Final = "https://api.stripe.com"
FIRMS_OWN_FILES: Final = "https://files.stripe.com"

# What is asked may be personal, and is logged by the SDK at these levels.
logging.getLogger("stripe").setLevel(logging.WARNING)


def address(mode: str) -> str:
    """Where Stripe is asked."""
    return f"{settings.SANDBOX_URL}/stripe" if mode == Mode.SANDBOX else FIRMS_OWN


def files_address(mode: str) -> str:
    """Where Stripe takes files."""
    return address(mode) if mode == Mode.SANDBOX else FIRMS_OWN_FILES


def client_of(account: Credentials) -> stripe.StripeClient:
    """A client for an account. Refuses a key for trying in an account for real money, and the reverse (`NotAsked`)."""
    key = account.secrets.get("secret_key", "")
    if ("_live_" in key[:8]) != (account.mode == Mode.LIVE):
        raise NotAsked("wrong_mode")
    return _client(key, address(account.mode), files_address(account.mode))


@lru_cache(maxsize=64)
def _client(key: str, base: str, files: str) -> stripe.StripeClient:
    import stripe  # here and in each function that asks: it takes a fifth of a start, and most of what starts asks Stripe nothing

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": base, "files": files},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=WAIT),
    )
