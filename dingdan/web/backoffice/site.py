"""The back office's site: who gets in, and what lies at its door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.sites import UnfoldAdminSite

from dingdan.web.backoffice.words import spelled


def named_columns(model: type[Model], shown: ModelAdmin[Any]) -> Iterator[Field[Any, Any]]:
    """The fields that a list shows under their own names."""
    return (field for field in model._meta.concrete_fields if field.name in shown.list_display)


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """Everything that a shop has, to read."""

    site_url = "/"
    index_title = _("Overview")
    enable_nav_sidebar = True

    def register(self, model: type[Model], admin_class: Any = None, **options: Any) -> None:
        """Show rows of a model. What columns are called is said in the language of whoever looks."""
        super().register(model, admin_class, **options)
        for field in named_columns(model, self._registry[model]):
            field.verbose_name = gettext_lazy(spelled(field.name))

    def columns(self) -> set[str]:
        """The names of all fields that lists show."""
        return {field.name for model, shown in self._registry.items() for field in named_columns(model, shown)}

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether a shop is in scope: see `ShopInScope`."""
        return getattr(request, "shop", None) is not None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page needs. The shell's colors stand in our own style sheet: no style stands inside a page."""
        return {**super().each_context(request), "colors": {}}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """All lists that one may look at, worked out where a page shows them: most have our own menu instead."""
        found = super().get_app_list
        return cast("list[Any]", SimpleLazyObject(lambda: found(request, app_label)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign-in has its own pages."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign out, and tell the library of sign-in, too."""
        from allauth.account.views import logout

        answer: HttpResponse = logout(request)
        return answer

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The palette. The shell's own would look through the names that programs have for things."""
        from dingdan.web.backoffice.palette import palette_view

        return palette_view(request, extra_context or {})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password has its own page."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As above."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def get_urls(self) -> list[Any]:
        """All places, the blocks of the first page, the desk of whoever looks after money, and how mails are worded."""
        from dingdan.web.backoffice.money_desk import desk_view
        from dingdan.web.backoffice.overview import block_view
        from dingdan.web.backoffice.wording_editor import edit_view
        from dingdan.web.backoffice.wordings import list_view, switch_view

        blocks = path("home/<slug:name>/", self.admin_view(require_safe(block_view)), name="home_block")
        desk = path("money/", self.admin_view(require_safe(desk_view)), name="money_desk")
        edit = self.admin_view(require_http_methods(["GET", "HEAD", "POST"])(edit_view))
        wordings = [
            path("wording/", self.admin_view(require_safe(list_view)), name="wording_list"),
            path("wording/<slug:kind>/switch/", self.admin_view(require_POST(switch_view)), name="wording_switch"),
            path("wording/<slug:kind>/<slug:language>/", edit, name="wording_edit"),
            path("wording/<slug:kind>/<slug:language>/<slug:way>/", edit, name="wording_way"),
            path("wording/<slug:kind>/<slug:language>/<slug:way>/<int:level>/", edit, name="wording_level"),
        ]
        return [blocks, desk, *wordings, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The overview: what waits to be done, and what came in last."""
        from dingdan.web.backoffice.overview import overview

        context = {**self.each_context(request), "title": self.index_title, **overview(request), **(extra_context or {})}
        request.current_app = self.name
        return TemplateResponse(request, "backoffice/overview.html", context)


site = BackOffice(name="admin")
