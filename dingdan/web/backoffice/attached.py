"""Desks whose documents carry photos: shown small, handed over whole to those who may look, and taken from those who may add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import MOST_BYTES, SHOWN
from dingdan.kernel.journal import Event
from dingdan.trade.aftersales.queries import attachment, files_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Acting, call_of, fresh_key, refilled
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Pictures
from dingdan.web.shared.downloads import download, picture


class Attached(Acting):
    """A list whose rows carry photos and papers."""

    attaches = ""
    """What one must be allowed to add them."""
    attach: ClassVar[Callable[..., Event]]
    """The command that adds one, and what it calls the row."""
    attach_to = ""

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and beside them the files."""
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:object_id>/files/", wrap(require_POST(self.files_view)), name=f"{self._name}_files"),
            path("<uuid:object_id>/files/<uuid:file_id>/", wrap(require_safe(self.file_view)), name=f"{self._name}_file"),
            *super().get_urls(),
        ]

    def pictures(self, request: HttpRequest, row: Any) -> Pictures:
        """What hangs on a row, and the form to add more for whoever may."""
        cells = [self._shown(row, one) for one in files_of(row.id)[row.id]]
        note = _("Photos or PDF, up to 8 MiB each, 12 MiB at once.")
        fields = [Field("files", _("Files"), "files", note=note)]
        url = reverse(f"admin:{self._name}_files", args=[row.id])
        form = Form("", url, fresh_key(), fields, [Button(_("Add them"))]) if may(request, self.attaches) else None
        return Pictures(_("Photos"), cells, form)

    def _shown(self, row: Any, one: Any) -> Cell:
        if one.erased_at:
            return Cell(_("Forgotten"))
        url = reverse(f"admin:{self._name}_file", args=[row.id, one.id])
        small = f"{show.count(max(1, one.size // 1024))} KiB"
        if one.line is not None:
            small = f"{one.line.order_line.name} · {small}"
        return Cell(one.name, url=url, small=small, picture=f"{url}?picture" if one.media_type in SHOWN else "")

    def files_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Add files, each by itself; what was refused is said of each where they are added."""
        row = self._readable(request, object_id)
        if not may(request, self.attaches):
            raise PermissionDenied
        refused, files = [], request.FILES.getlist("files")
        for number, file in enumerate(files):
            call = call_of(request, f"file:{object_id}:{number}")
            try:
                type(self).attach(call, **{self.attach_to: row.id}, name=str(file.name), content=file.read(MOST_BYTES + 1))
            except Refusal as refusal:
                refused.append(f"{str(file.name)[:80]}: {refusal}")
        if not files:
            refused.append(_("Choose at least one file."))
        if len(files) > len(refused):
            added = len(files) - len(refused)
            messages.success(request, ngettext("{count} file was added.", "{count} files were added.", added).format(count=added))
        page = refilled(self.page_about(request, row), request, trouble="\n".join(refused)) if refused else None
        return self.shown(request, page) if page else HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.id]))

    def file_view(self, request: HttpRequest, object_id: UUID, file_id: UUID) -> HttpResponse:
        """A file as a download; asked for as a picture, as the picture that it is."""
        row = self._readable(request, object_id)
        try:
            file = attachment(file_id, about_id=row.id)
        except NotFound:
            raise Http404 from None
        return (picture(file) if "picture" in request.GET else None) or download(file)

    def _readable(self, request: HttpRequest, object_id: UUID) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.row(request, object_id)
        if row is None:
            raise Http404
        return row
