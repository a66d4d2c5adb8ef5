"""Who sends: VAPID (RFC 8292). A push service passes on to a browser only what the key signed that the browser listens to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from dingdan.integrations.push.encrypting import point_of

LASTS: Final = timedelta(hours=12)
"""How long a signature is good. Services refuse those that are good for more than a day."""
SEED: Final = 48
"""Bytes that make a key: so many that no key is likelier than another (FIPS 186-5, A.2.1)."""
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_from(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that follows from `SEED` bytes, which are secret."""
    return ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half of a key, as a browser wants it."""
    return text_of(point_of(key))


def authorization(key: ec.EllipticCurvePrivateKey, *, origin: str, at: datetime, contact: str) -> str:
    """The header by which a push service at an origin knows who sends; `contact` (mailto: or https:) is for its people."""
    claims = {"aud": origin, "exp": int((at + LASTS).timestamp()), "sub": contact}
    said = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={said}.{text_of(r.to_bytes(32) + s.to_bytes(32))}, k={public_text(key)}"


def text_of(told: bytes) -> str:
    """Bytes in base64url without padding."""
    return urlsafe_b64encode(told).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """What was written in base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _json(told: dict[str, object]) -> str:
    return text_of(json.dumps(told, separators=(",", ":")).encode())
