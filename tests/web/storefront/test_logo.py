"""The logo of a storefront: put there at the back office, shown in the shop, in its icons, and gone again."""

from __future__ import annotations

import hashlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from dingdan.masterdata.shop.models import Storefront
from tests.conftest import Shop
from tests.masterdata.catalog.pictures import png
from tests.web.backoffice.desk import Desk, sit_down
from tests.web.storefront.front import Visitor, open_front


def _send(desk: Desk, row: Storefront, **sent: object) -> str:
    answer = desk.browser.post(reverse("admin:storefront_logo_put", args=[row.id]), {"key": "k", **sent}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_works(shop: Shop) -> None:
    open_front(shop, title="Wong")
    row, visitor, desk = Storefront.objects.get(), Visitor(shop), sit_down(shop, "en")
    assert 'class="mark"' in visitor.html()
    page = _send(desk, row, files=SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"))
    assert "This is no whole picture" in page
    content = png(200)
    assert "The logo is there." in _send(desk, row, files=SimpleUploadedFile("logo.png", content), alt='Wong "& Sons"')
    page = visitor.html("search/")
    address = visitor.path(f"logo/{hashlib.sha256(content).hexdigest()[:32]}")
    assert f'<img src="{address}" alt="Wong &quot;&amp; Sons&quot;">' in page
    answer = visitor.client.get(address)
    assert (answer.content, answer["Content-Type"]) == (content, "image/png")
    assert "immutable" in answer["Cache-Control"]
    middle = Image.open(BytesIO(visitor.get("icons/512.png").content)).convert("RGB").getpixel((256, 256))
    assert middle == Image.open(BytesIO(content)).convert("RGB").getpixel((0, 0))
    assert desk.browser.get(reverse("admin:storefront_logo", args=[row.id])).content == content
    assert "The logo is gone." in _send(desk, row, gone="yes")
    assert 'class="mark"' in visitor.html()
    assert visitor.client.get(address).status_code == 404
