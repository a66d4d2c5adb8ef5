"""Keys, certificates and what is done with them. Published vectors of the firms are in the tests."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"


def word(length: int, letters: str = _LETTERS) -> str:
    """So many letters and digits by chance."""
    return "".join(secrets.choice(letters) for _ in range(length))


def digits(length: int) -> str:
    """So many digits by chance, the first of them not 0."""
    return secrets.choice("123456789") + word(length - 1, "0123456789")


# ── RSA ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def new_key() -> str:
    """A private RSA key of 2048 bits, as PEM (PKCS#8)."""
    made = generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(maxsize=64)
def private(pem: str) -> RSAPrivateKey:
    """The private key that a PEM holds."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("an RSA key is wanted")
    return key


def public_of(pem: str) -> str:
    """The public key of a private one, as PEM."""
    return private(pem).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def bare(pem: str) -> str:
    """What stands between the lines of a PEM, without line breaks."""
    return "".join(line for line in pem.splitlines() if line and not line.startswith("-----"))


def sign(pem: str, message: bytes) -> str:
    """SHA-256 with RSA (PKCS #1 v1.5), as Base64: what WeChat Pay, Alipay (RSA2) and PayPal all sign by."""
    return b64encode(private(pem).sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(pem: str, message: bytes, signature: str) -> bool:
    """Whether a signature over a message was made by the private half of this key, given as public key or certificate."""
    begins = pem.lstrip().startswith("-----BEGIN CERTIFICATE")
    key = x509.load_pem_x509_certificate(pem.encode()).public_key() if begins else load_pem_public_key(pem.encode())
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
            return True
    except (InvalidSignature, NotBase64):
        return False
    return False


def spoiled(signature: str) -> str:
    """The same signature with one wrong byte."""
    raw = bytearray(b64decode(signature))
    raw[len(raw) // 2] ^= 1
    return b64encode(bytes(raw)).decode()


# ── certificates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def certificate(subject_key: str, name: str, *, issuer: tuple[str, str] | None = None, days: int = 1825) -> str:
    """A certificate as PEM for a private key's public half; signed by itself, or by an issuer's (key, certificate)."""
    named = {x509.NameOID.COUNTRY_NAME: "CN", x509.NameOID.ORGANIZATION_NAME: "Sandbox",
             x509.NameOID.ORGANIZATIONAL_UNIT_NAME: "Doubles", x509.NameOID.COMMON_NAME: name}  # fmt: skip
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in named.items()])
    signer, signer_name = private(subject_key), subject
    if issuer is not None:
        signer, signer_name = private(issuer[0]), x509.load_pem_x509_certificate(issuer[1].encode()).subject
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer_name)
        .public_key(private(subject_key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    return built.sign(signer, SHA256()).public_bytes(Encoding.PEM).decode()


def authority(key: str, name: str) -> str:
    """The certificate of a small authority, as PEM: its own root, as those that browsers trust are made."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    built = _built(key, subject, issuer=subject).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return (
        built.add_extension(_usage(signs_certificates=True), critical=True)
        .sign(private(key), SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )


def host_certificate(key: str, host: str, *, issuer: tuple[str, str]) -> str:
    """A certificate for a host as PEM, signed by an authority's (key, certificate), as TLS wants it."""
    above = x509.load_pem_x509_certificate(issuer[1].encode())
    built = _built(key, x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)]), issuer=above.subject)
    behind = x509.AuthorityKeyIdentifier.from_issuer_public_key(private(issuer[0]).public_key())
    for extension, critical in (
        (x509.SubjectAlternativeName([x509.DNSName(host)]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (_usage(signs_certificates=False), True),
        (behind, False),
    ):
        built = built.add_extension(extension, critical=critical)
    return built.sign(private(issuer[0]), SHA256()).public_bytes(Encoding.PEM).decode()


def _built(key: str, subject: x509.Name, *, issuer: x509.Name) -> x509.CertificateBuilder:
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(private(key).public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(since + timedelta(days=1825))
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(private(key).public_key()), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def serial(pem: str) -> str:
    """The serial number of a certificate as WeChat Pay writes it: 40 hexadecimal digits in capitals."""
    return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:040X}"


def valid_between(pem: str) -> tuple[datetime, datetime]:
    """Since when and until when a certificate holds."""
    loaded = x509.load_pem_x509_certificate(pem.encode())
    return loaded.not_valid_before_utc, loaded.not_valid_after_utc


# ── AES-256-GCM ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sealed(key: str, plain: str, *, nonce: str, extra: str) -> str:
    """A text under AES-256-GCM with its tag behind it, as Base64 (WeChat Pay's AEAD_AES_256_GCM)."""
    return b64encode(AESGCM(key.encode()).encrypt(nonce.encode(), plain.encode(), extra.encode())).decode()


def opened(key: str, cipher: str, *, nonce: str, extra: str) -> str:
    """The text that was sealed."""
    return AESGCM(key.encode()).decrypt(nonce.encode(), b64decode(cipher), extra.encode()).decode()
