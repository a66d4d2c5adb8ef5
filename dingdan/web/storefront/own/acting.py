"""How something is done with an order: chosen, looked at with everything that comes of it, and then done once.

A form is sent to be looked at as often as its sender likes. What they saw is in the form that does it, and where anything of it
is not so any more, nothing is done and it is shown anew: also where another tab was faster. The key of the deed is made of all
that was sent, so a double click and the way back are one deed, and what was typed differently is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call, Event, decode
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.quantity import PIECE, Unit, parse_quantity
from dingdan.web.storefront.own.act_words import told
from dingdan.web.storefront.own.opening import KEY, Own

DO: Final = "do"
"""The field that says what a button wants: `apply` does it, `more:…` and `less:…` count, all else looks."""
_LONGEST: Final = 2_000


class ChosenAnew(Refusal):
    """Something else was chosen than what was looked at."""

    sentence = _("You chose something else since you looked. Nothing was done yet.")
    remedy = _("This is what comes of it now; press the button if that is right.")


class LooksDifferent(Refusal):
    """What would come of it is not what was seen."""

    sentence = _("Something changed while you were looking. Nothing was done.")
    remedy = _("This is how it would be now.")


class NothingChosen(Refusal):
    """Nothing was ticked."""

    status = 422
    sentence = _("Nothing was chosen yet.")
    remedy = _("Choose at least one article.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What would come of what was chosen.

    `told` is what the page says of it, `button` does it. `asked` stands for what was chosen and `seen` for what comes of it.
    Where it is `refused`, there is nothing to press.
    """

    told: Mapping[str, Any]
    button: str
    asked: str
    seen: str
    refused: Refusal | None = None
    moved: Callable[[str], Refusal | None] | None = None
    """What has changed since somebody saw something else, where that can be said more exactly."""

    @property
    def proof(self) -> str:
        """What the form carries to show what was looked at."""
        return f"{self.asked[:24]}~{self.seen}"


@dataclass(frozen=True, slots=True)
class Shown:
    """Nothing was done: what would come of it, where that can be said, and why nothing was."""

    look: Look | None
    trouble: Refusal | None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done: under which name, what would come of it (may refuse), and how it is done."""

    name: str
    look: Callable[[], Look]
    give: Callable[[Call, Look], Event]


def pressed(own: Own, deed: Deed) -> Event | Shown:
    """What came of a form: what happened, or what would."""
    call = call_of(own, deed.name)
    happened = happened_before(call)
    if happened is not None:
        return happened
    try:
        look = deed.look()
    except Refusal as refusal:
        return Shown(None, refusal)
    if own.request.POST.get(DO) != "apply":
        return Shown(look, look.refused)
    trouble = look.refused or _not_as_seen(own.request.POST.get("seen", ""), look)
    if trouble is not None:
        return Shown(look, trouble)
    try:
        counted_deed("own order", client=str(own.order.id), at=clock.now())
        return deed.give(call, look)
    except Refusal as refusal:
        return _again(deed, refusal)


def _again(deed: Deed, refusal: Refusal) -> Shown:
    """Why it was refused, with what would come of it now."""
    try:
        return Shown(deed.look(), refusal)
    except Refusal:
        return Shown(None, refusal)


def _not_as_seen(sent: str, look: Look) -> Refusal | None:
    asked, _sign, seen = sent.partition("~")
    if asked != look.asked[:24]:
        return ChosenAnew()
    if seen == look.seen:
        return None
    return (look.moved(seen) if look.moved else None) or LooksDifferent()


def parts_of(own: Own, shown: Shown) -> dict[str, Any]:
    """What the page of a form says of what was pressed: above it why nothing was done, beside it what would come of it."""
    told_, is_look = told(shown.trouble), own.request.method == "POST" and own.request.POST.get(DO) != "apply"
    status = 200 if is_look or shown.trouble is None or own.request.method != "POST" else shown.trouble.status
    key = own.request.POST.get(KEY, "").replace("\0", "")[:64]
    return {
        "status": status, "trouble": {} if is_look else told_, "hint": told_ if is_look else {}, "look": shown.look,
        **({KEY: key} if key else {}),
    }  # fmt: skip


def call_of(own: Own, name: str) -> Call:
    """The call of a form: the same for everything that is sent in the same form with the same words."""
    said = {field: own.request.POST.getlist(field) for field in own.request.POST}
    if not said.get(KEY, [""])[0]:
        said[KEY] = [str(new_id())]
    return replace(own.call, key=f"own:{own.order.id}:{name}:{fingerprint(said)[:40]}")


def happened_before(call: Call) -> Event | None:
    """What came of the same form when it was sent before."""
    row = JournalEntry.objects.filter(key=call.key, event__isnull=False).first()
    return decode(str(row.event_kind), row.event) if row else None


def text_of(own: Own, field: str, longest: int = _LONGEST) -> str:
    """What was typed into a field, no longer than it may be."""
    return own.request.POST.get(field, "").replace("\0", "").replace("\r\n", "\n")[:longest]


def counted(own: Own, field: str, usual: int, *, least: int = 0, most: int, unit: Unit = PIECE) -> int:
    """How much a field says, between two bounds; the buttons beside it count up and down. The usual where it says nothing."""
    try:
        found = parse_quantity(own.request.POST.get(field, ""), unit, field=field)
    except Refusal:
        found = 0 if own.request.POST.get(field, "").strip() == "0" else usual
    step = {f"more:{field}": unit.steps, f"less:{field}": -unit.steps}.get(own.request.POST.get(DO, ""), 0)
    return min(max(found + step, least), max(most, least))
