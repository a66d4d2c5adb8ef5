"""RSA2, which is SHA-256 with RSA (PKCS #1 v1.5): over sorted parameters, and over the raw text of one member of an answer."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

_BLANK: Final = re.compile(r"[ \t\r\n]*")


def signed(key: RSAPrivateKey, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters that say something, with their signature. What is sent is in UTF-8."""
    said = {name: text for name, text in parameters.items() if text}
    written = "&".join(f"{name}={text}" for name, text in sorted(said.items()))
    return {**said, "sign": b64encode(key.sign(written.encode(), PKCS1v15(), SHA256())).decode()}


def is_signed(keys: Iterable[RSAPublicKey], message: bytes, signature: str) -> bool:
    """Whether one of the keys belongs to the signature. One that is written in any other way than the usual is none."""
    try:
        raw = b64decode(signature, validate=True)
    except (NotBase64, ValueError):
        return False
    if b64encode(raw).decode() != signature:
        return False
    return any(_fits(key, message, raw) for key in keys)


def _fits(key: RSAPublicKey, message: bytes, raw: bytes) -> bool:
    try:
        key.verify(raw, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def members(text: str) -> dict[str, str]:
    """What stands at the top of a JSON object, each as the very text that was written: that text is what was signed.

    Raises `ValueError` where it is no object, holds a name twice, or has anything behind it.
    """
    try:
        return _members(text)
    except (IndexError, RecursionError) as fault:
        raise ValueError("not a JSON object") from fault


def _members(text: str) -> dict[str, str]:
    decoder, found = json.JSONDecoder(), dict[str, str]()
    at = _past(text, _blank(text, 0), "{")
    is_more = text[at] != "}"
    while is_more:
        name, at = decoder.raw_decode(text, at)
        begin = _past(text, _blank(text, at), ":")
        _value, end = decoder.raw_decode(text, begin)
        if not isinstance(name, str) or name in found:
            raise ValueError("a name twice, or none")
        found[name] = text[begin:end]
        at = _blank(text, end)
        is_more = text[at] != "}"
        at = _past(text, at, ",") if is_more else at
    if _blank(text, at + 1) != len(text):
        raise ValueError("something behind the object")
    return found


def _blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _past(text: str, at: int, mark: str) -> int:
    if text[at] != mark:
        raise ValueError(f"{mark} expected")
    return _blank(text, at + 1)
