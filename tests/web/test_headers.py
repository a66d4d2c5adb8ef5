"""What browsers are told of every page, and that nothing in our own templates needs more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Shop
from tests.web.backoffice.desk import client, sit_down

ROOT = Path(__file__).resolve().parents[2] / "dingdan"
PAGES = [path for path in sorted(ROOT.rglob("templates/**/*.html")) if "mails" not in path.parts]
NO_SCRIPT = r'<script(?![^>]*(?:\bsrc=|type="application/ld\+json"))'  # data for search engines is not carried out
INLINE = re.compile(NO_SCRIPT + r"|<style|\son[a-z]+=|\sstyle=|javascript:", re.IGNORECASE)


def parts(policy: str) -> dict[str, str]:
    return dict(one.split(" ", 1) for one in policy.split("; "))


@pytest.mark.parametrize("path", ["/", "/docs/", "/api/v1/problems", "/api/v1/docs", "/healthz", "/nowhere"])
def test_pages_for_everybody_run_our_own_files_alone(path: str) -> None:
    answer = client().get(path)
    told = parts(answer["Content-Security-Policy"])
    assert (told["default-src"], told["script-src"], told["object-src"]) == ("'self'", "'self'", "'none'")
    assert (told["base-uri"], told["form-action"], told["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=(self)" in answer["Permissions-Policy"]


def test_the_back_office_may_make_functions_of_its_own_attributes_and_no_more(shop: Shop) -> None:
    told = parts(sit_down(shop).browser.get("/backoffice/")["Content-Security-Policy"])
    assert (told["script-src"], told["style-src"]) == ("'self' 'unsafe-eval'", "'self'")


def test_no_page_of_ours_holds_script_or_style() -> None:
    assert len(PAGES) >= 70
    found = [
        (path.relative_to(ROOT).as_posix(), hit) for path in PAGES for hit in INLINE.findall(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_what_finds_script_in_pages_finds_it() -> None:
    planted = ("<script>alert(1)</script>", '<p onclick="x()">', '<b style="color:red">', "<style>", '<a href="javascript:x()">')
    assert [bool(INLINE.search(one)) for one in planted] == [True] * 5
    assert not INLINE.search('<script src="/static/a.js" defer></script>')
