"""Which address leads where. Every door mounts itself under one prefix."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dingdan.config.health import healthz
from dingdan.web.backoffice.site import site


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """What is here and where to go next."""
    links = [
        {"href": "/backoffice/", "title": _("Back office"), "what": _("Orders, stock, money, customers: sign in as the owner.")},
        {"href": "/api/v1/docs", "title": _("API"), "what": _("Everything that can be done, for programs; try it in the page.")},
        {"href": "/healthz", "title": _("Health"), "what": _("Whether database, migrations and worker are well.")},
    ]
    return render(request, "dingdan/first_page.html", {"links": links})


urlpatterns: list[URLPattern | URLResolver] = [
    path("", first_page, name="first_page"),
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
]
if (Path(__file__).parents[1] / "web/api/__init__.py").exists():
    from dingdan.web.api import api

    urlpatterns.append(path("api/v1/", api.urls))
urlpatterns.append(path("backoffice/", site.urls))

handler400 = "dingdan.config.errors.bad_request"
handler403 = "dingdan.config.errors.permission_denied"
handler404 = "dingdan.config.errors.page_not_found"
handler500 = "dingdan.config.errors.server_error"
