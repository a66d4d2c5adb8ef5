"""What is answered where no view answers: what happened, what became of it, what to do next, and a way on; without a database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client, override_settings

from dingdan.kernel.errors import Refusal
from dingdan.web.backoffice import middleware
from dingdan.web.storefront import shop as storefront
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import open_front

PERSON = {"accept": "text/html,*/*"}


def person(*, language: str = "en", **options: Any) -> Client:
    """Somebody at a browser, from whom faults of views are not kept."""
    headers = PERSON | {"accept-language": language}
    return Client(SERVER_NAME="localhost", raise_request_exception=False, headers=headers, **options)


def said(answer: Any) -> str:
    """What a page says, of which nothing comes from elsewhere or stands in it as a script or a style."""
    page = answer.content.decode()
    assert not re.search(r"<script|<style|style=|(?:src|href)=.https?:", page)
    assert 'content="noindex"' in page
    return text_of(page)


def ways(answer: Any) -> list[str]:
    """Where the page leads on, in its order."""
    return re.findall(r'<a href="([^"]+)"', answer.content.decode())


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Have the shop and the back office fail at the first thing that they ask."""

    def fail(*_given: Any, **_said: Any) -> Any:
        raise error

    monkeypatch.setattr(storefront, "front_of", fail)
    monkeypatch.setattr(middleware, "shop_of", fail)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Nothing is here"), ("zh-hant", "找不到這個頁面"), ("zh-hans", "找不到这个页面")],
)
def test_nothing_is_here(language: str, words: str) -> None:
    answer = person(language=language).get("/nowhere/")
    assert (answer.status_code, said(answer).startswith(words), ways(answer)) == (404, True, ["/"])
    assert f'lang="{language}"' in answer.content.decode()


def test_programs_get_a_document() -> None:
    answer = Client(SERVER_NAME="localhost").get("/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "The address has a mistake in it, or what was here is gone. Nothing of yours is lost."


def test_a_form_that_is_too_old() -> None:
    browser = person(enforce_csrf_checks=True)
    before = "/backoffice/account/login/?next=/backoffice/orders/"
    answer = browser.post("/backoffice/account/login/", {"login": "a"}, headers={"referer": f"http://localhost{before}"})
    assert answer.status_code == 403
    assert "Please send this once more" in said(answer)
    assert "Nothing was done." in said(answer)
    assert ways(answer) == [before, "/backoffice/"]
    elsewhere = browser.post("/backoffice/account/login/", {}, headers={"referer": "http://evil.example/backoffice/"})
    assert ways(elsewhere) == ["/backoffice/"]
    assert ways(browser.post("/i18n/setlang/", {})) == ["/"]


def test_too_much_at_once() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        answer = person().post("/i18n/setlang/", "language=" + "en" * 100, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "This is too much at once" in said(answer)
    assert "Nothing of it was kept" in said(answer)


def test_an_address_of_nobody() -> None:
    answer = person().get("/", headers={"host": "evil.example"})
    assert (answer.status_code, said(answer).startswith("This cannot be read")) == (400, True)


def test_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, OperationalError("the server closed the connection"))
    for path, words, home in (
        ("/shop/zh-hant/?q=%3C%22", "馬上回來", "/shop/zh-hant/"),
        ("/shop/~pots/zh-hans/", "马上回来", "/shop/~pots/zh-hans/"),
        ("/backoffice/orders/", "Back in a moment", "/backoffice/"),
    ):
        answer = person().get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert words in said(answer)
        assert ways(answer) == [path, home]
    assert "All that was done before is kept" in said(person().get("/shop/en/"))
    assert Client(SERVER_NAME="localhost", raise_request_exception=False).get("/shop/").json()["status"] == 503


def test_our_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, RuntimeError("secret words of the program"))
    for path, home in (("/shop/", "/shop/"), ("/backoffice/", "/backoffice/")):
        answer = person().get(path)
        assert (answer.status_code, ways(answer)[-1]) == (500, home)
        assert "it is written down" in said(answer)
        assert "secret" not in said(answer)


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "This is not open to you"), (409, "This did not work"), (410, "This is over"), (429, "Too many tries")],
)
def test_a_refusal_that_no_view_tells(monkeypatch: pytest.MonkeyPatch, status: int, words: str) -> None:
    kind = type("Refused", (Refusal,), {"status": status, "sentence": "Not {what}.", "remedy": "Ask.", "retry_after_seconds": 7})
    breaks(monkeypatch, kind(what="this"))
    shown, inside = person().get("/shop/"), person().get("/backoffice/")
    assert (shown.status_code, inside.status_code, shown["Retry-After"]) == (status, status, "7")
    assert words in said(shown)
    assert "Nothing" in said(shown)
    assert f"{words} Not this. Ask." in said(inside), "who works here reads what it was"


def test_what_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, PermissionDenied())
    answer = person().get("/backoffice/orders/")
    assert (answer.status_code, ways(answer)) == (403, ["/backoffice/"])
    assert "sign in as somebody who may" in said(answer)


def test_an_open_shop_says_it_with_its_own_face(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    open_front(shop)
    path = f"/shop/~{shop.tenant.slug}/zh-hant/nothing/at/all/"
    answer = person().get(path)
    assert answer.status_code == 404
    assert 'role="search"' in answer.content.decode()
    assert Client(SERVER_NAME="localhost").get(path)["Content-Type"] == "application/problem+json"
    monkeypatch.setattr("dingdan.config.errors.front_of", _silent)
    assert person().get(path).status_code == 503


def _silent(_name: str) -> Callable[[], None]:
    raise OperationalError
