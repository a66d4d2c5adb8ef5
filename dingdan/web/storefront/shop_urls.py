"""The addresses of a storefront."""

from django.urls import include, path, re_path

from dingdan.web.storefront import buying, notices, shop, wishing

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
    path("robots.txt", shop.robots, name="shop_robots"),
]
