"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from dingdan.kernel.pasted import taken_apart

GUANGZHOU = {
    "name": "张三", "phone": "13800138000", "country_area": "广东省", "city": "广州市", "city_area": "天河区",
    "street_address": "体育东路100号天河城8楼",
}  # fmt: skip
TAIPEI = {
    "name": "王小明", "phone": "0912345678", "country_area": "台北市", "city": "中正區", "street_address": "忠孝東路一段1號3樓",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "张三 13800138000 广东省广州市天河区体育东路100号天河城8楼",
        "张三，13800138000，广东广州天河区体育东路100号天河城8楼",
        "收货人：张三\n手机号码：138-0013-8000\n所在地区：广东省广州市天河区\n详细地址：体育东路100号天河城8楼",
        "广东省 广州市 天河区 体育东路100号天河城8楼 张三 +86 138 0013 8000",
        "广州市天河区体育东路100号天河城8楼,张三,13800138000",
    ],
)
def test_it_works(text: str) -> None:
    assert taken_apart(text, country="CN") == GUANGZHOU


@pytest.mark.parametrize(
    "text",
    [
        "王小明 0912345678 台北市中正區忠孝東路一段1號3樓",
        "收件人：王小明 電話：0912-345-678 地址：臺北市中正區忠孝東路一段1號3樓",
    ],
)
def test_in_taiwan(text: str) -> None:
    assert taken_apart(text, country="TW") == TAIPEI


def test_a_city_that_is_a_province() -> None:
    found = taken_apart("李雷 13912345678 北京市朝阳区建国路88号 100022", country="CN")
    assert found == {
        "name": "李雷", "phone": "13912345678", "country_area": "北京市", "city": "朝阳区", "street_address": "建国路88号",
        "postal_code": "100022",
    }  # fmt: skip


def test_elsewhere_what_is_sure_is_found() -> None:
    found = taken_apart("Ann Lee, 1 High Street, London N1 9GU, ann@example.com, +44 20 7946 0000", country="GB")
    assert (found["name"], found["email"], found["phone"], found["postal_code"]) == (
        "Ann Lee", "ann@example.com", "+442079460000", "N1 9GU",
    )  # fmt: skip
    assert found["street_address"].startswith("1 High Street")


@pytest.mark.parametrize("text", ["", "   ", "?", "市区省县" * 200, "1" * 600, "@" * 600, "省" * 600])
def test_nonsense_is_no_trouble(text: str) -> None:
    taken_apart(text, country="CN")
