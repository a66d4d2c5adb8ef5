"""The back office's site: who gets in, and what lies at its door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm as DjangoAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from dingdan.web.backoffice.access import shop_of


class SignIn(AuthenticationForm):  # type: ignore[misc]
    """Lets in who works in a shop."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse accounts that work nowhere."""
        DjangoAuthenticationForm.confirm_login_allowed(self, user)
        if shop_of(user) is None:
            raise ValidationError(_("This account works in no shop. Ask its owner for a role."), code="no_shop")


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """Everything that a shop has, to read."""

    login_form = SignIn
    site_url = "/"
    index_title = _("Overview")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether a shop is in scope: see `ShopInScope`."""
        return getattr(request, "shop", None) is not None

    def get_urls(self) -> list[Any]:
        """All places, and the blocks of the first page."""
        from dingdan.web.backoffice.overview import block_view

        blocks = path("home/<slug:name>/", self.admin_view(require_safe(block_view)), name="home_block")
        return [blocks, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The overview: what waits to be done, and what came in last."""
        from dingdan.web.backoffice.overview import overview

        context = {**self.each_context(request), "title": self.index_title, **overview(request), **(extra_context or {})}
        request.current_app = self.name
        return TemplateResponse(request, "backoffice/overview.html", context)


site = BackOffice(name="admin")
