"""Firms that carry messages, as doubles: they check who asks as the real ones do, and keep what they got to be seen."""

from __future__ import annotations

import re
import uuid
from base64 import b64encode
from html import escape
from typing import Final

from dingdan.integrations.sandbox.firms import pages
from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.notices import Mail
from dingdan.integrations.sandbox.firms.pages import said
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import Row, World

SHOWN: Final = 100
_HEX: Final = "0123456789abcdef"
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_USER: Final = re.compile(r"U[0-9a-f]{32}", re.ASCII)
_FOLLOWER: Final = re.compile(r"o[A-Za-z0-9_-]{27}", re.ASCII)
NO_FOLLOWER: Final = "o" + "0" * 27
"""Somebody who does not follow the account at the double of WeChat."""
MOST_WORDS: Final = 20
NO_NUMBER: Final = "+15005550001"
"""Twilio's own number for trying: nobody has it."""
NO_USER: Final = "U" + "0" * 32
"""Nobody's name at the double of LINE."""


class Carrier:
    """What both firms share: they move no money, tell nothing by themselves, and show on one page what they got."""

    name = ""

    def __init__(self, world: World) -> None:
        self._world = world
        self.mail = Mail(lambda _note: NotImplemented, lambda _status, _body: True, ())

    def knows(self, path: str) -> bool:
        return False

    def refuse(self, status: int) -> Answer:
        return as_json({"message": "too many requests" if status == 429 else "internal error"}, status)

    def spoil(self, answer: Answer) -> Answer:
        return answer

    def page(self, request: Request) -> Answer | None:
        if request.path != "/" or request.method != "GET":
            return None
        rows = "".join(
            f"<article><strong>{escape(one['to'])}</strong> {escape(iso(one['at']))}<br>{escape(one['text'])}</article>"
            for one in self.messages()
        )
        return pages.shown(request, said(request, "Messages"), rows or f"<p>{said(request, 'Nothing has happened yet.')}</p>")

    def messages(self) -> list[Json]:
        """What was to be sent, the newest first."""
        return self._world.store.all(f"{self.name}.message", limit=SHOWN)

    def keep(self, id_: str, to: str, text: str, **more: str) -> None:
        """Remember a message."""
        now = self._world.clock.now()
        self._world.store.put(f"{self.name}.message", {"id": id_, "to": to, "text": text, "at": now} | more, at=now)

    def act(self, payment: str, action: str) -> None:
        """Nothing is decided about a message."""

    def pass_time(self) -> None:
        """Nothing becomes due."""

    def ledger(self, limit: int = 100_000) -> list[Row]:
        return []

    def rotate(self) -> None:
        """Nothing is signed."""

    def secret(self, name: str, made: str) -> str:
        """A word of the shop's at the firm, made once."""
        kept: str = self._world.store.setting(f"{self.name}.{name}", "") or made
        self._world.store.set(f"{self.name}.{name}", kept)
        return kept


class Twilio(Carrier):
    """The double of Twilio's Messages. It keeps no keys: what is asked twice is sent twice."""

    name = "twilio"

    def credentials(self) -> Json:
        sid, token = self.secret("sid", "AC" + word(32, _HEX)), self.secret("token", word(32, _HEX))
        return {"account_sid": sid, "auth_token": token, "sender": "+15005550006"}

    def answer(self, request: Request) -> Answer:
        told = self.credentials()
        wanted = "Basic " + b64encode(f"{told['account_sid']}:{told['auth_token']}".encode()).decode()
        if request.headers.get("authorization") != wanted:
            return _wrong(401, 20003, "Authenticate")
        if (request.method, request.path) != ("POST", f"/2010-04-01/Accounts/{told['account_sid']}/Messages.json"):
            return _wrong(404, 20404, "The requested resource was not found")
        form = request.form
        to, text = form.get("To", ""), form.get("Body", "")
        if not (form.get("From") or form.get("MessagingServiceSid")):
            return _wrong(400, 21603, "A 'From' phone number is required.")
        if not text or len(text) > 1600:
            return _wrong(400, 21602 if not text else 21617, "Message body is required, and at most 1600 letters.")
        if not _NUMBER.fullmatch(to) or to == NO_NUMBER:
            return _wrong(400, 21211, "Invalid 'To' Phone Number")
        sid = "SM" + word(32, _HEX)
        self.keep(sid, to, text)
        return as_json({"sid": sid, "status": "queued", "to": to, "body": text, "error_code": None}, 201)


class Line(Carrier):
    """The double of LINE's Messaging API. A retry key is kept: the second time it is told that it was sent before."""

    name = "line"

    def credentials(self) -> Json:
        return {"channel_access_token": self.secret("token", word(172))}

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.credentials()['channel_access_token']}":
            return as_json({"message": "Authentication failed. Confirm that the access token is valid."}, 401)
        if (request.method, request.path) != ("POST", "/v2/bot/message/push"):
            return as_json({"message": "Not found"}, 404)
        sent, key = request.json, request.headers.get("x-line-retry-key", "")
        if key and not _is_uuid(key):
            return as_json({"message": "The retry key is not a UUID"}, 400)
        before = self._world.store.setting(f"line.key.{key}", "") if key else ""
        if before:
            return as_json({"message": "The retry key is already accepted"}, 409, x_line_accepted_request_id=before)
        texts = [one.get("text", "") for one in sent.get("messages", []) if one.get("type") == "text"]
        if not _USER.fullmatch(str(sent.get("to", ""))) or sent["to"] == NO_USER or not texts or not all(texts):
            return as_json({"message": "The request body has 1 error(s)"}, 400)
        id_, asked = str(self._world.store.count("line.message")), str(uuid.uuid4())
        self.keep(id_, sent["to"], "\n".join(texts), key=key)
        if key:
            self._world.store.set(f"line.key.{key}", asked)
        return as_json({"sentMessages": [{"id": id_, "quoteToken": word(20)}]}, 200, x_line_request_id=asked)


class WeChat(Carrier):
    """The double of a WeChat official account: a token for its secret, and template messages to its followers."""

    name = "wechat"

    def credentials(self) -> Json:
        return {
            "app_id": self.secret("app", "wx" + word(16, _HEX)), "app_secret": self.secret("secret", word(32, _HEX)),
            "template_id": self.secret("template", word(43)), "number_field": "character_string1", "status_field": "thing2",
        }  # fmt: skip

    def refuse(self, status: int) -> Answer:
        return as_json({"errcode": 45009, "errmsg": "reach max api daily quota limit"}) if status == 429 else as_json({}, status)

    def answer(self, request: Request) -> Answer:
        told, sent = self.credentials(), request.json
        token = self.secret("token", word(120))
        if (request.method, request.path) == ("POST", "/cgi-bin/stable_token"):
            if (sent.get("appid"), sent.get("secret")) != (told["app_id"], told["app_secret"]):
                return _errcode(40125, "invalid appsecret")
            return as_json({"access_token": token, "expires_in": 7200})
        if (request.method, request.path) != ("POST", "/cgi-bin/message/template/send"):
            return as_json({"errcode": 404, "errmsg": "not found"}, 404)
        return self._sent(request, told, token)

    def _sent(self, request: Request, told: Json, token: str) -> Answer:
        sent = request.json
        if request.query.get("access_token") != token:
            return _errcode(40001, "invalid credential")
        to, data = str(sent.get("touser", "")), sent.get("data", {})
        values = [str(data.get(told[name], {}).get("value", "")) for name in ("number_field", "status_field")]
        if not _FOLLOWER.fullmatch(to):
            return _errcode(40003, "invalid openid")
        if to == NO_FOLLOWER:
            return _errcode(43004, "require subscribe")
        if sent.get("template_id") != told["template_id"]:
            return _errcode(40037, "invalid template_id")
        if not all(values) or len(values[1]) > MOST_WORDS:
            return _errcode(47003, "argument invalid!")
        id_ = self._world.store.count("wechat.message")
        self.keep(str(id_), to, " ".join([*values, str(sent.get("url", ""))]), key=str(sent.get("client_msg_id", "")))
        return as_json({"errcode": 0, "errmsg": "ok", "msgid": id_})


def _errcode(code: int, message: str) -> Answer:
    return as_json({"errcode": code, "errmsg": message})


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _wrong(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return as_json({"code": code, "message": message, "more_info": more, "status": status}, status)
