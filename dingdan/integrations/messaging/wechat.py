"""Template messages of a WeChat official account: a token for the account, then one POST.

WeChat keeps keys for ten minutes only, so after a time-out it is not asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext_lazy

from dingdan.integrations.messaging.asking import Answer, asked
from dingdan.masterdata.messengers.ports import Credentials, Field, Firm, Message, Outcome, Reply, Way
from dingdan.masterdata.messengers.rules import NotReadable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

FIRMS_OWN: Final = "https://api.weixin.qq.com"
BUSY: Final = frozenset({-1, 45009, 45011, 45047})
"""The system is busy, or was asked too often: nothing was sent."""
WORDS: Final = 20
"""Letters of what WeChat calls a thing."""
_APP: Final = re.compile(r"wx[0-9a-f]{16}", re.ASCII)
_NAME: Final = re.compile(r"[a-z_]{2,30}[0-9]{0,3}", re.ASCII)


def check(told: Mapping[str, str]) -> None:
    """Refuse what cannot be WeChat's: `NotReadable`."""
    if not _APP.fullmatch(told.get("app_id", "")):
        raise NotReadable(name=_("App ID"), why=_("it begins with wx and has 18 letters."), field="settings.app_id")
    for name, label in (("number_field", _("Field of the number")), ("status_field", _("Field of the state"))):
        if not _NAME.fullmatch(told.get(name, "")):
            raise NotReadable(name=label, why=_("it is a name such as thing1."), field=f"settings.{name}")


FIRM: Final = Firm(
    code="wechat",
    name="WeChat",
    way=Way.WECHAT,
    fields=(
        Field(name="app_id", label=_("App ID")),
        Field(name="template_id", label=_("Template"), hint=_("Its ID, in the official account's list of template messages.")),
        Field(
            name="number_field", label=_("Field of the number"),
            hint=_("The template's name for it, such as character_string1."),
        ),
        Field(name="status_field", label=_("Field of the state"), hint=_("The template's name for it, such as thing2.")),
        Field(
            name="app_secret", label=_("App secret"), secret=True,
            hint=_("Customers are known by their identity “wechat”: the openid at this account."),
        ),
    ),
    keeps_keys=False,
    check=check,
)  # fmt: skip


class WeChat:
    """Hands messages to WeChat."""

    def send(self, account: Credentials, message: Message) -> Reply:
        """Send what became of an order to a follower of the account."""
        told, base = account.told, f"{settings.SANDBOX_URL}/wechat" if account.mode == "sandbox" else FIRMS_OWN
        wanted = {"grant_type": "client_credential", "appid": told["app_id"], "secret": told["app_secret"]}
        known = _asked(f"{base}/cgi-bin/stable_token", wanted)
        if not isinstance(known, Answer):
            return Reply(Outcome.LATER, error=known.error)  # nothing was to be sent yet
        token = str(known.body.get("access_token") or "")
        if not token:
            return _read(known)
        sent = {
            "touser": message.to, "template_id": told["template_id"], "url": message.url, "client_msg_id": message.key[:32],
            "data": {
                told["number_field"]: {"value": message.number[:32]}, told["status_field"]: {"value": message.status[:WORDS]},
            },
        }  # fmt: skip
        answer = _asked(f"{base}/cgi-bin/message/template/send?access_token={quote(token)}", sent)
        return _read(answer) if isinstance(answer, Answer) else answer


def _asked(url: str, told: Mapping[str, Any]) -> Answer | Reply:
    body = json.dumps(told, ensure_ascii=False).encode()
    return asked(url, headers={"Content-Type": "application/json"}, body=body)


def _read(answer: Answer) -> Reply:
    code = answer.body.get("errcode")
    error = f"WeChat {answer.status} {'' if code is None else code}".strip()
    if answer.status == 200 and code == 0:
        return Reply(Outcome.ACCEPTED, str(answer.body.get("msgid", "")))
    if answer.status == 429 or code in BUSY:
        return Reply(Outcome.LATER, error=error)
    is_sure = answer.status < 500 and isinstance(code, int)
    return Reply(Outcome.REFUSED if is_sure else Outcome.UNKNOWN, error=error)
