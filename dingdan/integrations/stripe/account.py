"""What Stripe wants to know of an account, and what can be seen to be wrong without asking Stripe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from dingdan.masterdata.methods.ports import Field, Firm, Way
from dingdan.masterdata.methods.rules import NotUsable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

AT_SHIPPING: Final = "at_shipping"
SEVERAL: Final = "if_available"

_KEY: Final = re.compile(r"(sk|rk)_(live|test)_[A-Za-z0-9]{8,240}", re.ASCII)
_SECRET: Final = re.compile(r"whsec_[A-Za-z0-9+/=]{8,240}", re.ASCII)


def webhook_secrets(told: str) -> list[str]:
    """The secrets of the endpoint, one a line: while they are changed the old and the new one are both believed."""
    return [line.strip() for line in told.splitlines() if line.strip()]


def check(told: Mapping[str, str]) -> None:
    """Refuse keys and secrets that cannot be Stripe's: `NotUsable`."""
    if not _KEY.fullmatch(told.get("secret_key", "")):
        raise NotUsable(
            name=_("Secret key"), why=_("it begins with sk_ or rk_ (one with pk_ is for browsers)."), field="secrets.secret_key"
        )
    secrets = webhook_secrets(told.get("webhook_secret", ""))
    if not secrets or not all(_SECRET.fullmatch(one) for one in secrets):
        raise NotUsable(
            name=_("Signing secret of the webhook"), why=_("each line begins with whsec_."), field="secrets.webhook_secret"
        )


FIRM: Final = Firm(
    code="stripe",
    name="Stripe",
    merchant=_("Account ID"),
    fields=(
        Field(
            name="secret_key",
            label=_("Secret key"),
            secret=True,
            hint=_("Developers → API keys. Better a restricted key (rk_…) that may do only what docs/payments/stripe.md lists."),
        ),
        Field(
            name="webhook_secret",
            label=_("Signing secret of the webhook"),
            secret=True,
            many_lines=True,
            hint=_("Developers → Webhooks → the endpoint. While it is changed: the old and the new one, each in a line."),
        ),
        Field(
            name="capture",
            label=_("When the money is taken"),
            required=False,
            choices=(AT_SHIPPING, "at_once"),
            hint=_("at_shipping holds it first; it must be taken within seven days. Without a choice: at_once."),
        ),
        Field(
            name="several_captures",
            label=_("Several captures of one hold"),
            required=False,
            choices=(SEVERAL, "never"),
            hint=_("Only where Stripe has opened multicapture for the account. Else the first capture lets the rest go."),
        ),
    ),
    ways=(Way.PAGE, Way.WAP, Way.SAVED),
    holds=True,
    check=check,
)
