"""Keys and certificates as merchants copy them from Alipay's pages, and the names that Alipay gives to certificates."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

if TYPE_CHECKING:
    from cryptography import x509

LEAST_BITS: Final = 2048
_RSA_SIGNATURES: Final = "1.2.840.113549.1.1."
_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_BETWEEN: Final = re.compile(r"\n\s*\n|(?<=-----)\s*\n(?=-----BEGIN)")

DEEPEST: Final = 4
"""Certificates between Alipay's own and a root, at most."""


class Unrooted(ValueError):
    """A certificate that no root of Alipay's stands behind."""


Fault = (ValueError, TypeError, UnsupportedAlgorithm)
"""What is raised for a text that is no key and no certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What we sign with and what Alipay signs with. While Alipay changes its key or certificate, both are in the list."""

    private: RSAPrivateKey = field(repr=False)
    plain: tuple[RSAPublicKey, ...] = ()
    certified: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    app_cert_sn: str = ""
    root_cert_sn: str = ""

    def of(self, cert_sn: str) -> tuple[RSAPublicKey, ...]:
        """The keys that Alipay may have signed with: that of the certificate it names, else all that we know."""
        if cert_sn and self.certified:
            return tuple(key for name, key in self.certified.items() if name == cert_sn)
        return (*self.plain, *self.certified.values())


@lru_cache(maxsize=64)
def keys_of(private: str, public: str, app: str, alipay: str, root: str) -> Keys:
    """The keys in the five texts of an account. With certificates plain keys are not looked at. Raises `Fault`."""
    if not app:
        return Keys(private=private_key(private), plain=public_keys(public))
    return Keys(
        private=private_key(private),
        certified={certificate_sn(one): rsa_key(one) for one in rooted(certificates(alipay), roots(root))},
        app_cert_sn=certificate_sn(issued(certificates(app))[0]),
        root_cert_sn=root_sn(roots(root)),
    )


@lru_cache(maxsize=64)
def private_key(text: str) -> RSAPrivateKey:
    """A private key as PEM, or as the bare Base64 that Alipay's tool gives (PKCS #1 or PKCS #8). It takes a while to check."""
    key = load_pem_private_key(text.encode(), None) if "-----BEGIN" in text else load_der_private_key(_bare(text), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("no RSA key")
    return key


def public_keys(text: str) -> tuple[RSAPublicKey, ...]:
    """Public keys as PEM or bare Base64, one behind the other with a blank line between."""
    return tuple(_public_key(part) for part in _BETWEEN.split(text.strip()) if part.strip())


def _public_key(text: str) -> RSAPublicKey:
    key = load_pem_public_key(text.encode()) if "-----BEGIN" in text else load_der_public_key(_bare(text))
    if not isinstance(key, RSAPublicKey):
        raise TypeError("no RSA key")
    return key


def _bare(text: str) -> bytes:
    return b64decode("".join(text.split()), validate=True)


def certificates(text: str) -> list[x509.Certificate]:
    """The certificates in a text, in their order."""
    from cryptography import x509

    return x509.load_pem_x509_certificates(text.encode())


def roots(text: str) -> list[x509.Certificate]:
    """Alipay's roots. The file holds some that are not for us (SM2, and one by ECDSA that no strict reader takes): left out."""
    from cryptography import x509

    found: list[x509.Certificate] = []
    for block in _CERTIFICATE.findall(text):
        try:
            found.append(x509.load_pem_x509_certificate(block.encode()))
        except ValueError:
            continue
    rsa = [one for one in found if one.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES)]
    if not rsa:
        raise ValueError("no root that is signed by RSA")
    return rsa


def issued(found: list[x509.Certificate]) -> list[x509.Certificate]:
    """Those that issue no others: Alipay's files hold the chain behind its certificate."""
    mine = [one for one in found if not _issues(one)]
    if not mine:
        raise ValueError("no certificate but those of authorities")
    return mine


def rooted(found: list[x509.Certificate], anchors: list[x509.Certificate]) -> list[x509.Certificate]:
    """Those that issue no others, each signed through the authorities beside it up to one of Alipay's roots; else `Unrooted`.

    They name no host and no purpose, so that a verifier of servers' certificates would not have them: names and signatures are
    what counts, and that only authorities issue.
    """
    authorities = [one for one in found if _issues(one)]
    mine = issued(found)
    if not all(_reaches(one, authorities, anchors) for one in mine):
        raise Unrooted("not signed under the roots")
    return mine


def _reaches(one: x509.Certificate, authorities: list[x509.Certificate], anchors: list[x509.Certificate]) -> bool:
    for _step in range(DEEPEST):
        if any(_is_issued_by(one, anchor) for anchor in anchors):
            return True
        above = next((other for other in authorities if other != one and _is_issued_by(one, other)), None)
        if above is None:
            return False
        one = above
    return False


def _is_issued_by(one: x509.Certificate, other: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(other)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _issues(certificate: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def rsa_key(certificate: x509.Certificate) -> RSAPublicKey:
    """The public key that is certified."""
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("no RSA key")
    return key


def certificate_sn(certificate: x509.Certificate) -> str:
    """Alipay's name for a certificate: MD5 over the issuer's name and the serial number in decimal digits."""
    named = f"{certificate.issuer.rfc4514_string()}{certificate.serial_number}"
    return hashlib.md5(named.encode(), usedforsecurity=False).hexdigest()


def root_sn(found: list[x509.Certificate]) -> str:
    """Alipay's name for its roots: those that are signed by RSA, in the order of the file."""
    return "_".join(map(certificate_sn, found))
