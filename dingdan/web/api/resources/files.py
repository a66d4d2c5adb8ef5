"""Photos and papers as the API takes and tells them: the bytes in base64, whatever they hang on."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.errors import Refusal
from dingdan.kernel.files import MOST_BYTES


class NotBase64(Refusal):
    """What should be the bytes of a file is no base64."""

    status = 422
    sentence = _("This is not base64.")
    remedy = _("Send the bytes of the file in base64, without line breaks.")


class FileSent(BaseModel):
    """A photo (JPEG, PNG, GIF, WebP, HEIC) or a PDF: what it is is read from its bytes, up to 8 MiB of them."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=400, examples=["cup.jpg"])
    content: str = Field(max_length=MOST_BYTES * 4 // 3 + 8, description="The bytes in base64.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """A photo or a PDF; its bytes are handed over by an operation of their own."""

    id: UUID
    name: str
    media_type: str
    size: int
    digest: str
    attached_at: datetime
    erased_at: datetime | None


def content_of(sent: FileSent) -> bytes:
    """The bytes that were sent. Refuses `NotBase64`."""
    try:
        return base64.b64decode(sent.content, validate=True)
    except (binascii.Error, ValueError):
        raise NotBase64(field="content") from None
