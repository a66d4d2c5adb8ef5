"""The addresses of one ticket's pages, below whatever opens it."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from dingdan.web.storefront.writing import thread

urlpatterns: Final[list[URLPattern]] = [
    path("", thread.talk, name="shop_talk"),
    path("files/<uuid:file_id>/", thread.file, name="shop_talk_file"),
    path("rating/", thread.rating, name="shop_talk_rating"),
    path("settled/", thread.is_settled, name="shop_talk_settled"),
]
