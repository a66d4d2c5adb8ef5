"""Pictures of products: added from a computer or a phone's camera, put in order, described, taken away."""

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

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import MOST_BYTES
from dingdan.masterdata.catalog.commands import add_product_image, arrange_product_images, remove_product_image
from dingdan.masterdata.catalog.models import ProductImage
from dingdan.masterdata.catalog.queries import image, images_of
from dingdan.masterdata.catalog.rules import ImageDraft
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Group, Page, Pictures, Section
from dingdan.web.backoffice.registers.kept import Kept
from dingdan.web.shared.downloads import picture

_KEEPS = (add_product_image, arrange_product_images, remove_product_image)


class Pictured(Kept):
    """A register whose rows are shown by pictures."""

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages and the forms, and beside them the pictures."""
        wrap, here = self.admin_site.admin_view, "<uuid:object_id>/pictures/"
        return [
            path(here, wrap(require_POST(self.add_view)), name="product_pictures"),
            path(f"{here}order/", wrap(require_POST(self.order_view)), name="product_pictures_order"),
            path(f"{here}<uuid:image_id>/", wrap(require_safe(self.picture_view)), name="product_picture"),
            *super().get_urls(),
        ]

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """The page of a product, its pictures first."""
        page = super().page_for(request, row)
        return replace(page, sections=[*self._pictures(request, row), *page.sections])

    def _pictures(self, request: HttpRequest, row: Any, trouble: str = "") -> Iterator[Section]:
        images = images_of([row.id])[row.id]
        keeps = all(may(request, one.name) for one in _KEEPS)
        note = _("JPEG, PNG, GIF or WebP, up to 8 MiB each. Drag them here, or take them with the camera.")
        fields = [Field("files", _("Pictures"), "pictures", note=note)]
        url = reverse("admin:product_pictures", args=[row.id])
        form = Form("", url, fresh_key(), fields, [Button(_("Add them"))], trouble=trouble) if keeps else None
        if images or form:
            yield Pictures(_("Pictures"), [_cell(row, one) for one in images], form)
        if images and keeps:
            url = reverse("admin:product_pictures_order", args=[row.id])
            groups = [_group(number, one) for number, one in enumerate(images, 1)]
            yield Form(_("Order and descriptions"), url, fresh_key(), groups, [Button(_("Save"), "good")], is_open=False)

    def add_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Add pictures, each by itself; what was refused is said of each where they are added."""
        row, refused = self._kept_row(request, object_id), list[str]()
        files = request.FILES.getlist("files")
        for number, file in enumerate(files):
            call = call_of(request, f"picture:{object_id}:{number}")
            try:
                content = file.read(MOST_BYTES + 1)
                add_product_image(call, product_id=row.id, name=str(file.name), content=content)
            except Refusal as refusal:
                refused.append(f"{str(file.name)[:80]}: {refusal}")
        if not files:
            refused.append(str(_("Choose at least one file.")))
        if not refused:
            messages.success(request, _("The pictures are there."))
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.id]))
        page = super().page_for(request, row)
        sections = [*self._pictures(request, row, "\n".join(refused)), *page.sections]
        return self.shown(request, replace(page, sections=sections))

    def order_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Put the pictures in the order of their numbers, say what is to be seen, take away what is ticked."""
        row = self._kept_row(request, object_id)
        kept: list[tuple[float, int, ImageDraft]] = []
        try:
            for number, one in enumerate(images_of([row.id])[row.id], 1):
                name = f"pictures.{one.id}."
                if f"{name}gone" in request.POST:
                    remove_product_image(call_of(request, f"picture-gone:{one.id}"), product_id=row.id, image_id=one.id)
                    continue
                text = request.POST.get(f"{name}position", "").strip()
                place = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else number
                kept.append((place, number, ImageDraft(id=one.id, alt=request.POST.get(f"{name}alt", one.alt))))
            drafts = tuple(draft for _place, _number, draft in sorted(kept, key=lambda one: one[:2]))
            arrange_product_images(call_of(request, f"pictures:{row.id}"), product_id=row.id, images=drafts)
            messages.success(request, _("It is saved."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.id]))

    def picture_view(self, request: HttpRequest, object_id: UUID, image_id: UUID) -> HttpResponse:
        """The picture that it was found to be, and nothing else."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            shown = picture(image(image_id, product_id=object_id))
        except NotFound:
            raise Http404 from None
        if shown is None:
            raise Http404
        return shown

    def _kept_row(self, request: HttpRequest, object_id: UUID) -> Any:
        if not all(may(request, one.name) for one in _KEEPS):
            raise PermissionDenied
        row = self.row(request, object_id)
        if row is None:
            raise Http404
        return row


def _cell(row: Any, one: ProductImage) -> Cell:
    url = reverse("admin:product_picture", args=[row.id, one.id])
    return Cell(one.alt or one.name, url=url, small=f"{show.count(max(1, one.size // 1024))} KiB", picture=url)


def _group(number: int, one: ProductImage) -> Group:
    name = f"pictures.{one.id}."
    fields = [
        Field(f"{name}position", _("Position"), "number", str(number)),
        Field(f"{name}alt", _("What is to be seen"), value=one.alt, most=300),
        Field(f"{name}gone", _("Take away"), "tick"),
    ]
    return Group(one.name, fields)
