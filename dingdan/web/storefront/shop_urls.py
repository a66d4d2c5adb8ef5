"""The addresses of a storefront."""

from django.urls import include, path, re_path

from dingdan.web.storefront import buying, cart_api, cart_document, embedding, installing, notices, search_engines, shop, wishing
from dingdan.web.storefront.account import inviting
from dingdan.web.storefront.own import finding
from dingdan.web.storefront.writing import contact

urlpatterns = [
    path("", shop.home, name="shop_home"),
    path("search/", shop.shelf, name="shop_search"),
    re_path(r"^c/(?P<slug>[a-z0-9._-]+)/$", shop.shelf, name="shop_shelf"),
    re_path(r"^p/(?P<slug>[a-z0-9._-]+)/$", shop.product, name="shop_product"),
    path("cart/", buying.cart, name="shop_cart"),
    path("checkout/", buying.check_out, name="shop_checkout"),
    path("buy/", embedding.buy, name="shop_buy"),
    path("api/openapi.json", cart_document.described, name="shop_api_document"),
    *(path(f"api/{at.replace('{', '<str:').replace('}', '>')}", door, name=door.name) for at, door in cart_api.DOORS.items()),
    re_path("^api/", cart_api.nothing, name="shop_api_nothing"),
    path("contact/", contact.contact, name="shop_contact"),
    path("m/<str:link>/", include("dingdan.web.storefront.writing.urls")),
    path("find/", finding.find_order, name="shop_find"),
    path("o/<str:link>/account/", inviting.invite, name="shop_invite"),
    path("o/<str:link>/", include("dingdan.web.storefront.own.urls")),
    re_path(r"^wish/(?P<slug>[a-z0-9._-]+)/$", wishing.wish, name="shop_wish"),
    path("notices/<str:link>/", notices.choose, name="shop_notices"),
    path("account/", include("dingdan.web.storefront.account.urls")),
    path("pictures/<uuid:picture_id>", shop.picture, name="shop_picture"),
    path("theme.css", shop.theme, name="shop_theme"),
    path("sitemap.xml", search_engines.sitemap, name="shop_sitemap"),
    re_path(r"^sitemap-(?P<number>[0-9]{1,4})\.xml$", search_engines.part, name="shop_sitemap_part"),
    path("manifest.webmanifest", installing.manifest, name="shop_manifest"),
    re_path(r"^logo/(?P<digest>[0-9a-f]{32})$", installing.logo, name="shop_logo"),
    path("icons/<slug:name>.png", installing.icon, name="shop_icon"),
    path("icon.svg", installing.symbol, name="shop_symbol"),
    path("sw.js", installing.worker, name="shop_worker"),
    path("offline/", installing.offline, name="shop_offline"),
    path("robots.txt", search_engines.robots, name="shop_robots"),
]
