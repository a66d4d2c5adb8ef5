"""Which address leads where. Every door mounts itself under one prefix."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from dingdan.config import manual
from dingdan.config.first_page import first_page
from dingdan.config.health import healthz
from dingdan.web.api import api
from dingdan.web.backoffice.admin import site
from dingdan.web.inbound.notices import gateway_notice
from dingdan.web.storefront.paying import pay, pay_state, payer_returns
from dingdan.web.storefront.saved import saved_methods
from dingdan.web.storefront.search_engines import all_robots

urlpatterns: list[URLPattern | URLResolver] = [
    path("", first_page, name="first_page"),
    path("robots.txt", all_robots, name="robots"),
    path("healthz", healthz, name="healthz"),
    path("docs/", manual.contents, name="docs"),
    path("docs/<path:name>", manual.page, name="docs_page"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("backoffice/account/", include("dingdan.web.backoffice.account_urls")),
    path("backoffice/", site.urls),
    path("gateways/<slug:gateway>/<uuid:tenant_id>/<uuid:account_id>/notices", gateway_notice, name="gateway_notice"),
    re_path(r"^shop(?:/~(?P<shop>[a-z0-9-]+))?(?:/(?P<lang>en|zh-hant|zh-hans))?/", include("dingdan.web.storefront.shop_urls")),
    path("pay/back/<str:link>", payer_returns, name="payer_returns"),
    path("pay/<str:link>", pay, name="pay"),
    path("saved/<str:link>", saved_methods, name="saved_methods"),
    path("pay/<str:link>/state", pay_state, name="pay_state"),
]

handler400 = "dingdan.config.errors.bad_request"
handler403 = "dingdan.config.errors.permission_denied"
handler404 = "dingdan.config.errors.page_not_found"
handler500 = "dingdan.config.errors.server_error"
