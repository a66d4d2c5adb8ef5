"""Messages in LINE: one POST under a retry key that LINE keeps for a day, so the same key is sent once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy

from dingdan.integrations.messaging.asking import Answer, asked
from dingdan.masterdata.messengers.ports import Credentials, Field, Firm, Message, Outcome, Reply, Way
from dingdan.masterdata.messengers.rules import NotReadable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

FIRMS_OWN: Final = "https://api.line.me"
SENT_BEFORE, BUSY = 409, 429
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/=._-]{20,4000}", re.ASCII)


def check(told: Mapping[str, str]) -> None:
    """Refuse what cannot be LINE's: `NotReadable`."""
    if not _TOKEN.fullmatch(told.get("channel_access_token", "")):
        raise NotReadable(name=_("Channel access token"), why=_("it is one long word."), field="secrets.channel_access_token")


FIRM: Final = Firm(
    code="line",
    name="LINE",
    way=Way.LINE,
    fields=(
        Field(
            name="channel_access_token",
            label=_("Channel access token"),
            secret=True,
            hint=_("LINE Developers → the channel → Messaging API. Customers are known by their identity “line”."),
        ),
    ),
    keeps_keys=True,
    check=check,
)


class Line:
    """Hands messages to LINE."""

    def send(self, account: Credentials, message: Message) -> Reply:
        """Send a text to a user of LINE; the same key is sent once."""
        base = f"{settings.SANDBOX_URL}/line" if account.mode == "sandbox" else FIRMS_OWN
        headers = {
            "Authorization": f"Bearer {account.told['channel_access_token']}", "Content-Type": "application/json",
            "X-Line-Retry-Key": message.key,
        }  # fmt: skip
        body = json.dumps({"to": message.to, "messages": [{"type": "text", "text": message.text}]}, ensure_ascii=False).encode()
        answer = asked(f"{base}/v2/bot/message/push", headers=headers, body=body)
        return _read(answer) if isinstance(answer, Answer) else answer


def _read(answer: Answer) -> Reply:
    told = f"LINE {answer.status}"
    if answer.status == SENT_BEFORE:
        return Reply(Outcome.ACCEPTED, answer.headers.get("x-line-accepted-request-id", ""))
    if answer.status == 200:
        sent = answer.body.get("sentMessages") or [{}]
        return Reply(Outcome.ACCEPTED, str(sent[0].get("id") or answer.headers.get("x-line-request-id", "")))
    if answer.status == BUSY:
        return Reply(Outcome.LATER, error=told)
    return Reply(Outcome.REFUSED if 400 <= answer.status < 500 else Outcome.UNKNOWN, error=told)
