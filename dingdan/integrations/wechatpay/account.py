"""A merchant's account at the firm: what it is asked for, whether it can be read, and what the adapter needs of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.conf import settings
from django.utils.translation import gettext_lazy

from dingdan.integrations.wechatpay import signing
from dingdan.kernel.errors import NotFound
from dingdan.masterdata.methods.ports import Field, Firm, Mode, Way
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.methods.rules import NotUsable

_: Any = gettext_lazy  # lazy texts stand where the ports say text

LIVE: Final = "https://api.mch.weixin.qq.com"
_PUBLIC_KEY: Final = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_PUBLIC_KEY_ID: Final = re.compile(r"PUB_KEY_ID_[0-9A-Za-z]{8,64}", re.ASCII)
_APP_ID: Final = re.compile(r"[0-9A-Za-z_-]{4,32}", re.ASCII)
_SERIAL: Final = re.compile(r"[0-9A-Fa-f]{8,64}", re.ASCII)
_API_KEY: Final = re.compile(r"[!-~]{32}", re.ASCII)


def check(there: Mapping[str, str]) -> None:
    """Refuse `NotUsable` what cannot be a key, a number or an id of this firm."""
    for name in ("app_id", "mini_app_id", "mobile_app_id"):
        if there.get(name) and not _APP_ID.fullmatch(there[name]):
            raise NotUsable(
                name=_("an app id"), why=_("it has letters and digits alone, such as wx8888888888888888."), field=name
            )
    if not _SERIAL.fullmatch(there["serial"]):
        raise NotUsable(name=_("a serial number"), why=_("it has the digits 0–9 and letters A–F alone."), field="serial")
    if not _API_KEY.fullmatch(there["api_key"]):
        raise NotUsable(name=_("an APIv3 key"), why=_("it has 32 letters and digits."), field="api_key")
    try:
        is_short = signing.private_key(there["private_key"]).key_size < 2048
    except ValueError:
        is_short = True
    if is_short:
        raise NotUsable(
            name=_("a private key"),
            why=_("it is the text of the file apiclient_key.pem, without a password."),
            field="private_key",
        )
    try:
        _public_keys(there)
    except ValueError:
        raise NotUsable(
            name=_("a public key of WeChat Pay"),
            why=_("for each id, which begins with PUB_KEY_ID_, there is the text of one file pub_key.pem."),
            field="public_key",
        ) from None


def _public_keys(there: Mapping[str, str]) -> dict[str, RSAPublicKey]:
    """The firm's public keys by their ids; while they change there are two of each. Raises `ValueError`."""
    ids, text = there.get("public_key_id", "").split(), there.get("public_key", "")
    if not all(map(_PUBLIC_KEY_ID.fullmatch, ids)) or _PUBLIC_KEY.sub("", text).strip():
        raise ValueError
    return dict(zip(ids, map(signing.public_key, _PUBLIC_KEY.findall(text)), strict=True))


FIRM: Final = Firm(
    code="wechatpay",
    name="WeChat Pay",
    merchant=_("Merchant number (mchid)"),
    fields=(
        Field(name="app_id", label=_("App id"), hint=_("Of the official account that is bound to the merchant number.")),
        Field(name="mini_app_id", label=_("App id of the mini program"), required=False, hint=_("Where customers pay in one.")),
        Field(
            name="mobile_app_id",
            label=_("App id of the mobile app"),
            required=False,
            hint=_("From open.weixin.qq.com, where customers pay in an app of yours."),
        ),
        Field(
            name="serial",
            label=_("Serial number of the merchant's certificate"),
            hint=_("At pay.weixin.qq.com: account, API security, merchant API certificate."),
        ),
        Field(
            name="private_key",
            label=_("Private key of the merchant"),
            secret=True,
            many_lines=True,
            hint=_("The text of the file apiclient_key.pem."),
        ),
        Field(name="api_key", label=_("APIv3 key"), secret=True, hint=_("32 letters and digits, chosen at API security.")),
        Field(
            name="public_key_id",
            label=_("Id of WeChat Pay's public key"),
            required=False,
            hint=_("PUB_KEY_ID_…; empty where the account still works with platform certificates. Two while they change."),
        ),
        Field(
            name="public_key",
            label=_("WeChat Pay's public key"),
            required=False,
            many_lines=True,
            hint=_("The text of the file pub_key.pem; where there are two ids, both texts in their order."),
        ),
    ),
    ways=(Way.IN_APP, Way.QR, Way.WAP, Way.APP, Way.SCAN),
    modes=(Mode.LIVE, Mode.SANDBOX),
    currencies=frozenset({"CNY"}),
    check=check,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with its keys ready to use. None of them shows in its representation."""

    id: UUID
    mchid: str
    app_id: str
    mini_app_id: str
    mobile_app_id: str
    serial: str
    address: str
    private_key: RSAPrivateKey = field(repr=False)
    api_key: str = field(repr=False)
    public_keys: Mapping[str, RSAPublicKey] = field(repr=False)

    @property
    def app_ids(self) -> frozenset[str]:
        """Every app in which its customers may pay."""
        return frozenset({self.app_id, self.mini_app_id, self.mobile_app_id} - {""})


def account_of(account_id: UUID | None) -> Account:
    """The account of an id, also a retired one. Refuses `NotFound`."""
    found = credentials(account_id) if account_id else None
    if found is None or found.gateway != FIRM.code:
        raise NotFound(what="merchant account", id=account_id)
    there = {**found.settings, **found.secrets}
    return Account(
        id=found.id,
        mchid=found.merchant,
        app_id=there["app_id"],
        mini_app_id=there.get("mini_app_id", ""),
        mobile_app_id=there.get("mobile_app_id", ""),
        serial=there["serial"].upper(),
        address=f"{settings.SANDBOX_URL}/{FIRM.code}" if found.mode == Mode.SANDBOX else LIVE,
        private_key=signing.private_key(there["private_key"]),
        api_key=there["api_key"],
        public_keys=_public_keys(there),
    )
