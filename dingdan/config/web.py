"""The web process: granian serving `front` with Django behind it. Run as `python -m dingdan.config.web`."""

import os
import threading
from importlib import import_module

from dingdan.config import environment
from dingdan.config.database import uncollected
from dingdan.config.front import Front
from dingdan.config.processes import end_with_parent

STOP_SECONDS = 10
SOON = 10  # seconds
WANTED_SOON = ("stripe", "phonenumbers", "cryptography.x509", "httpcore")
"""What takes long to load and is not wanted at once: loaded beside the first visitors, so that whoever pays finds it there."""


def application() -> Front:
    """What granian calls in each of its processes."""
    end_with_parent(os.getppid())
    os.environ.setdefault("DINGDAN_STATEMENT_TIMEOUT", "30s")  # nobody waits longer for a page
    os.umask(0o077)
    with uncollected():
        served = front()
    soon = threading.Timer(SOON, lambda: [import_module(name) for name in WANTED_SOON])
    soon.daemon = True
    soon.start()
    return served


def front() -> Front:
    """Everything that is served, on threads and an event loop of whoever asks."""
    from django.conf import settings

    from dingdan.config.wsgi import application as django

    import_module(settings.ROOT_URLCONF)  # now, so that the first visitor does not wait for it
    from dingdan.web.api import hot
    from dingdan.web.api.live import PROGRAM
    from dingdan.web.backoffice.live import DESK
    from dingdan.web.inbound import hot as notices
    from dingdan.web.live.door import PREFIX, LiveDoor
    from dingdan.web.shared.reading import body_limit
    from dingdan.web.storefront import hot as shop
    from dingdan.web.storefront.live import CUSTOMER, PAYER

    live = LiveDoor(
        {"desk": DESK, "events": PROGRAM, "pay": PAYER, "order": CUSTOMER},
        most=environment.number("DINGDAN_LIVE", 2000, least=1),
        most_per_address=environment.number("DINGDAN_LIVE_PER_ADDRESS", 200, least=1),
    )
    return Front(
        django,
        threads=environment.threads(),
        limit=body_limit,
        doors={PREFIX: live},
        hot={hot.PATH: hot.HotDoor(), notices.PREFIX: notices.NoticeDoor(), shop.PREFIX: shop.ProductDoor()},
    )


def main() -> None:
    """Serve until told to stop; ends with the process that started it."""
    end_with_parent()
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    Granian(
        "dingdan.config.web:application",
        address=environment.bind(),
        port=environment.port(),
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        factory=True,
        workers=environment.number("DINGDAN_WEB_PROCESSES", 1, least=1, most=64),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
