"""A browser that wants to be told, and the push service before it: reads what was sent as RFC 8291 and RFC 8292 say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from dingdan.automation.pushing import public_key
from dingdan.integrations.push.encrypting import keys_of, point_of
from dingdan.integrations.push.identifying import bytes_of, text_of
from dingdan.trade.orders.rules import DeviceDraft

AT = "https://push.example.com/send/"


@dataclass
class Browser:
    """Somebody's browser: the private half of its keys stays here."""

    name: str = "one"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def endpoint(self) -> str:
        return AT + self.name

    def draft(self, **changes: str) -> DeviceDraft:
        """How it names itself to the shop in scope."""
        told = {
            "endpoint": self.endpoint,
            "p256dh": text_of(point_of(self.key)),
            "auth": text_of(self.auth),
            "server_key": public_key(),
        }
        return DeviceDraft(**{**told, **changes})

    def read(self, body: bytes) -> bytes:
        """What a message says. Raises what cryptography raises where it is for somebody else."""
        return opened(body, key=self.key, auth=self.auth)


def opened(body: bytes, *, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """A message as the browser opens it that has the key."""
    salt, record, ours = body[:16], int.from_bytes(body[16:20]), body[21 : 21 + body[20]]
    assert (record, len(ours)) == (4096, 65)
    secret = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ours))
    sealed_by, nonce = keys_of(secret, p256dh=point_of(key), ours=ours, auth=auth, salt=salt)
    text = AESGCM(sealed_by).decrypt(nonce, body[86:], None)
    assert text.endswith(b"\x02")
    return text[:-1]


def device() -> DeviceDraft:
    """Some browser."""
    return Browser().draft()


def claims_of(authorization: str, *, key: str) -> dict[str, Any]:
    """What a signature says that the public key made, which is told beside it."""
    scheme, _, rest = authorization.partition(" ")
    told = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, told["k"]) == ("vapid", key)
    said, _, signature = told["t"].rpartition(".")
    raw = bytes_of(signature)
    assert len(raw) == 64
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(key))
    both = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(both, said.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(bytes_of(part)) for part in said.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    return dict(claims)
