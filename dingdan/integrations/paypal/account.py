"""What PayPal wants to know of an account, and what can be seen to be wrong without asking PayPal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from dingdan.integrations.paypal.amounts import CURRENCIES
from dingdan.masterdata.methods.ports import Field, Firm, Way
from dingdan.masterdata.methods.rules import NotUsable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,160}", re.ASCII)
_WEBHOOK: Final = re.compile(r"[A-Za-z0-9]{8,50}", re.ASCII)


def webhook_ids(told: str) -> list[str]:
    """The ids of our webhooks, one a line: while they are changed the old and the new one are both believed."""
    return [line.strip() for line in told.splitlines() if line.strip()]


def check(told: Mapping[str, str]) -> None:
    """Refuse ids and secrets that cannot be PayPal's: `NotUsable`."""
    keys = (("client_id", _("Client ID"), "settings"), ("client_secret", _("Secret"), "secrets"))
    for name, label, part in keys:
        if not _KEY.fullmatch(told.get(name, "")):
            raise NotUsable(name=label, why=_("it has letters, digits, - and _ alone."), field=f"{part}.{name}")
    ids = webhook_ids(told.get("webhook_id", ""))
    if not ids or not all(_WEBHOOK.fullmatch(one) for one in ids):
        raise NotUsable(name=_("Webhook ID"), why=_("each line has letters and digits alone."), field="settings.webhook_id")


FIRM: Final = Firm(
    code="paypal",
    name="PayPal",
    merchant=_("Merchant ID"),
    fields=(
        Field(name="client_id", label=_("Client ID"), hint=_("Apps & Credentials → the app, live or sandbox.")),
        Field(name="client_secret", label=_("Secret"), secret=True, hint=_("Beside the client ID; “Show”.")),
        Field(
            name="webhook_id",
            label=_("Webhook ID"),
            many_lines=True,
            hint=_("Of the webhook in the app. While it is changed: the old and the new one, each in a line."),
        ),
        Field(
            name="capture",
            label=_("When the money is taken"),
            required=False,
            choices=("at_shipping", "at_once"),
            hint=_(
                "at_shipping holds it first; PayPal promises it for three days and keeps it for 29. Without a choice: at_once."
            ),
        ),
    ),
    ways=(Way.PAGE, Way.WAP),
    currencies=CURRENCIES,
    holds=True,
    hold_days=29,
    check=check,
)
