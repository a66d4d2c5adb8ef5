"""What is answered where no view answers: problem documents for programs, a short page for people."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

DETAILS = {
    400: gettext_noop("The request cannot be read. Check its address, its headers and its host name."),
    403: gettext_noop("This is not allowed here. Load the page again, or sign in as somebody who may."),
    404: gettext_noop("There is nothing at this address."),
    500: gettext_noop("Something went wrong here. The fault is written down; trying again later may help."),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    detail = DETAILS[status]
    if not _is_a_person(request):
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    page = format_html(
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{0}</title>'
        '<link rel="stylesheet" href="{2}"><body class="fault"><h1>{0}</h1><p>{1}</p>'
        '<p><a href="/">Dingdan</a></p>',
        status,  # a number that everybody reads
        _(detail),
        static("dingdan/frame.css"),
    )
    return HttpResponse(page, status=status)


def _is_a_person(request: HttpRequest) -> bool:
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken."""
    return _answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, and not allowed."""
    return _answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return _answer(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that did not come from our own page."""
    return _answer(request, 403)
