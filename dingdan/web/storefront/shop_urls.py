"""The addresses of a storefront."""

from django.urls import include, path, re_path

from dingdan.web.storefront import buying, installing, notices, shop, wishing

urlpatterns = [
    path("", shop.home, name="shop_home"),
    path("search/", shop.shelf, name="shop_search"),
    re_path(r"^c/(?P<slug>[a-z0-9._-]+)/$", shop.shelf, name="shop_shelf"),
    re_path(r"^p/(?P<slug>[a-z0-9._-]+)/$", shop.product, name="shop_product"),
    path("cart/", buying.cart, name="shop_cart"),
    path("checkout/", buying.check_out, name="shop_checkout"),
    path("o/<str:link>/", include("dingdan.web.storefront.own.urls")),
    re_path(r"^wish/(?P<slug>[a-z0-9._-]+)/$", wishing.wish, name="shop_wish"),
    path("notices/<str:link>/", notices.choose, name="shop_notices"),
    path("pictures/<uuid:picture_id>", shop.picture, name="shop_picture"),
    path("theme.css", shop.theme, name="shop_theme"),
    path("sitemap.xml", shop.sitemap, name="shop_sitemap"),
    path("manifest.webmanifest", installing.manifest, name="shop_manifest"),
    path("icons/<slug:name>.png", installing.icon, name="shop_icon"),
    path("icon.svg", installing.symbol, name="shop_symbol"),
    path("sw.js", installing.worker, name="shop_worker"),
    path("offline/", installing.offline, name="shop_offline"),
    path("robots.txt", shop.robots, name="shop_robots"),
]
