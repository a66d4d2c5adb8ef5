"""SMS by Twilio: one POST to its Messages resource. It keeps no keys, so after a time-out nobody knows."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_lazy

from dingdan.integrations.messaging.asking import Answer, asked
from dingdan.masterdata.messengers.ports import Credentials, Field, Firm, Message, Outcome, Reply, Way
from dingdan.masterdata.messengers.rules import NotReadable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

FIRMS_OWN: Final = "https://api.twilio.com"
BUSY: Final = (429, 503)
_SID: Final = re.compile(r"AC[0-9a-f]{32}", re.ASCII)
_SENDER: Final = re.compile(r"\+[1-9][0-9]{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11}", re.ASCII)


def check(told: Mapping[str, str]) -> None:
    """Refuse what cannot be Twilio's: `NotReadable`."""
    if not _SID.fullmatch(told.get("account_sid", "")):
        raise NotReadable(name=_("Account SID"), why=_("it begins with AC and has 34 letters."), field="settings.account_sid")
    if not _SENDER.fullmatch(told.get("sender", "")):
        raise NotReadable(name=_("Sender"), why=_("it is a number with +, a service (MG…) or a name."), field="settings.sender")


FIRM: Final = Firm(
    code="twilio",
    name="Twilio",
    way=Way.SMS,
    fields=(
        Field(name="account_sid", label=_("Account SID")),
        Field(name="sender", label=_("Sender"), hint=_("A number such as +442079460123, a messaging service (MG…), or a name.")),
        Field(name="auth_token", label=_("Auth token"), secret=True),
    ),
    keeps_keys=False,
    check=check,
)


class Twilio:
    """Hands SMS to Twilio."""

    def send(self, account: Credentials, message: Message) -> Reply:
        """Send a text to a number."""
        sid, sender = account.told["account_sid"], account.told["sender"]
        base = f"{settings.SANDBOX_URL}/twilio" if account.mode == "sandbox" else FIRMS_OWN
        sent = {"To": message.to, "Body": message.text, "MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        known = b64encode(f"{sid}:{account.told['auth_token']}".encode()).decode()
        headers = {"Authorization": f"Basic {known}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = asked(f"{base}/2010-04-01/Accounts/{sid}/Messages.json", headers=headers, body=urlencode(sent).encode())
        return _read(answer) if isinstance(answer, Answer) else answer


def _read(answer: Answer) -> Reply:
    told = f"Twilio {answer.status} {answer.body.get('code') or answer.body.get('error_code') or ''}".strip()
    if answer.status in (200, 201) and answer.body.get("sid"):
        is_lost = answer.body.get("status") in ("failed", "undelivered", "canceled")
        return Reply(Outcome.REFUSED if is_lost else Outcome.ACCEPTED, str(answer.body["sid"]), told if is_lost else "")
    if answer.status in BUSY:
        return Reply(Outcome.LATER, error=told)
    return Reply(Outcome.REFUSED if 400 <= answer.status < 500 else Outcome.UNKNOWN, error=told)
