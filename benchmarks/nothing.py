"""Servers that do nothing: one POST that reads JSON and answers it. What a request costs here.

Run as `python -m benchmarks.nothing HOW PORT PROCESSES`: `bare` is django-ninja over WSGI, without middleware; `stack` is the
program's own web process, where the POST goes the way of any page or API request.
"""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any, Final

from django.conf import settings

urlpatterns: list[Any] = []


def bare() -> Any:
    """What granian calls in each of the processes of a bare server."""
    settings.configure(
        ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY=secrets.token_hex(), MIDDLEWARE=[], INSTALLED_APPS=["ninja"]
    )
    from django.core.wsgi import get_wsgi_application
    from django.urls import path
    from ninja import NinjaAPI, Schema

    class Said(Schema):
        id: str

    api = NinjaAPI(docs_url=None, openapi_url=None)

    def nothing(request: Any, said: Said) -> dict[str, str]:
        return {"id": said.id}

    nothing.__annotations__["said"] = Said  # known inside this function alone
    api.post("/nothing")(nothing)
    urlpatterns.append(path("", api.urls))
    return get_wsgi_application()


def stack() -> Any:
    """The same of the program's own: its front, its threads, its middleware."""
    from django.http import HttpRequest, JsonResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    settings.ROOT_URLCONF = __name__
    from dingdan.config.web import application

    def nothing(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"id": json.loads(request.body)["id"]})

    urlpatterns.append(path("nothing", csrf_exempt(nothing)))
    return application()


_THREADS: Final = 4
_STOP_SECONDS: Final = 5


def main(how: str, port: int, processes: int) -> None:
    """Serve until told to stop."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    Granian(
        f"benchmarks.nothing:{how}",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI if how == "bare" else Interfaces.ASGINL,
        http=HTTPModes.http1,
        factory=True,
        workers=processes,
        workers_kill_timeout=_STOP_SECONDS,
        blocking_threads=_THREADS if how == "bare" else None,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
