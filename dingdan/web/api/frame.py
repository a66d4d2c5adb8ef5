"""The frame around every operation: what is checked before, what is answered when something fails, what the documents say."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.openapi.docs import Swagger
from ninja.params.models import BodyModel, HeaderModel, PathModel, QueryModel

from dingdan.web.api.access import ApiKeyAuth
from dingdan.web.api.openapi import completed
from dingdan.web.api.problems_page import problems_page
from dingdan.web.shared import failing
from dingdan.web.shared.clients import seen_from
from dingdan.web.shared.reading import MOST_FAULTS, InvalidRequest, check_outside
from dingdan.web.shared.validation import faults

View = Callable[..., HttpResponseBase]
PREFIX = "/api/v1/"

for _kind_of_schema in (Schema, PathModel, QueryModel, HeaderModel, BodyModel):
    # Schemas are built when they are first asked, not all two thousand of them whenever something starts.
    _kind_of_schema.model_config["defer_build"] = True


def _fixed_first(pattern: URLPattern) -> list[bool]:
    return ["<" in part for part in str(pattern.pattern).split("/")]


class Api(NinjaAPI):
    """An API all of whose answers, also to what it does not know, are JSON or problem documents."""

    _document: dict[str, Any] | None = None

    @property
    def urls(self) -> tuple[list[URLPattern | URLResolver], str, str]:
        """The addresses for Django; the last one answers whatever nothing else does."""
        patterns, app, namespace = super().urls
        # A fixed word before a name: /payments/charges is no payment whose id is "charges".
        views = sorted((one for one in patterns if isinstance(one, URLPattern)), key=_fixed_first)
        gated = [URLPattern(one.pattern, gate(one.callback), one.default_args, one.name) for one in views]
        page = path("problems", gate(problems_page), name="problems")
        return [page, *gated, re_path("", gate(_nothing_here))], app, namespace

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        """The OpenAPI document, made when it is first asked for."""
        if self._document is None:
            self._document = completed(dict(super().get_openapi_schema(path_prefix=path_prefix or PREFIX)))
        return self._document


def gate(view: View) -> View:
    """The view behind the checks that every request passes, and before the answer to whatever it raises."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            check_outside(request)
            with seen_from(request):
                response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 (every fault becomes a problem document)
            return failing.answer_for(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = ", ".join(sorted(response.headers["Allow"].split(", ")))
            return failing.refused(request, failing.MethodNotAllowed(method=str(request.method), allowed=allowed))
        return response

    gated.csrf_exempt = True  # type: ignore[attr-defined] # a key in a header is sent by no browser on its own
    return gated


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with the parts of the request that its schema does not allow."""
    return failing.refused(request, InvalidRequest(faults(error.errors[:MOST_FAULTS]), count=len(error.errors)))


def _nothing_here(request: HttpRequest) -> HttpResponseBase:
    raise failing.NoSuchAddress(path=request.path)


api = Api(
    title="Dingdan",
    version="1",
    description=(
        "Everything that can be done with orders, goods, money and registers. Amounts are whole numbers of the currency's minor "
        "unit, times are RFC 3339 in UTC, errors are problem documents (RFC 9457). What is the same for all operations, and one "
        "order's life by curl: [the page for developers](/docs/api.md). What can be refused: [the problems](/api/v1/problems)."
    ),
    docs=Swagger(settings={"validatorUrl": None, "persistAuthorization": True, "docExpansion": "none", "filter": True}),
    auth=ApiKeyAuth(),
    urls_namespace="api",
)
for _kind, _answer in (failing.ANSWERS | {ValidationError: _invalid}).items():
    api.add_exception_handler(_kind, _answer)
