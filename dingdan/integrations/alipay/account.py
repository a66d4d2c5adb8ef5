"""A merchant's account at Alipay: what it is asked for, and whether its keys can be those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.utils.translation import gettext_lazy

from dingdan.integrations.alipay import keys
from dingdan.integrations.alipay.amounts import CURRENCY
from dingdan.kernel.errors import NotFound
from dingdan.masterdata.methods.ports import Field, Firm, Way
from dingdan.masterdata.methods.queries import Credentials, credentials
from dingdan.masterdata.methods.rules import NotUsable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

_SELLER: Final = re.compile(r"2088[0-9]{12}", re.ASCII)
CERTIFIED: Final = ("app_certificate", "alipay_certificates", "root_certificate")


def check(there: Mapping[str, str]) -> None:
    """Refuse `NotUsable` what is no number, key or certificate, and our own key in the place of Alipay's."""
    if not _SELLER.fullmatch(there["seller_id"]):
        raise _not(_("a seller's number (PID)"), _("it has 16 digits and begins with 2088."), "seller_id")
    mine = _private_key(there["private_key"])
    missing = [name for name in CERTIFIED if not there.get(name)]
    if not missing:
        _check_certificates(there, mine)
    elif len(missing) < len(CERTIFIED):
        raise _not(_("a set of certificates"), _("all three are wanted, or none."), missing[0])
    else:
        _check_plain(there.get("alipay_public_keys", ""), mine)


def _private_key(text: str) -> RSAPrivateKey:
    try:
        key = keys.private_key(text)
    except keys.Fault:
        raise _not(_("a private key"), _("it is an RSA key without a password."), "private_key") from None
    if key.key_size < keys.LEAST_BITS:
        raise _not(_("a private key"), _("RSA2 wants 2048 bits or more."), "private_key")
    return key


def _check_plain(text: str, mine: RSAPrivateKey) -> None:
    name = _("Alipay's public key")
    try:
        found = keys.public_keys(text)
    except keys.Fault:
        found = ()
    if not found:
        raise _not(name, _("it is an RSA key; several have a blank line between them."), "alipay_public_keys")
    if mine.public_key() in found:
        raise _not(name, _("it is the app's own public key; Alipay shows its own beside it."), "alipay_public_keys")


def _check_certificates(there: Mapping[str, str], mine: RSAPrivateKey) -> None:
    app, theirs = (_certified(there[name], name) for name in ("app_certificate", "alipay_certificates"))
    if app[0] != mine.public_key():
        raise _not(_("the app's certificate"), _("it belongs to another private key."), "app_certificate")
    if mine.public_key() in theirs:
        raise _not(_("Alipay's certificate"), _("it is the app's own certificate."), "alipay_certificates")
    try:
        anchors = keys.roots(there["root_certificate"])
    except keys.Fault:
        raise _not_a_certificate("root_certificate") from None
    try:
        keys.rooted(keys.certificates(there["alipay_certificates"]), anchors)
    except keys.Unrooted:
        why = _("none of the root certificates stands behind it: copy the file whole, with the authority's certificate in it.")
        raise _not(_("Alipay's certificate"), why, "alipay_certificates") from None


def _certified(text: str, name: str) -> list[RSAPublicKey]:
    try:
        return [keys.rsa_key(one) for one in keys.issued(keys.certificates(text))]
    except keys.Fault:
        raise _not_a_certificate(name) from None


def _not_a_certificate(name: str) -> NotUsable:
    return _not(_("a certificate"), _("it is the text of a file that ends with .crt."), name)


def _not(name: str, why: str, field: str) -> NotUsable:
    part = "secrets" if field == "private_key" else "settings"
    return NotUsable(name=name, why=why, field=f"{part}.{field}")


FIRM: Final = Firm(
    code="alipay",
    name="Alipay",
    merchant=_("App id (APPID)"),
    fields=(
        Field(
            name="seller_id",
            label=_("Seller's number (PID)"),
            hint=_("16 digits that begin with 2088: open.alipay.com, account center."),
        ),
        Field(
            name="private_key",
            label=_("Private key of the app"),
            secret=True,
            many_lines=True,
            hint=_("As Alipay's key tool made it, with or without its first and last line."),
        ),
        Field(
            name="alipay_public_keys",
            label=_("Alipay's public key"),
            required=False,
            many_lines=True,
            hint=_("For accounts with plain keys. While Alipay changes it: both, with a blank line between."),
        ),
        Field(
            name="app_certificate",
            label=_("The app's certificate"),
            required=False,
            many_lines=True,
            hint=_("For accounts with certificates: the file appCertPublicKey_….crt."),
        ),
        Field(
            name="alipay_certificates",
            label=_("Alipay's certificate"),
            required=False,
            many_lines=True,
            hint=_("The file alipayCertPublicKey_RSA2.crt. While Alipay changes it: both, one below the other."),
        ),
        Field(
            name="root_certificate",
            label=_("Alipay's root certificates"),
            required=False,
            many_lines=True,
            hint=_("The file alipayRootCert.crt, whole."),
        ),
    ),
    ways=(Way.PAGE, Way.WAP, Way.QR, Way.APP, Way.SCAN),
    currencies=frozenset({CURRENCY}),
    check=check,
)


def credentials_of(account_id: UUID | None) -> Credentials:
    """The account of an id, also a retired one. Refuses `NotFound`."""
    found = credentials(account_id) if account_id else None
    if found is None or found.gateway != FIRM.code:
        raise NotFound(what="merchant account", id=account_id)
    return found
