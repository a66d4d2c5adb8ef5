"""The logo of a storefront: put there, shown, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.shop.commands import put_storefront_logo, remove_storefront_logo
from dingdan.masterdata.shop.queries import logo_of
from dingdan.masterdata.shop.rules import MOST_LOGO_BYTES
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Page, Pictures, Section
from dingdan.web.backoffice.registers.kept import Kept
from dingdan.web.shared.downloads import picture

_KEEPS = (put_storefront_logo, remove_storefront_logo)


class WithLogo(Kept):
    """A register whose rows have a logo."""

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages and the forms, and beside them the logo."""
        wrap, here = self.admin_site.admin_view, "<uuid:object_id>/logo/"
        return [
            path(here, wrap(require_safe(self.logo_view)), name="storefront_logo"),
            path(f"{here}put/", wrap(require_POST(self.put_view)), name="storefront_logo_put"),
            *super().get_urls(),
        ]

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """The page of a storefront, its logo first."""
        page = super().page_for(request, row)
        return replace(page, sections=[*self._logo(request, row), *page.sections])

    def _logo(self, request: HttpRequest, row: Any, trouble: str = "") -> Iterator[Section]:
        found, keeps = logo_of(row.id), all(may(request, one.name) for one in _KEEPS)
        shown = reverse("admin:storefront_logo", args=[row.id])
        cells = [Cell(found.alt or found.name, url=shown, small=_kib(found.size), picture=shown)] if found else []
        note = _("PNG, JPEG or WebP, up to 1 MiB; best a PNG with a transparent ground. Drawings (SVG) are not taken.")
        fields = [
            Field("files", _("Logo"), "pictures", note=note),
            Field("alt", _("What is to be read on it"), most=200, note=_("Empty: the name of the shop.")),
        ]
        buttons = [Button(_("Put it there"))]
        if found:
            buttons.append(Button(_("Take it away"), "quiet", name="gone", value="yes"))
        form = Form("", f"{shown}put/", fresh_key(), fields, buttons, trouble=trouble) if keeps else None
        if cells or form:
            yield Pictures(_("Logo"), cells, form)

    def put_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Put a logo there, or take away the one that is there."""
        row = self.row(request, object_id)
        if not all(may(request, one.name) for one in _KEEPS):
            raise PermissionDenied
        if row is None:
            raise Http404
        try:
            if "gone" in request.POST:
                remove_storefront_logo(call_of(request, f"logo-gone:{row.id}"), storefront_id=row.id)
                messages.success(request, _("The logo is gone."))
            else:
                file = request.FILES.get("files")
                content = file.read(MOST_LOGO_BYTES + 1) if file else b""
                put_storefront_logo(
                    call_of(request, f"logo:{row.id}"), storefront_id=row.id, name=str(file.name if file else ""),
                    content=content, alt=request.POST.get("alt", ""),
                )  # fmt: skip
                messages.success(request, _("The logo is there."))
        except Refusal as refusal:
            page = super().page_for(request, row)
            return self.shown(request, replace(page, sections=[*self._logo(request, row, str(refusal)), *page.sections]))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.id]))

    def logo_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The picture that it was found to be, and nothing else."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = logo_of(object_id)
        shown = picture(found) if found else None
        if shown is None:
            raise Http404
        return shown


def _kib(size: int) -> str:
    return f"{show.count(max(1, size // 1024))} KiB"
