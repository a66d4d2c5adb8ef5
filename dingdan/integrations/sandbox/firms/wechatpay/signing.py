"""Who signs what at WeChat Pay: requests by the merchant's key, answers and notices by a platform certificate or the public key.

Vectors published by the firm and kept in the tests: the signature of `GET /v3/certificates` and of the JSAPI call in the
documentation (development/interface-rules/signature-generation, …/jsapi-transfer-payment-signature), and the AES-GCM and RSA
vectors of its own libraries wechatpay-java (AeadAesCipherTest, RSAVerifierTest) and wechatpay-go (utils/aes_test.go).
"""

from __future__ import annotations

import re
from typing import Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
FRESH_SECONDS: Final = 300
_FIELD = re.compile(r'(\w+)="([^"]*)"')


def request_message(method: str, path: str, stamp: str, nonce: str, body: bytes) -> bytes:
    """What a merchant signs: five lines, each of them ended."""
    return f"{method}\n{path}\n{stamp}\n{nonce}\n".encode() + body + b"\n"


def answer_message(stamp: str, nonce: str, body: bytes) -> bytes:
    """What the firm signs: three lines, each of them ended."""
    return f"{stamp}\n{nonce}\n".encode() + body + b"\n"


def fields(header: str) -> dict[str, str]:
    """The fields of an `Authorization` header; none where it is of another scheme."""
    scheme, _, rest = header.partition(" ")
    return dict(_FIELD.findall(rest)) if scheme == SCHEME else {}


class Keyring:
    """The merchant's keys and the firm's: made when first asked for, kept with everything else."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def kept(self) -> Json:
        """All keys."""
        kept = self._world.store.setting("wechatpay.keys")
        if kept is None:
            merchant, public = keys.new_key(), keys.new_key()
            kept = {
                "mchid": f"19{keys.digits(8)}", "appid": f"wx{keys.word(16, '0123456789abcdef')}", "apiv3_key": keys.word(32),
                "merchant_key": merchant, "merchant_certificate": keys.certificate(merchant, "sandbox merchant"),
                "public_key_id": f"PUB_KEY_ID_0{keys.digits(29)}", "public_key": public, "platform": [_platform()],
            }  # fmt: skip
            self._world.store.set("wechatpay.keys", kept)
        return dict(kept)

    def rotate(self) -> None:
        """A new platform certificate signs from now on; the one before is told of beside it."""
        kept = self.kept
        kept["platform"] = [*kept["platform"][-1:], _platform()]
        self._world.store.set("wechatpay.keys", kept)

    def signed(self, body: bytes, *, by_public_key: bool, age: int = 0, foreign: bool = False) -> dict[str, str]:
        """The headers that sign a body. `foreign` signs by a key that the merchant cannot know."""
        kept = self.kept
        stamp, nonce = str(int(self._world.clock.real()) - age), keys.word(32)
        newest = kept["platform"][-1]
        key, number = (kept["public_key"], kept["public_key_id"]) if by_public_key else (newest["key"], newest["serial"])
        if foreign:
            key, number = kept["merchant_key"], number[:-4] + "0000"
        return {
            "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": number,
            "Wechatpay-Signature": keys.sign(key, answer_message(stamp, nonce, body)), "Wechatpay-Signature-Type": SCHEME,
        }  # fmt: skip

    def certificates(self) -> list[Json]:
        """What `/v3/certificates` tells: each platform certificate under the merchant's APIv3 key."""
        kept, told = self.kept, []
        for one in kept["platform"]:
            nonce = keys.word(12)
            since, until = keys.valid_between(one["certificate"])
            cipher = keys.sealed(kept["apiv3_key"], one["certificate"], nonce=nonce, extra="certificate")
            told.append({
                "serial_no": one["serial"], "effective_time": since.isoformat(), "expire_time": until.isoformat(),
                "encrypt_certificate": {
                    "algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": "certificate", "ciphertext": cipher,
                },
            })  # fmt: skip
        return told


def _platform() -> Json:
    key = keys.new_key()
    made = keys.certificate(key, "Tenpay.com Root CA (sandbox)")
    return {"key": key, "certificate": made, "serial": keys.serial(made)}
