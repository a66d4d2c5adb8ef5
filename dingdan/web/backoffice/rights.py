"""What roles and keys may do, for people: desk by desk, each thing by its name; and up to which amounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel.errors import Invalid
from dingdan.kernel.journal import Actor
from dingdan.kernel.money import Money, parse
from dingdan.masterdata.staff.rules import ACT, DAY, LIMITED, PERIODS, LimitDraft
from dingdan.web.backoffice import show
from dingdan.web.backoffice.pages import Cell, Field, Table
from dingdan.web.backoffice.words import word
from dingdan.web.shared.permissions import BESIDE, DESKS, READS, every_permission

LIMITS: Final[Mapping[str, Any]] = {
    "refund": gettext_lazy("Refunds, up to"),
    "discount": gettext_lazy("Discounts and allowances, up to"),
    "credit": gettext_lazy("Goodwill, credit and gift cards, up to"),
    "write_off": gettext_lazy("Debts written off, up to"),
}
LIMITS_IN_A_DAY: Final[Mapping[str, Any]] = {
    "refund": gettext_lazy("Refunds in a day, up to"),
    "discount": gettext_lazy("Discounts and allowances in a day, up to"),
    "credit": gettext_lazy("Goodwill, credit and gift cards in a day, up to"),
    "write_off": gettext_lazy("Debts written off in a day, up to"),
}


def by_desk() -> dict[str, list[str]]:
    """Everything that can be allowed, by desk in the order of the house; looking at things comes first."""
    found: dict[str, list[str]] = {desk: [] for desk in DESKS}
    for name in sorted(every_permission(), key=lambda name: (not name.endswith(".read"), name)):
        found.setdefault(name.partition(".")[0], []).append(name)
    return {desk: names for desk, names in found.items() if names}


def named(permission: str) -> str:
    """What a permission allows, in the reader's words."""
    if permission in READS or permission in BESIDE:
        return str((READS | BESIDE)[permission])
    return word(permission.partition(".")[2])


def table(permissions: Collection[str]) -> Table:
    """What these permissions allow, desk by desk; a desk at which they allow nothing is left out."""
    actor, rows = Actor("staff", "", frozenset(permissions)), []
    for desk, names in by_desk().items():
        allowed = [name for name in names if actor.may(name)]
        if allowed:
            told = [str(_("Everything"))] if len(allowed) == len(names) else [named(name) for name in allowed]
            rows.append([Cell(DESKS.get(desk, desk)), Cell("\n".join(told))])
    return Table(_("May do"), [_("Desk"), _("What")], rows)


def fields(permissions: Collection[str], limits: Sequence[Mapping[str, Any]], *, may: Actor) -> list[Field]:
    """The form of what is allowed, as far as whoever fills it in may do it themselves; patterns of other kinds stand below."""
    found: list[Field] = []
    listed: set[str] = set()
    for desk, names in by_desk().items():
        whole = f"{desk}.*"
        given = [name for name in names if may.may(name)]
        choices = [(whole, _("Everything at this desk, also what comes later"))] if may.may(whole) else []
        choices += [(name, named(name)) for name in given]
        ticked = [name for name, _words in choices if name in permissions]
        listed.update(name for name, _words in choices)
        if choices:
            note = _told(ticked, whole, len(choices))
            found.append(Field("may", DESKS.get(desk, desk), "folded", ticked, choices, note=note))
    others = "\n".join(sorted(set(permissions) - listed))
    note = _("One a line: * is everything, *.read is looking at everything.")
    found.append(Field("others", _("Patterns"), "text", others, note=note))
    such = _("Such as 100.00 EUR, 80 GBP. Empty: any amount.")
    for what, label in LIMITS.items():
        found.append(Field(f"limit_{what}", label, value=_written(limits, what, ACT), note=such))
        found.append(Field(f"limit_{what}_{DAY}", LIMITS_IN_A_DAY[what], value=_written(limits, what, DAY), note=such))
    return found


def _told(ticked: Sequence[str], whole: str, count: int) -> str:
    if whole in ticked:
        return str(_("Everything"))
    return str(_("{count} of {all}")).format(count=len(ticked), all=count - 1) if ticked else ""


def typed(sent: QueryDict) -> tuple[str, ...]:
    """The permissions that were ticked and typed."""
    return tuple(dict.fromkeys([*sent.getlist("may"), *sent.get("others", "").split()]))


def typed_limits(sent: QueryDict) -> tuple[LimitDraft, ...]:
    """The limits that were typed. Refuses what is no amount with a currency."""
    return tuple(_limits(sent))


def _limits(sent: QueryDict) -> Iterable[LimitDraft]:
    for what, per in product(LIMITED, PERIODS):
        name = f"limit_{what}" if per == ACT else f"limit_{what}_{per}"
        for part in filter(None, (one.strip() for one in sent.get(name, "").replace("，", ",").split(","))):
            amount, _space, currency = part.rpartition(" ")
            if not amount or not currency.isalpha():
                raise Invalid(reason=str(_("“{text}” is no amount with a currency, such as 100.00 EUR.")).format(text=part[:40]))
            money = parse(amount.strip(), currency.upper())
            yield LimitDraft(what=what, currency=money.currency, amount=money.amount, per=per)


def _written(limits: Sequence[Mapping[str, Any]], what: str, per: str) -> str:
    return ", ".join(_plain(Money(one["amount"], one["currency"])) for one in _of(limits, what, per))


def _of(limits: Sequence[Mapping[str, Any]], what: str, per: str) -> list[Mapping[str, Any]]:
    return [one for one in limits if one["what"] == what and one.get("per", ACT) == per]


def _plain(money: Money) -> str:
    return f"{money.major} {money.currency}"


def limits_told(limits: Sequence[Mapping[str, Any]]) -> list[tuple[Any, str]]:
    """The limits as facts."""
    labels = {(what, per): names[what] for what in LIMITS for per, names in ((ACT, LIMITS), (DAY, LIMITS_IN_A_DAY))}
    told = {key: ", ".join(show.money(one["amount"], one["currency"]) for one in _of(limits, *key)) for key in labels}
    return [(labels[key], text) for key, text in told.items()]
