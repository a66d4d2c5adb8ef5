"""What a kind of mail says of a sample, and the program's own wording as one that shops may go on from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from dingdan.masterdata.wording.rules.kinds import Amount, Kind, Lines, Name

ALWAYS: Final = ("order.number", "order.date", "order.total", "shop.name", "shipment.number", "ticket.number", "invoice.number")
"""What every mail has that knows it; all else may be missing from one."""


def sample_values(
    kind: Kind,
    names: Sequence[Name] | None = None,
    *,
    money: Callable[[int], str] = str,
    day: Callable[[date], str] = date.isoformat,
) -> dict[str, Any]:
    """The names of a kind (or some of them) with sample values; amounts and days as a reader writes them."""

    def shown(value: Any) -> Any:
        if isinstance(value, Amount):
            return money(int(value))
        if isinstance(value, date):
            return day(value)
        if isinstance(value, Lines):
            return [{name: shown(one) for name, one in line.items()} for line in value]
        return value

    return _tree({one.path: shown(one.sample) for one in names or kind.all_names})


def no_values(kind: Kind) -> dict[str, Any]:
    """The names of a kind, all of them nil."""
    return _tree(dict.fromkeys([one.path for one in kind.all_names]))


def empty_values(kind: Kind, names: Sequence[Name] | None = None) -> dict[str, Any]:
    """The names of a kind (or some of them) without anything that a mail may lack."""
    values: dict[str, Any] = {}
    for one in names or kind.all_names:
        if isinstance(one.sample, bool):
            values[one.path] = False
        elif isinstance(one.sample, Lines):
            values[one.path] = []
        else:
            values[one.path] = str(one.sample) if one.path in ALWAYS else None
    return _tree(values)


def _tree(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *names, last = path.split(".")
        at = tree
        for name in names:
            at = at.setdefault(name, {})
        at[last] = value
    return tree


def starting(kind: Kind) -> dict[str, str]:
    """The program's own wording by field, in the active language: what an editor begins with."""
    hello = _("Hello {name},").format(name="{{ customer.name }}")
    return {
        "subject": kind.subject.template,
        "heading": kind.heading.template,
        "body": "\n\n".join([f"{{% if customer.name %}}{hello}{{% endif %}}", *(one.template for one in kind.body)]),
        "closing": "",
    }
