import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import (
    BrokenText,
    NotText,
    TextMissing,
    TextTooLong,
    UnknownChoice,
    UnknownTimeZone,
    UnusableCode,
    clean_code,
    clean_text,
    clean_time_zone,
    one_of,
    said,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mug  ", "Mug"),
        ("Zoe\u0308", "Zoë"),
        ("馬克杯\u3000", "馬克杯"),
        ("👩\u200d🍳 apron", "👩\u200d🍳 apron"),
        ("\tMug\n", "Mug"),
    ],
)
def test_text_is_trimmed_and_composed(typed: str, kept: str) -> None:
    assert clean_text(typed, "name", 20) == kept


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("Mu\0g", BrokenText), ("Mu\x1bg", BrokenText), ("Mu\x85g", BrokenText), ("Mu\ud800g", BrokenText),
        ("Mu\u202eg", BrokenText), ("Mu\ufffeg", BrokenText), ("two\nlines", BrokenText), ("a\tb", BrokenText),
        ("", TextMissing), (" \u3000 ", TextMissing), ("m" * 21, TextTooLong), (None, NotText), (5, NotText), (b"Mug", NotText),
    ],
)  # fmt: skip
def test_it_refuses_what_cannot_be_stored_or_shown(typed: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        clean_text(typed, "name", 20)
    assert refused.value.field == "name"
    assert refused.value.status == 422
    assert str(refused.value).isprintable()


def test_what_is_not_required_may_be_blank() -> None:
    assert clean_text("  ", "name", 20, required=False) == ""


def test_lines_pass_where_there_may_be_several() -> None:
    assert clean_text("one\r\ntwo\rthree\tfour\n", "note", 40, multiline=True) == "one\ntwo\nthree\tfour"
    with pytest.raises(BrokenText):
        clean_text("one\x0btwo", "note", 40, multiline=True)


@pytest.mark.parametrize("code", ["web", "Web-shop_2", "a.b:c", "7"])
def test_codes_are_plain(code: str) -> None:
    assert clean_code(code, "code") == code


@pytest.mark.parametrize("code", ["web shop", "-web", "web--shop", "wéb", "網", "a/b", "a" * 41])
def test_it_refuses_other_codes(code: str) -> None:
    with pytest.raises((UnusableCode, TextTooLong)) as refused:
        clean_code(code, "code")
    assert refused.value.field == "code"


def test_one_of_a_few_words() -> None:
    assert one_of("red", "color", ("red", "blue")) == "red"
    for wrong in ("green", "", None, ["red"]):
        with pytest.raises(UnknownChoice) as refused:
            one_of(wrong, "color", ("red", "blue"))
        assert refused.value.advice == "Give one of: red, blue."


def test_a_time_zone_is_one_of_the_database() -> None:
    assert clean_time_zone(" Asia/Taipei ", "time_zone") == "Asia/Taipei"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("Mars/Olympus", UnknownTimeZone), ("../etc/passwd", UnknownTimeZone), ("", TextMissing), ("Asia/\0", BrokenText)],
)
def test_it_refuses_what_is_no_time_zone(typed: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        clean_time_zone(typed, "time_zone")
    assert refused.value.field == "time_zone"


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("zh-Hant", "郵寄"), ("zh-hant", "郵寄"), ("zh-TW", "郵寄"), ("zh-Hant-HK", "郵寄"), ("zh", "邮寄"), ("zh-CN", "邮寄"),
        ("en-GB", "By post"), ("de", "Post"), ("", "Post"),
    ],
)  # fmt: skip
def test_a_text_is_said_in_the_nearest_language(language: str, found: str) -> None:
    assert said({"zh-hant": "郵寄", "zh-Hans": "邮寄", "en": "By post", "de": ""}, language, "Post") == found
