"""Everything that is said is said in all three languages, and what lies there is what the program reads."""

from __future__ import annotations

import io
import re
from gettext import GNUTranslations
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise

from dingdan.config import languages
from dingdan.kernel.errors import Refusal

TOOL = "run `python -m dingdan.config.languages` and translate what it lists"
HOLE = re.compile(r"\{\w*\}|%\(\w+\)s|%s")
# Names, and what is nothing but names.
SAME_EVERYWHERE = {
    *("API", "PDF", "Api", "Message-ID", "{reason}", "CSV", "Csv", "Beancount", "Hledger", "Quickbooks", "Xero", "Webhook ID")
}


@pytest.fixture(scope="module")
def found() -> Catalog:
    return languages.sentences()


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_every_sentence_is_in_the_catalog_and_no_other(locale: str, found: Catalog) -> None:
    there = {(message.id, message.context) for message in languages.catalog(locale) if message.id}
    said = {(message.id, message.context) for message in found if message.id}
    assert there == said, f"{TOOL}: {sorted(map(str, there ^ said))}"


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_every_sentence_is_translated(locale: str) -> None:
    assert [message.id for message in languages.missing(languages.catalog(locale))] == [], TOOL


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_translations_have_the_holes_of_their_sentence(locale: str) -> None:
    wrong = []
    for message in languages.catalog(locale):
        wanted = sorted(set(HOLE.findall(_last(message.id))))
        if message.id and sorted(set(HOLE.findall(_last(message.string)))) != wanted:
            wrong.append((message.id, message.string))
    assert wrong == []


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_translations_are_chinese(locale: str) -> None:
    same = {
        _last(message.id)
        for message in languages.catalog(locale)
        if message.id and not re.search("[一-鿿]", _last(message.string))
    }
    assert same <= SAME_EVERYWHERE


def test_each_chinese_has_its_own_letters() -> None:
    traditional, simplified = (
        "".join(_last(one.string) for one in languages.catalog(locale) if one.id) for locale in languages.LOCALES
    )
    assert not set("订单货预库资说这个点号") & set(traditional)
    assert not set("訂單貨號預庫資說這個點") & set(simplified)


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_the_program_reads_what_is_written(locale: str) -> None:
    compiled = GNUTranslations(io.BytesIO(languages.mo(locale).read_bytes()))
    for message in languages.catalog(locale):
        if message.id and isinstance(message.id, str):
            told = compiled.pgettext(message.context, message.id) if message.context else compiled.gettext(message.id)
            assert told == message.string, TOOL
        elif message.id:
            assert [compiled.ngettext(message.id[0], message.id[1], 1)] == list(message.string or ()), TOOL


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_the_catalog_is_written_in_one_form(locale: str) -> None:
    kept = languages.catalog(locale)
    assert languages.written(languages.updated(locale, kept)) == languages.po(locale).read_bytes(), TOOL


def test_what_is_new_comes_in_empty_and_what_is_gone_goes(tmp_path: Path) -> None:
    made = Catalog(locale="en")
    made.add("A sentence that nobody ever said")
    made.add("Order")
    made.add("Shipping", context="money")
    kept = languages.updated("zh_Hant", made)
    assert {(one.context, one.id): _last(one.string) for one in kept if one.id} == {
        (None, "A sentence that nobody ever said"): "",
        (None, "Order"): "訂單",
        ("money", "Shipping"): "運費",
    }
    assert [one.id for one in languages.missing(kept)] == ["A sentence that nobody ever said"]


def test_every_refusal_speaks_the_readers_language() -> None:
    for path in (Path(settings.BASE)).rglob("*.py"):
        if re.search(r"\bclass \w+\((Refusal|Invalid|NotFound)\)", path.read_text(encoding="utf-8")):
            import_module(".".join(path.relative_to(Path(settings.BASE).parent).with_suffix("").parts).removesuffix(".__init__"))
    plain = [one for one in _refusals(Refusal) for said in (one.sentence, one.remedy) if said and not isinstance(said, Promise)]
    assert plain == []


def _refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    ours = [one for one in kind.__subclasses__() if one.__module__.startswith("dingdan.")]
    return ours + [deeper for one in ours for deeper in _refusals(one)]


def _last(said: object) -> str:
    return str(said[-1]) if isinstance(said, (tuple, list)) else str(said or "")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("fr-FR,de;q=0.5", "en"),
        ("", "en"),
        ("nonsense;;q=x", "en"),
    ],
)
def test_the_browser_says_which_language(asked: str, language: str) -> None:
    answer = Client(SERVER_NAME="localhost").get("/", headers={"accept-language": asked})
    assert f'<html lang="{language}">' in answer.content.decode()


def test_the_switch_is_remembered_over_what_the_browser_says() -> None:
    browser = Client(SERVER_NAME="localhost", headers={"accept-language": "zh-TW"})
    answer = browser.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert '<html lang="zh-hans">' in browser.get("/").content.decode()


def test_programs_are_answered_in_their_language() -> None:
    told = Client(SERVER_NAME="localhost").get("/api/v1/orders", headers={"accept-language": "zh-TW"})
    assert told.status_code == 401
    assert "金鑰" in told.content.decode()


def test_a_refusal_in_three_languages() -> None:
    from dingdan.trade.orders.rules import OutOfStock

    refusal = OutOfStock(sku="TEA", available=1, asked=2)
    told = {}
    for language in ("en", "zh-hant", "zh-hans"):
        with translation.override(language):
            told[language] = refusal.detail
    assert told == {
        "en": "Only 1 of TEA can be ordered, not 2.",
        "zh-hant": "TEA 只能訂 1，不是 2。",
        "zh-hans": "TEA 只能订 1，不是 2。",
    }
