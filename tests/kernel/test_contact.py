from dataclasses import replace

import pytest

from dingdan.kernel.contact import (
    AddressIncomplete,
    AddressNotUsable,
    EmailNotUsable,
    PhoneNotUsable,
    PostalAddress,
    WebsiteNotUsable,
    clean_address,
    clean_email,
    clean_phone,
    clean_website,
    email_key,
    spaced_phone,
)
from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import BrokenText, TextTooLong, UnknownCountry

TAIPEI = PostalAddress(
    country_code="tw",
    name=" 王小明 ",
    country_area="Taipei City",
    city="大安區",
    postal_code="106",
    street_address="敦化南路 1 號\n3F",
)
LONDON = PostalAddress(
    country_code="GB", name="Ada", city="London", postal_code="sw1a 1aa", street_address="1 High St", country_area="X"
)


def test_an_email_keeps_its_name_and_has_a_small_domain() -> None:
    assert clean_email(" Ada.Lovelace@Example.COM ", "email") == "Ada.Lovelace@example.com"
    assert email_key("Ada.Lovelace@example.com") == email_key("ada.lovelace@example.com") == "ada.lovelace@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" shop.example.com ", "https://shop.example.com"),
        ("http://shop.example.com/a?b=c", "http://shop.example.com/a?b=c"),
        ("小美.example", "https://小美.example"),
    ],
)
def test_a_website_is_reached_by_https_unless_said(typed: str, kept: str) -> None:
    assert clean_website(typed, "website") == kept


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("my shop", WebsiteNotUsable), ("javascript://x.example/%0aalert(1)", WebsiteNotUsable), ("shop", WebsiteNotUsable),
        ("", WebsiteNotUsable), ("shop.example/\0", BrokenText), ("a" * 190 + ".example.com", TextTooLong),
    ],
)  # fmt: skip
def test_a_website_that_leads_nowhere_is_refused(typed: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        clean_website(typed, "website")
    assert refused.value.field == "website"


@pytest.mark.parametrize(("phone", "shown"), [("+442079460958", "+44 20 7946 0958"), ("+886281018800", "+886 2 8101 8800")])
def test_a_phone_number_is_shown_in_groups(phone: str, shown: str) -> None:
    assert spaced_phone(phone) == shown


@pytest.mark.parametrize(
    "wrong",
    ["a@b", "a b@c.com", "a@b@c.com", "@b.com", "a@.com", "a@b.com, c@d.com", "a@b\r\nBcc: c@d.com", "a" * 250 + "@b.com"],
)
def test_it_refuses_what_is_no_email(wrong: str) -> None:
    with pytest.raises((EmailNotUsable, BrokenText, TextTooLong)) as refused:
        clean_email(wrong, "contact.email")
    assert refused.value.field == "contact.email"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0912 345 678", "TW", "+886912345678"),
        ("+44 20 7946 0958", "", "+442079460958"),
        ("(020) 7946-0958", "GB", "+442079460958"),
    ],
)
def test_a_phone_number_is_kept_in_e164(text: str, country: str, number: str) -> None:
    assert clean_phone(text, "phone", country=country) == number


@pytest.mark.parametrize(
    ("wrong", "country"), [("12345", ""), ("abc", "TW"), ("+886 1", ""), ("0912 345 678", ""), ("+999 123456789", "")]
)
def test_it_refuses_a_number_that_nobody_could_have(wrong: str, country: str) -> None:
    with pytest.raises(PhoneNotUsable) as refused:
        clean_phone(wrong, "phone", country=country)
    assert refused.value.field == "phone"


def test_an_address_is_written_as_in_its_country() -> None:
    assert clean_address(TAIPEI) == PostalAddress(
        country_code="TW",
        name="王小明",
        country_area="台北市",
        city="大安區",
        postal_code="106",
        street_address="敦化南路 1 號\n3F",
    )
    # Counties are not written in Britain; the postal code has capitals there, and the city stays as it was written.
    assert clean_address(LONDON) == replace(LONDON, postal_code="SW1A 1AA", country_area="")


@pytest.mark.parametrize(
    ("address", "refusal", "field"),
    [
        (replace(LONDON, country_code="XX"), UnknownCountry, "ship_to.country_code"),
        (replace(LONDON, country_code=""), Refusal, "ship_to.country_code"),
        (replace(LONDON, city=""), AddressIncomplete, "ship_to.city"),
        (replace(LONDON, postal_code="12"), AddressNotUsable, "ship_to.postal_code"),
        (replace(TAIPEI, country_area="Bavaria"), AddressNotUsable, "ship_to.country_area"),
        (replace(LONDON, street_address="1 High\0 St"), BrokenText, "ship_to.street_address"),
        (replace(LONDON, name="A" * 201), TextTooLong, "ship_to.name"),
    ],
)
def test_it_refuses_a_broken_address(address: PostalAddress, refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        clean_address(address, prefix="ship_to.")
    assert refused.value.field == field
    assert refused.value.detail
    assert refused.value.advice


def test_a_refusal_of_an_address_gives_examples() -> None:
    with pytest.raises(AddressNotUsable) as refused:
        clean_address(replace(LONDON, postal_code="12"))
    assert refused.value.advice == "Correct postal_code; examples: EC1Y 8SY, GIR 0AA, M2 5BQ."


def test_both_ways_to_write_a_place_are_understood() -> None:
    typed = PostalAddress(
        country_code="TW", country_area="臺北市", city="大安區", postal_code="106", street_address="忠孝東路四段1號"
    )
    assert clean_address(typed) == clean_address(replace(typed, country_area="台北市"))
    assert clean_address(typed).country_area == "台北市"
    assert clean_address(replace(typed, country_area="臺東縣", city="臺東市", postal_code="950")).city == "台東市"


def test_a_street_stays_as_it_was_written() -> None:
    typed = PostalAddress(country_code="TW", country_area="臺中市", city="西區", postal_code="403", street_address="臺灣大道1號")
    assert clean_address(typed).street_address == "臺灣大道1號"


def test_a_city_that_has_no_line_of_its_own_goes_into_the_street() -> None:
    tokyo = PostalAddress(
        country_code="JP", country_area="東京都", city="千代田区", postal_code="100-0001", street_address="丸の内1-1"
    )
    assert clean_address(tokyo) == replace(tokyo, city="", street_address="千代田区\n丸の内1-1")
    assert clean_address(clean_address(tokyo)) == clean_address(tokyo)
    in_latin = replace(tokyo, city="Chiyoda-ku", street_address="1-1 Marunouchi")
    assert clean_address(in_latin).street_address == "1-1 Marunouchi\nChiyoda-ku"
    said_twice = replace(tokyo, street_address="千代田区丸の内1-1")
    assert clean_address(said_twice).street_address == "千代田区丸の内1-1"


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        (("广东", "深圳", "南山"), ("广东省", "深圳市", "南山区")),
        (("Guangdong", "Shenzhen", "Nanshan Qu"), ("广东省", "深圳市", "南山区")),
        (("内蒙古", "呼和浩特", "新城区"), ("内蒙古自治区", "呼和浩特市", "新城区")),
        (("北京市", "北京市", "朝阳区"), ("北京市", "朝阳区", "")),
        (("北京", "北京", "朝阳"), ("北京市", "朝阳区", "")),
        (("吉林", "吉林", "昌邑区"), ("吉林省", "吉林市", "昌邑区")),
    ],
)
def test_places_in_china_may_be_shortened_as_people_do(written: tuple[str, str, str], whole: tuple[str, str, str]) -> None:
    parts = ("country_area", "city", "city_area")
    address = PostalAddress(country_code="CN", postal_code="100020", street_address="建国路1号")
    found = clean_address(replace(address, **dict(zip(parts, written, strict=True))))
    assert found == replace(address, **dict(zip(parts, whole, strict=True)))
    assert clean_address(found) == found


def test_a_shortened_place_that_may_be_two_is_refused() -> None:
    typed = PostalAddress(country_code="CN", country_area="河", city="三亚市", postal_code="572000", street_address="迎宾路1号")
    with pytest.raises(AddressNotUsable) as refused:
        clean_address(typed)
    assert refused.value.field == "country_area"
    west = PostalAddress(country_code="US", country_area="West", city="Charleston", postal_code="25301", street_address="1 Main")
    with pytest.raises(AddressNotUsable):
        clean_address(west)
