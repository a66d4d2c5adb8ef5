"""A push service as a double, with the phones behind it.

It believes nobody whose signature it has not checked (RFC 8292), and a phone shows what was sealed for it alone (RFC 8291 over
RFC 8188). It is written from the RFCs, and not with what the shop signs and seals with.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from html import escape
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dingdan.integrations.sandbox.firms import pages
from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.messaging import SHOWN, Carrier
from dingdan.integrations.sandbox.firms.pages import Choice, button, said
from dingdan.integrations.sandbox.firms.store import Json

ORIGIN: Final = "https://push.sandbox.invalid"
"""Where phones say that they are reached: a name that leads nowhere by itself (RFC 2606). The demo knows the way."""
MOST: Final = 4096
"""Bytes of a message that are taken."""
LONGEST: Final = 86_400
"""Seconds for which a signature may be good."""
PAUSE: Final = 5
"""Seconds after which who was too fast may come again."""
UNREAD: Final = "unreadable"
_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_URGENCY: Final = ("", "very-low", "low", "normal", "high")


class Push(Carrier):
    """Takes messages for phones, and shows on one page what they showed."""

    name = "push"

    def credentials(self) -> Json:
        return {"origin": ORIGIN}

    def refuse(self, status: int) -> Answer:
        more = {"Retry_After": str(PAUSE)} if status == 429 else {}
        return as_json({"code": status, "errno": 999, "message": "not now"}, status, **more)

    # ── phones ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def subscribe(self, key: str, name: str = "") -> Json:
        """A phone that listens to a server's key (base64url), as a browser would name it to the shop."""
        if len(_bytes(key)) != 65:
            raise ValueError("the key of the server is a point of P-256, in base64url")
        own, auth = ec.generate_private_key(ec.SECP256R1()), word(16).encode()
        pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        number = self._world.store.count("push.phones")
        id_, now = word(40), self._world.clock.now()
        phone = {"id": id_, "name": name[:80] or str(number), "key": key, "pem": pem, "auth": _text(auth), "gone": False}
        self._world.store.put("push.phone", phone, at=now)
        return {"endpoint": f"{ORIGIN}/send/{id_}", "keys": {"p256dh": _text(_point(own)), "auth": _text(auth)}}

    def act(self, payment: str, action: str) -> None:
        """Somebody switches a phone off for good, or takes the shop's leave away."""
        phone = self._world.store.get("push.phone", payment)
        if phone is not None and action == "drop":
            self._world.store.put("push.phone", phone | {"gone": True})

    def page(self, request: Request) -> Answer | None:
        if request.path == "/" and request.method == "POST":
            verb, _, id_ = request.form.get("do", "").partition(":")
            self.act(id_, verb)
            return pages.moved("/push/")
        if request.path != "/" or request.method != "GET":
            return None
        phones = {one["id"]: one for one in self._world.store.all("push.phone", limit=SHOWN)}
        rows = "".join(_card(request, one) for one in self.messages())
        listed = "".join(_phone(request, one) for one in phones.values())
        nothing = f"<p>{said(request, 'No phone was told anything yet.')}</p>"
        body = f"{rows or nothing}<h2>{said(request, 'Phones')}</h2>{listed or '<p>–</p>'}"
        return pages.shown(request, said(request, "What phones show"), body, narrow=True)

    # ── the service ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, request: Request) -> Answer:
        place = re.fullmatch(r"/send/([A-Za-z0-9]{40})", request.path)
        phone = self._world.store.get("push.phone", place[1]) if place and request.method == "POST" else None
        fault = self._world.faults.draw("push", self.name, request.path)
        if phone is None:
            return _wrong(404, "there is no such subscription")
        if phone["gone"] or fault == "push_gone":
            self._world.store.put("push.phone", phone | {"gone": True})
            return _wrong(410, "the subscription is gone")
        if len(request.body) > MOST or fault == "push_too_large":
            return _wrong(413, "the message is too large")
        return self._refused(request, phone) or self._shown(request, phone)

    def _refused(self, request: Request, phone: Json) -> Answer | None:
        """Why a message is not taken; None where it is."""
        head = request.headers
        if head.get("content-encoding") != "aes128gcm":
            return _wrong(415, "messages are encrypted as aes128gcm")
        if not head.get("ttl", "").isdecimal():
            return _wrong(400, "TTL is missing")
        if head.get("urgency", "") not in _URGENCY or not _TOPIC.fullmatch(head.get("topic", "-")):
            return _wrong(400, "Urgency or Topic is none")
        wrong = _signed_wrong(head.get("authorization", ""), key=phone["key"], now=self._world.clock.now())
        return _wrong(*wrong) if wrong else None

    def _shown(self, request: Request, phone: Json) -> Answer:
        """The phone shows it, in the place of what bears the same tag. What it cannot open it does not show: nobody is told."""
        try:
            told = json.loads(opened(request.body, pem=phone["pem"], auth=_bytes(phone["auth"])))
            shown = {name: str(told.get(name, "")) for name in ("title", "body", "url", "tag")}
        except (ValueError, InvalidTag):
            shown = dict.fromkeys(("title", "body", "url", "tag"), "")
        number = self._world.store.count("push.message")
        tag = shown["tag"] or str(number)
        id_, now = f"{phone['id']}:{tag}", self._world.clock.now()
        before = self._world.store.get("push.message", id_) or {"times": 0}
        text = " ".join(filter(None, (shown["title"], shown["body"], shown["url"]))) or UNREAD
        kept = {"id": id_, "to": phone["name"], "text": text, "at": now, "times": before["times"] + 1, **shown}
        self._world.store.put("push.message", kept | {"topic": request.headers.get("topic", "")}, at=now)
        return as_json({}, 201, Location=f"{ORIGIN}/message/{number}", TTL=request.headers["ttl"])


def _card(request: Request, one: Json) -> str:
    """A message as it lies on the screen of a phone."""
    is_led = one["url"].startswith(("http://", "https://"))
    where = f'<br><a href="{escape(one["url"])}">{said(request, "Open")}</a>' if is_led else ""
    times = f" · {said(request, 'sent {times} times, shown once', times=one['times'])}" if one["times"] > 1 else ""
    words = escape(one["body"]) if one["text"] != UNREAD else said(request, "It could not be opened: it was sealed for another.")
    return (
        f"<article><strong>{escape(one['title'])}</strong><br>{words}{where}<br>"
        f'<span class="soft">{escape(one["to"])} · {escape(iso(one["at"]))}{times}</span></article>'
    )


def _phone(request: Request, one: Json) -> str:
    if one["gone"]:
        return f"<p>{escape(one['name'])} · {said(request, 'gone')}</p>"
    return f"<p>{escape(one['name'])} {button(request, '/push/', Choice('drop:' + one['id'], 'Take it away'))}</p>"


def _signed_wrong(header: str, *, key: str, now: float) -> tuple[int, str] | None:
    """What is wrong with a signature, where anything is: its status and why."""
    scheme, _, rest = header.partition(" ")
    told = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme.lower() != "vapid" or not {"t", "k"} <= told.keys():
        return 401, "no VAPID"
    if told["k"] != key:
        return 403, "the phone listens to another key"
    said_, _, signature = told["t"].rpartition(".")
    try:
        head, claims = (json.loads(_bytes(part)) for part in said_.split("."))
        raw = _bytes(signature)
        both = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        public.verify(both, said_.encode(), ec.ECDSA(SHA256()))
        until, contact = float(claims["exp"]), str(claims["sub"])
    except (ValueError, TypeError, KeyError, InvalidSignature):
        return 401, "the signature is wrong"
    if len(raw) != 64 or head.get("alg") != "ES256" or claims.get("aud") != ORIGIN:
        return 401, "it was signed for somebody else"
    if not now < until <= now + LONGEST or not contact.startswith(("mailto:", "https:")):
        return 401, "it is too old, good for too long, or of nobody"
    return None


def opened(body: bytes, *, pem: str, auth: bytes) -> bytes:
    """A message as the phone opens it. Raises `ValueError` or `InvalidTag` where it is for somebody else."""
    own = load_pem_private_key(pem.encode(), None)
    if not isinstance(own, ec.EllipticCurvePrivateKey) or len(body) < 86 + 17 or body[20] != 65:
        raise ValueError("no message of one record")
    salt, theirs = body[:16], body[21:86]
    secret = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    material = _derived(secret, salt=auth, info=b"WebPush: info\0" + _point(own) + theirs, length=32)
    key = _derived(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    text, mark, _padding = AESGCM(key).decrypt(nonce, body[86:], None).rpartition(b"\x02")
    if not mark:
        raise ValueError("the record has no end")
    return text


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(told: bytes) -> str:
    return urlsafe_b64encode(told).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _wrong(status: int, why: str) -> Answer:
    return as_json({"code": status, "message": why}, status)
