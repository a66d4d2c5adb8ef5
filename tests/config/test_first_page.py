"""The first page, and the documentation as pages."""

import re

import pytest
from django.test import Client

from dingdan.config import manual


def get(path: str, language: str = "en", *, status: int = 200) -> str:
    answer = Client(SERVER_NAME="localhost").get(path, headers={"accept-language": language})
    assert answer.status_code == status
    return answer.content.decode()


def test_the_first_page_says_where_to_go() -> None:
    page = get("/")
    for place in ("/backoffice/", "/backoffice/automation/notice/", "/api/v1/docs", "/docs/", "/healthz"):
        assert f'href="{place}"' in page
    assert "http://localhost/api/v1/orders" in page


@pytest.mark.parametrize("path", ["/", "/docs/", "/docs/glossary.md"])
def test_nothing_comes_from_outside(path: str) -> None:
    page = get(path)
    assert re.findall(r'(?:src|<link[^>]*href)="(?!/)[^"]*"', page) == []
    assert "@import" not in page


def test_the_first_page_takes_nothing() -> None:
    assert Client(SERVER_NAME="localhost").post("/").status_code == 405


def test_where_there_is_no_documentation_none_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setattr(manual, "ROOT", Path("/nowhere"))
    assert 'href="/docs/"' not in get("/")
    get("/docs/", status=404)
    get("/docs/glossary.md", status=404)


def test_all_pages_are_listed_and_there() -> None:
    contents = get("/docs/")
    names = re.findall(r'<li><a href="([^"]+)">', contents)
    assert {"README.md", "glossary.md", "laws.md", "decisions/0001-one-dialect-postgresql.md"} <= set(names)
    for name in names:
        assert "<h1" in get(f"/docs/{name}")


def test_links_lead_on() -> None:
    assert 'href="/docs/glossary.md"' in get("/docs/CONTRIBUTING.md")
    assert 'href="/docs/decisions/0003-reactions-read-the-feed.md"' in get("/docs/ARCHITECTURE.md")
    assert "<a>.importlinter</a>" in get("/docs/ARCHITECTURE.md")  # no page of the documentation: left as text


def test_headings_can_be_linked() -> None:
    assert '<h2 id="the-ground">The ground</h2>' in get("/docs/glossary.md")


@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "../dingdan/config/settings.py",
        "/etc/passwd",
        "nothing.md",
        "decisions",
        "LICENSE",
        "%00",
    ],
)
def test_nothing_else_is_read(name: str) -> None:
    assert Client(SERVER_NAME="localhost").get(f"/docs/{name}").status_code in (400, 404)


def test_html_in_a_page_is_text(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("checkout")
    (root / "docs").mkdir()
    (root / "docs" / "page.md").write_text("# Title\n\n<script>alert(1)</script> [x](javascript:alert(1))\n")
    monkeypatch.setattr(manual, "ROOT", root)
    page = get("/docs/page.md")
    assert "<script>alert(1)" not in page
    assert 'href="javascript' not in page
