"""How Alipay signs (RSA2): requests over their sorted parameters, answers over the very text of their node, notices over both.

Alipay publishes the rule and the text that is to be signed (opendocs, 自行实现签名, the example of app_id 2014072300007148), but
no private key with it: the tests take that text from the documentation, and hold signatures against OpenSSL's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from cryptography import x509

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

CHARSETS: Final = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk", "gb2312": "gbk", "": "utf-8"}
RSA_BEGINS: Final = "1.2.840.113549.1.1"


def content(params: Mapping[str, str], *, without: tuple[str, ...] = ("sign",)) -> str:
    """What is signed: the parameters that say something, sorted by name, as `name=value` joined by `&`."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name not in without and params[name] != "")


def read(query: str, body: bytes) -> tuple[dict[str, str], str]:
    """The parameters of a request from both of its halves, and the charset that it says to be written in."""
    rough = dict(parse_qsl(query, keep_blank_values=True)) | dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    charset = CHARSETS.get(rough.get("charset", "").lower(), "utf-8")
    told: dict[str, str] = {}
    for text in (query, body.decode("latin-1")):
        told |= dict(parse_qsl(text, keep_blank_values=True, encoding=charset, errors="replace"))
    return told, charset


def certificate_sn(pem: str) -> str:
    """What Alipay calls a certificate by: MD5 over its issuer's name (RFC 2253) and its serial number in decimals."""
    loaded = x509.load_pem_x509_certificate(pem.encode())
    text = f"{loaded.issuer.rfc4514_string()}{loaded.serial_number}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def root_sn(pem: str) -> str:
    """The same for a file of root certificates: of those that are signed by RSA, joined by `_`."""
    loaded = x509.load_pem_x509_certificates(pem.encode())
    from cryptography.hazmat.primitives.serialization import Encoding

    ours = [one for one in loaded if one.signature_algorithm_oid.dotted_string.startswith(RSA_BEGINS)]
    return "_".join(certificate_sn(one.public_bytes(Encoding.PEM).decode()) for one in ours)


class Keyring:
    """The merchant's keys and the firm's: made when first asked for, kept with everything else."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def kept(self) -> Json:
        """All keys and certificates."""
        kept = self._world.store.setting("alipay.keys")
        if kept is None:
            root, app, firm = keys.new_key(), keys.new_key(), keys.new_key()
            root_certificate = keys.certificate(root, "Ant Financial Certification Authority R1 (sandbox)")
            issuer = (root, root_certificate)
            kept = {
                "app_id": f"20210{keys.digits(11)}", "seller_id": f"2088{keys.digits(12)}", "app_key": app, "root_key": root,
                "app_certificate": keys.certificate(app, "sandbox app", issuer=issuer), "root_certificate": root_certificate,
                "alipay_key": firm, "alipay_certificates": [keys.certificate(firm, "sandbox alipay", issuer=issuer)],
                "certificate_keys": [firm],
            }  # fmt: skip
            self._world.store.set("alipay.keys", kept)
        return dict(kept)

    def rotate(self) -> None:
        """Sign with a new certificate from now on, where certificates are used. A bare public key is never changed."""
        kept, key = self.kept, keys.new_key()
        made = keys.certificate(key, "sandbox alipay", issuer=(kept["root_key"], kept["root_certificate"]))
        kept |= {
            "alipay_certificates": [*kept["alipay_certificates"], made],
            "certificate_keys": [*kept["certificate_keys"], key],
        }
        self._world.store.set("alipay.keys", kept)

    def signer(self, *, by_certificate: bool) -> tuple[str, str]:
        """The key that signs, and the number of its certificate where one is used."""
        kept = self.kept
        if not by_certificate:
            return kept["alipay_key"], ""
        return kept["certificate_keys"][-1], certificate_sn(kept["alipay_certificates"][-1])

    def signed(self, params: Mapping[str, str], charset: str, *, by_certificate: bool) -> dict[str, str]:
        """Parameters of a notice or a return with their signature: over all of them but `sign` and `sign_type`."""
        key, number = self.signer(by_certificate=by_certificate)
        told = dict(params) | {"sign_type": "RSA2"} | ({"alipay_cert_sn": number} if number else {})
        text = content(told, without=("sign", "sign_type"))
        return told | {"sign": keys.sign(key, text.encode(charset, "replace"))}
