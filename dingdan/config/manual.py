"""GET /docs/: the documentation of the checkout, as pages. Where the program runs without its checkout there is none."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(settings.BASE).resolve().parent
AT_THE_ROOT: Final = ("README.md", "README.zh-Hant.md", "ARCHITECTURE.md", "CONTRIBUTING.md")


def exists() -> bool:
    """Whether there is documentation to show."""
    return (ROOT / "docs").is_dir()


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """All pages, by their titles."""
    if not exists():
        raise Http404
    top = [ROOT / name for name in AT_THE_ROOT if (ROOT / name).is_file()]
    docs = ROOT / "docs"
    folders = [("", "*.md"), ("payments/", "*.md"), ("stories/", "*.md"), ("decisions/", "[0-9]*.md")]
    groups = [(top, ""), *((sorted((docs / folder).glob(names)), folder) for folder, names in folders)]
    pages = [[{"href": f"{folder}{path.name}", "title": _title(path)} for path in paths] for paths, folder in groups]
    return render(request, "dingdan/contents.html", {"groups": [group for group in pages if group]})


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the documentation. Nothing outside of it is ever read."""
    if "\0" in name:
        raise Http404
    path = (ROOT / name if name in AT_THE_ROOT else ROOT / "docs" / name).resolve()
    if not _name(path) or not path.is_file():
        raise Http404
    return render(request, "dingdan/manual.html", {"title": _title(path), "body": _html(path)})


def _name(path: Path) -> str:
    """What a file is called below `/docs/`; empty for what is no part of the documentation."""
    docs = ROOT / "docs"
    if path.suffix == ".md" and path.is_relative_to(docs):
        return path.relative_to(docs).as_posix()
    return path.name if path.parent == ROOT and path.name in AT_THE_ROOT else ""


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), path.stem)


def _html(path: Path) -> SafeString:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    for before, after in pairwise(tokens):
        if before.type == "heading_open":
            before.attrSet("id", _anchor(after.content))
        for inner in before.children or ():
            if inner.type == "link_open":
                _turn_link(inner, path)
    html: str = reader.renderer.render(tokens, reader.options, {})
    return mark_safe(html)  # noqa: S308 - the renderer escapes what it is given, and HTML in the source is switched off


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-")


def _turn_link(link: Token, path: Path) -> None:
    """Lead to the page here; what is no page here (code, folders) is left as text."""
    href = str(link.attrGet("href") or "")
    target, hash_, anchor = href.partition("#")
    if not target or "://" in href or href.startswith("mailto:"):
        return
    name = _name((path.parent / target).resolve())
    if name:
        link.attrSet("href", f"/docs/{name}{hash_}{anchor}")
    else:
        link.attrs.pop("href", None)
