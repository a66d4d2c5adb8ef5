"""The addresses of the account."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, include, path

from dingdan.web.storefront.account import entering, keeping, money, orders, overview, privacy, profile, security, talking, ways

urlpatterns: Final[list[URLPattern | URLResolver]] = [
    path("", overview.overview, name="shop_account"),
    path("sign-in/", entering.sign_in, name="shop_sign_in"),
    path("sign-out/", entering.sign_out, name="shop_sign_out"),
    path("in/<str:link>/", entering.by_link, name="shop_sign_in_link"),
    path("passkey/", entering.passkey, name="shop_passkey"),
    path("move/<str:link>/", profile.move, name="shop_move"),
    path("orders/", orders.orders, name="shop_orders"),
    path("orders/take/", orders.take, name="shop_take"),
    path("orders/<uuid:mine>/", include("dingdan.web.storefront.own.urls")),
    path("talking/", talking.talking, name="shop_talking"),
    path("talking/<uuid:mine>/", include("dingdan.web.storefront.writing.urls")),
    path("addresses/", keeping.addresses, name="shop_addresses"),
    path("addresses/new/", keeping.address, name="shop_address_new"),
    path("addresses/<uuid:address_id>/", keeping.address, name="shop_address"),
    path("profile/", profile.profile, name="shop_profile"),
    path("profile/email/", profile.email, name="shop_email"),
    path("money/", money.money, name="shop_money"),
    path("methods/", ways.methods, name="shop_methods"),
    path("security/", security.security, name="shop_security"),
    path("security/password/", security.password, name="shop_password"),
    path("security/passkey/", security.add_passkey, name="shop_passkey_new"),
    path("security/passkey/remove/", security.remove_passkey, name="shop_passkey_remove"),
    path("security/everywhere/", security.everywhere, name="shop_everywhere"),
    path("privacy/", privacy.privacy, name="shop_privacy"),
    path("privacy/data/", privacy.data, name="shop_data"),
    path("privacy/erase/", privacy.erase, name="shop_erase"),
]
