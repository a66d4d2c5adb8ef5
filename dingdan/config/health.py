"""GET /healthz: whether the database answers, its tables fit this program, and a worker is at work."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dingdan.config import database

WORKER_SILENT_SECONDS = 60


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    missing = database.pending()
    return f"{len(missing)} pending, first {missing[0]}: run `dingdan migrate`" if missing else "ok"


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::bigint FROM procrastinate_workers")
        silent = cursor.fetchone()[0]
    if silent is None:
        return "none has ever been at work: run `dingdan worker`"
    return f"none has been heard of for {silent} s: run `dingdan worker`" if silent > WORKER_SILENT_SECONDS else "ok"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "worker": _worker}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Each part with "ok" or why not; 200 when all are well, else 503."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Error as fault:
            found[name] = f"cannot be asked: {type(fault).__name__}"
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)
