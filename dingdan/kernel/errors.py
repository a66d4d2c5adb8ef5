"""Refusals: what the program says when it will not do a thing, and what to do instead.

A refusal is defined beside the command that raises it. It carries facts, not prose: the sentence is a template in the
reader's language, so that the API, the pages and the command line all say the same.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

_WIDE_STOPS = ("。", "？", "！")
"""Signs that bring their own blank with them."""


class Refusal(Exception):
    """A request that cannot be granted. Nothing has been written when one is raised.

    `status` is the HTTP status it becomes, `sentence` and `remedy` are templates filled from the facts, `field` names
    the input it is about (dotted, e.g. `lines.0.quantity`).
    """

    status: ClassVar[int] = 409
    sentence: ClassVar[Any] = ""
    remedy: ClassVar[Any] = ""
    retry_after_seconds: ClassVar[int | None] = None

    def __init__(self, *, field: str = "", **facts: Any) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        """The stable name that programs may rely on, e.g. `out_of_stock`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def detail(self) -> str:
        """What is wrong, for a person, in the active language."""
        return str(self.sentence).format(**self.facts)

    @property
    def advice(self) -> str:
        """What to do about it, for a person, in the active language."""
        return str(self.remedy).format(**self.facts)

    def __str__(self) -> str:
        detail, advice = self.detail, self.advice
        return f"{detail}{'' if detail.endswith(_WIDE_STOPS) or not (detail and advice) else ' '}{advice}"


class WrongGuess(Refusal):
    """What was tried opens nothing. A refusal that is one of these is counted."""

    status = 422
    sentence = _("This opens nothing.")
    remedy = _("Look at what you typed character by character.")


class Invalid(Refusal):
    """The input itself is wrong; sending it again will not help."""

    status = 422
    sentence = _("{reason}")


class NotFound(Refusal):
    """There is no such thing here; a stranger's thing is not here either."""

    status = 404
    sentence = _("There is no {what} {id} in this shop.")
    remedy = _("Check the identifier, and that the key or account belongs to this shop.")


class NotPermitted(Refusal):
    status = 403
    sentence = _("This account may not do {command}.")
    remedy = _("Ask the owner for a role, or use a key whose scopes contain {command}.")


class KeyReused(Refusal):
    """The idempotency key was used before for something else."""

    status = 422
    sentence = _("The key {key} was used before with other content.")
    remedy = _("Use a new key for a new request, and the same key only to repeat the same request.")


class StillRunning(Refusal):
    """The first request with this key has not finished."""

    sentence = _("The first request with the key {key} is still running.")
    remedy = _("Repeat the same request with the same key in a few seconds.")
    retry_after_seconds = 2


class Busy(Refusal):
    """What is to be changed is held by somebody else."""

    status = 503
    sentence = _("Somebody else is changing the same thing right now.")
    remedy = _("Repeat the request with the same key in a few seconds.")
    retry_after_seconds = 1


class Outdated(Refusal):
    """The registers have changed since the door read them: it must read them again, and ask once more."""

    status = 503
    sentence = _("Prices, permissions or other registers are being changed right now.")
    remedy = _("Repeat the request with the same key in a few seconds.")
    retry_after_seconds = 1


class Overloaded(Refusal):
    """More is waiting than is sensible to accept."""

    status = 503
    sentence = _("More requests are waiting than can be answered soon.")
    remedy = _("Repeat the request with the same key in a few seconds.")
    retry_after_seconds = 2


class Failed(Refusal):
    """A fault of the program in one call of a batch; its neighbors were answered."""

    status = 500
    sentence = _("Something went wrong here; nothing was written.")
    remedy = _("Repeat the request with the same key; if it happens again, tell whoever runs this server.")

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault


_by_constraint: dict[str, Callable[[], Refusal]] = {}


def refuses(constraint: str, refusal: Callable[[], Refusal]) -> None:
    """Say which refusal a database constraint stands for when it is the last line of defense."""
    _by_constraint[constraint] = refusal


def refusal_of(error: IntegrityError) -> Refusal | None:
    """The refusal that a violated constraint stands for, if one was declared."""
    make = _by_constraint.get(broken_law(error))
    return make() if make else None


def broken_law(error: IntegrityError) -> str:
    """The name of the constraint that was violated."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
