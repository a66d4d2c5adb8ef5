from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from dingdan.kernel.errors import NotFound
from dingdan.kernel.files import EmptyFile, FileNotUsable
from dingdan.kernel.ids import new_id
from dingdan.masterdata.shop.commands import put_storefront_logo, save_storefront
from dingdan.masterdata.shop.models import StorefrontLogo
from dingdan.masterdata.shop.queries import logo_in_force, logo_of
from dingdan.masterdata.shop.rules import LogoNotUsable, StorefrontDraft
from tests.masterdata.catalog.pictures import PDF, png
from tests.masterdata.shop import Shop


def _drawn(side: int, kind: str) -> bytes:
    out = BytesIO()
    Image.new("L", (side, 1)).save(out, kind)
    return out.getvalue()


GIF = _drawn(1, "GIF")


@pytest.fixture
def front(shop: Shop) -> UUID:
    return save_storefront(shop.call(), storefront=StorefrontDraft(code="web")).storefront_id


def test_it_works(shop: Shop, front: UUID) -> None:
    first = put_storefront_logo(shop.call(), storefront_id=front, name="../Logo", content=png(), alt=" Wong ")
    found = logo_of(front)
    assert found is not None
    assert (found.id, found.name, found.alt, bytes(found.content or b"")) == (first.logo_id, "Logo.png", "Wong", png())
    second = put_storefront_logo(shop.call(), storefront_id=front, name="b.png", content=png(1))
    assert logo_in_force() == logo_of(front)
    told = StorefrontLogo.objects.order_by("attached_at", "id").values_list("id", "content", "name", "alt")
    assert [(id_, bytes(content) if content else None, *rest) for id_, content, *rest in told] == [
        (first.logo_id, None, "", ""), (second.logo_id, png(1), "b.png", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', FileNotUsable),
        (PDF, LogoNotUsable),
        (GIF, LogoNotUsable),
        (_drawn(4001, "PNG"), LogoNotUsable),
        (png()[:33] + png()[-12:], LogoNotUsable),
    ],
)
def test_it_refuses_what_is_no_logo(shop: Shop, front: UUID, content: bytes, refusal: type[Exception]) -> None:
    with shop.nothing_changes(StorefrontLogo), pytest.raises(refusal):
        put_storefront_logo(shop.call(), storefront_id=front, name="a.png", content=content)


def test_it_refuses_an_unknown_storefront(shop: Shop) -> None:
    with shop.nothing_changes(StorefrontLogo), pytest.raises(NotFound):
        put_storefront_logo(shop.call(), storefront_id=new_id(), name="a.png", content=png())
