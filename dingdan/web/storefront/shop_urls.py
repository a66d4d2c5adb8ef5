"""The addresses of a storefront."""

from django.urls import include, path, re_path

from dingdan.web.storefront import buying, cart_api, embedding, installing, notices, shop, wishing
from dingdan.web.storefront.account import inviting
from dingdan.web.storefront.own import finding

urlpatterns = [
    path("", shop.home, name="shop_home"),
    path("search/", shop.shelf, name="shop_search"),
    re_path(r"^c/(?P<slug>[a-z0-9._-]+)/$", shop.shelf, name="shop_shelf"),
    re_path(r"^p/(?P<slug>[a-z0-9._-]+)/$", shop.product, name="shop_product"),
    path("cart/", buying.cart, name="shop_cart"),
    path("checkout/", buying.check_out, name="shop_checkout"),
    path("buy/", embedding.buy, name="shop_buy"),
    path("api/carts", cart_api.all_carts, name="shop_api_carts"),
    path("api/carts/<str:link>", cart_api.one_cart, name="shop_api_cart"),
    path("api/carts/<str:link>/lines", cart_api.lines, name="shop_api_lines"),
    path("api/carts/<str:link>/lines/<str:sku>", cart_api.one_line, name="shop_api_line"),
    path("api/carts/<str:link>/coupons", cart_api.coupons, name="shop_api_coupons"),
    path("api/carts/<str:link>/coupons/<str:coupon>", cart_api.one_coupon, name="shop_api_coupon"),
    path("find/", finding.find_order, name="shop_find"),
    path("o/<str:link>/account/", inviting.invite, name="shop_invite"),
    path("o/<str:link>/", include("dingdan.web.storefront.own.urls")),
    re_path(r"^wish/(?P<slug>[a-z0-9._-]+)/$", wishing.wish, name="shop_wish"),
    path("notices/<str:link>/", notices.choose, name="shop_notices"),
    path("account/", include("dingdan.web.storefront.account.urls")),
    path("pictures/<uuid:picture_id>", shop.picture, name="shop_picture"),
    path("theme.css", shop.theme, name="shop_theme"),
    path("sitemap.xml", shop.sitemap, name="shop_sitemap"),
    path("manifest.webmanifest", installing.manifest, name="shop_manifest"),
    re_path(r"^logo/(?P<digest>[0-9a-f]{32})$", installing.logo, name="shop_logo"),
    path("icons/<slug:name>.png", installing.icon, name="shop_icon"),
    path("icon.svg", installing.symbol, name="shop_symbol"),
    path("sw.js", installing.worker, name="shop_worker"),
    path("offline/", installing.offline, name="shop_offline"),
    path("robots.txt", shop.robots, name="shop_robots"),
]
