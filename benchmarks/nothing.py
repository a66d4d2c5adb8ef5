"""A server that does nothing: django-ninja over WSGI, one POST that reads JSON and answers it. What a request costs here.

Run as `python -m benchmarks.nothing PORT PROCESSES`.
"""

from __future__ import annotations

import secrets
import sys
from typing import Any

from django.conf import settings

urlpatterns: list[Any] = []


def application() -> Any:
    """What granian calls in each of its processes."""
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


def main(port: int, processes: int) -> None:
    """Serve until told to stop."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    Granian(
        "benchmarks.nothing:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        factory=True,
        workers=processes,
        blocking_threads=4,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
