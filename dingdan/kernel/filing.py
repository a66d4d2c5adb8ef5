"""Files as rows beside what they hang on: backed up, walled off and erased with it, in one transaction (decision 0018)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from dingdan.kernel.files import MEDIA_TYPES, MOST_BYTES, clean_name, media_type_of
from dingdan.kernel.tenancy import TenantModel


class StoredFile(TenantModel):
    """A file. What it is was read from its bytes; they are gone once it is erased."""

    name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField(help_text="Bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes, in hex")
    content = models.BinaryField(null=True)
    attached_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


def file_constraints(one: str, *, article: str = "a") -> list[models.BaseConstraint]:
    """What the database refuses of files, in sentences about what they are called there."""
    return [
        models.CheckConstraint(condition=Q(media_type__in=MEDIA_TYPES), name=f"{one}s_are_of_safe_kinds"),
        models.CheckConstraint(condition=Q(size__range=(1, MOST_BYTES)), name=f"{article}_{one}_is_of_sensible_size"),
        models.CheckConstraint(
            condition=Q(erased_at=None, content__isnull=False) | Q(erased_at__isnull=False, content=None, name=""),
            name=f"{article}_{one}_has_bytes_until_it_is_erased",
        ),
    ]


def filed(name: str, content: bytes, *, at: datetime) -> dict[str, Any]:
    """What a row says of a file. Refuses `EmptyFile`, `FileTooLarge` and `FileNotUsable`."""
    media_type = media_type_of(content)
    return {
        "name": clean_name(name, media_type), "media_type": media_type, "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(), "content": content, "attached_at": at,
    }  # fmt: skip


ERASED: dict[str, Any] = {"name": "", "content": None}
"""What is left of a file that is erased, beside when it was."""
