"""The pages of the account, as they stand beside each other."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dingdan.web.storefront.account.who import Desk


def places(desk: Desk) -> list[tuple[str, str, str]]:
    """Name, words and address of each page."""
    if desk.shopper is None:
        return []
    return [
        ("overview", _("My account"), desk.at()),
        ("orders", _("My orders"), desk.at("orders")),
        ("talking", _("Returns and messages"), desk.at("talking")),
        ("addresses", _("Addresses"), desk.at("addresses")),
        ("profile", _("About me"), desk.at("profile")),
        ("money", _("Credit and gift cards"), desk.at("money")),
        ("methods", _("Saved ways to pay"), desk.at("methods")),
        ("security", _("Signing in"), desk.at("security")),
        ("privacy", _("My data"), desk.at("privacy")),
    ]
