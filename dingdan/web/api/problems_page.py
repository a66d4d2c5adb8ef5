"""GET /problems: every way in which the API says no, made from the code. What `type` in a problem document leads to."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from dingdan.web.shared.problems import every_refusal, example


@require_safe
def problems_page(request: HttpRequest) -> HttpResponse:
    """A table of codes with their status, what is wrong, and what helps."""
    rows = sorted((example(kind) for kind in every_refusal()), key=lambda row: (row["status"], row["code"]))
    table = format_html_join(
        "\n",
        '<tr id="{}"><td><code>{}</code></td><td>{} {}</td><td>{}<br><em>{}</em></td></tr>',
        (
            (row["code"], row["code"], row["status"], HTTPStatus(row["status"]).phrase, row["sentence"], row["remedy"])
            for row in rows
        ),
    )
    page = format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>{}</title><link rel="stylesheet" href="{}"><body class="problems"><h1>{}</h1><p>{}</p><table>{}</table></html>',
        get_language() or "en",
        gettext("Problems"),
        static("dingdan/frame.css"),
        gettext("Problems"),
        gettext("What the API answers when it does not do a thing: the code, the status, what is wrong, and what helps."),
        table,
    )
    return HttpResponse(page)
