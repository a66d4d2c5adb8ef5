"""Photos that customers send along: of what is wrong, or of what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.automation.reacting import part_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.files import MOST_BYTES, media_type_of
from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.queries import files_of
from dingdan.web.storefront.own.opening import Own

FILES: Final = "files"
MOST_AT_ONCE: Final = 6
KINDS: Final = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,application/pdf"


class TooManyAtOnce(Refusal):
    """More pictures than are taken at once."""

    status = 422
    sentence = _("{count} pictures at once are too many; {most} is the most.")
    remedy = _("Send the most important ones, and the others afterwards.")


class PictureNotUsable(Refusal):
    """One of the pictures cannot be kept."""

    status = 422
    sentence = _("The picture {name} cannot be taken. {why}")
    remedy = _("Choose the pictures again, without this one. Nothing was done yet.")


Attach = Callable[[Call, str, bytes], Event]


def sent_files(own: Own) -> list[tuple[str, bytes]]:
    """The pictures that came with a form, by name. Refuses too many, and what is none, before anything is done."""
    files: Sequence[Any] = own.request.FILES.getlist(FILES)
    if len(files) > MOST_AT_ONCE:
        raise TooManyAtOnce(field=FILES, count=len(files), most=MOST_AT_ONCE)
    found = []
    for file in files:
        name, content = str(file.name or "")[:80], file.read(MOST_BYTES + 1)
        file.seek(0)
        try:
            media_type_of(content)
        except Refusal as refusal:
            raise PictureNotUsable(field=FILES, name=name, why=refusal.detail) from None
        found.append((name, content))
    return found


def attached(call: Call, files: list[tuple[str, bytes]], attach: Attach) -> Refusal | None:
    """Hang pictures on something, each once however often it is sent; why the first was refused that was."""
    refused: Refusal | None = None
    for number, (name, content) in enumerate(files):
        try:
            attach(part_of(call, f"file {number}"), name, content)
        except Refusal as refusal:
            refused = refused or refusal
    return refused


def names_of(own: Own, about_id: UUID) -> list[str]:
    """The names of the pictures that hang on something."""
    return [one.name for one in files_of(about_id)[about_id] if one.erased_at is None]
