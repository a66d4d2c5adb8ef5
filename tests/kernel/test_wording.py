"""Names of ours in registers: written in one language, read in another."""

import pytest
from django.utils.translation import override

from dingdan.kernel.wording import as_read, in_every_language, in_language, is_named, nearest


def test_a_name_is_said_in_every_language() -> None:
    assert dict(in_every_language("Main warehouse")) == {"en": "Main warehouse", "zh-Hant": "主倉庫", "zh-Hans": "主仓库"}
    assert in_language("Main warehouse", "zh-Hant") == "主倉庫"


@pytest.mark.parametrize(
    ("language", "known"),
    [("en", "en"), ("en-GB", "en"), ("zh-Hant", "zh-Hant"), ("zh-TW", "zh-Hant"), ("zh_CN", "zh-Hans"), ("de", "en"), ("", "en")],
)
def test_the_nearest_language_is_taken(language: str, known: str) -> None:
    assert nearest(language) == known


@pytest.mark.parametrize("name", ["As new", "如新"])
def test_what_the_program_wrote_is_read_in_ones_own_language(name: str) -> None:
    for language, read in (("en", "As new"), ("zh-hant", "如新"), ("zh-hans", "如新")):
        with override(language):
            assert as_read(name, "As new") == read
    assert is_named(name, "As new")


def test_what_the_shop_wrote_stays_as_it_is() -> None:
    with override("zh-hant"):
        assert as_read("Like new, sealed", "As new") == "Like new, sealed"
        assert as_read("As new", None) == "As new"
    assert not is_named("Like new, sealed", "As new")
