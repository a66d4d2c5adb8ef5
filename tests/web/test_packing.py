"""Answers are compressed for whoever takes them so; streams, pictures and what is short are not."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from dingdan.web.shared.packing import Packed, Packing, takes_gzip

LONG = "a long page " * 200


def _answer(answer: HttpResponseBase, accepted: str = "gzip, deflate, br", **headers: str) -> Any:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted} | headers)
    return Packing(lambda _request: answer)(request)


def _page(media: str = "text/html; charset=utf-8", text: str = LONG) -> HttpResponse:
    return HttpResponse(text, content_type=media, headers={"ETag": '"abc"'})


@pytest.mark.parametrize("gap", [b"", b"<b>3</b>", b"<b>999</b>"])
def test_a_text_with_a_gap_is_one_gzip_stream(gap: bytes) -> None:
    packed = Packed(LONG.encode(), ("behind " + LONG).encode())
    for _again in range(2):
        assert gzip.decompress(packed.around(gap)) == LONG.encode() + gap + b"behind " + LONG.encode()
    assert len(packed.around(gap)) < 200


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br", True),
        ("gzip;q=0.5", True),
        ("br", False),
        ("", False),
        ("gzip;q=0, br", False),
        ("gzip; q=0.0", False),
    ],
)
def test_who_takes_gzip(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


@pytest.mark.parametrize(
    "media",
    ["text/html; charset=utf-8", "application/json", "application/problem+json", "text/css", "text/javascript", "image/svg+xml"],
)
def test_it_works(media: str) -> None:
    answer = _answer(_page(media))
    assert gzip.decompress(answer.content).decode() == LONG
    assert (answer["Content-Encoding"], answer["Vary"], answer["ETag"]) == ("gzip", "Accept-Encoding", 'W/"abc"')
    assert len({len(_answer(_page(media)).content) for _ in range(20)}) > 1  # its length tells nothing
    plain = _answer(_page(media), "identity")
    assert (plain.content.decode(), plain["Vary"], plain["ETag"]) == (LONG, "Accept-Encoding", '"abc"')
    assert "Content-Encoding" not in plain


@pytest.mark.parametrize(
    "answer",
    [
        _page(text="short"),
        _page("application/pdf"),
        _page("image/png"),
        _page("text/event-stream"),
        StreamingHttpResponse([LONG.encode()], content_type="text/csv"),
        HttpResponse(gzip.compress(LONG.encode()), headers={"Content-Encoding": "gzip"}),
        HttpResponse(LONG, status=206),
    ],
)
def test_what_goes_out_as_it_is(answer: HttpResponseBase) -> None:
    before = dict(answer.items())
    sent = _answer(answer)
    assert sent is answer
    assert {name: text for name, text in sent.items() if name != "Vary"} == before


def test_a_tag_that_comes_back_is_known() -> None:
    seen = []

    def view(request: Any) -> HttpResponse:
        seen.append(request.headers["If-None-Match"])
        return HttpResponseNotModified()

    request = RequestFactory().get("/", headers={"If-None-Match": 'W/"abc"', "Accept-Encoding": "gzip"})
    answer: Any = Packing(view)(request)
    assert seen == ['"abc"']
    assert (answer.status_code, answer["Vary"]) == (304, "Accept-Encoding")


def test_files_are_compressed_once() -> None:
    client = Client()
    plain = client.get("/static/storefront/shop.css")
    css = b"".join(plain)
    answers = [client.get("/static/storefront/shop.css", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert [gzip.decompress(one.content) for one in answers] == [css, css]
    assert answers[0].content == answers[1].content
    assert answers[0]["ETag"] == f"W/{plain['ETag']}"
    assert int(answers[0]["Content-Length"]) == len(answers[0].content) < len(css) / 2
    assert answers[0]["Cache-Control"] == plain["Cache-Control"]
    again = client.get("/static/storefront/shop.css", headers={"Accept-Encoding": "gzip", "If-None-Match": answers[0]["ETag"]})
    assert again.status_code == 304
    assert "Content-Encoding" not in client.get("/static/backoffice/icon.png", headers={"Accept-Encoding": "gzip"})
