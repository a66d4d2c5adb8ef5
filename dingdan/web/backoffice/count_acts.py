"""What is done with a count, and what would come of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Invalid
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.counting import queries
from dingdan.trade.counting.commands import abandon_count, apply_count, enter_counts, take_back_count
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import SeenGoods
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Look
from dingdan.web.backoffice.count_tables import differences
from dingdan.web.backoffice.pages import Button, Facts
from dingdan.web.backoffice.typed import counted


def moment_of(sent: QueryDict) -> datetime | None:
    """The time of the day that was typed, by the shop's clock, the last time that it was so late; None for none."""
    text = sent.get("at", "").strip()
    if not text:
        return None
    try:
        typed = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 (the zone comes with the day)
    except ValueError:
        raise Invalid(field="at", reason=_("Write the time as 14:30.")) from None
    now = clock.now().astimezone(ZoneInfo(tenant_in_scope().time_zone))
    found = now.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
    return found if found <= now else found - timedelta(days=1)


def _seen(line: CountLine, sent: QueryDict) -> SeenGoods:
    pieces = counted(sent, f"line-{line.id}", line.variant)
    return SeenGoods(line.variant.sku, line.location_id, pieces, line.lot.code if line.lot else "", line.owner_id)


def _enter(call: Call, row: Count, sent: QueryDict) -> Event:
    lines = [_seen(one, sent) for one in queries.lines_of(row.id) if sent.get(f"line-{one.id}", "").strip()]
    if not lines:
        raise Invalid(field="lines", reason=_("Write how many there are; 0 where there are none."))
    is_again = sent.get("again") == "1"
    return enter_counts(call, count_id=row.id, lines=tuple(lines), counted_at=moment_of(sent), again=is_again)


def _entered(event: Any) -> Any:
    told = str(_("{count} places are counted.")).format(count=show.count(len(event.lines)))
    if event.to_recount:
        told += " " + str(_("{count} of them differ by more than is tolerated.")).format(count=show.count(event.to_recount))
    return told


def _apply(call: Call, row: Count, sent: QueryDict) -> Event:
    return apply_count(
        call,
        count_id=row.id,
        reason=sent.get("reason") or "count",
        note=sent.get("note", ""),
        without_recount="without_recount" in sent,
    )


def _look_apply(row: Count, _sent: QueryDict) -> Look:
    lines = queries.lines_of(row.id)
    done = [one for one in lines if one.counted is not None]
    right = sum(one.difference == 0 for one in done)
    facts = Facts(
        _("What would come of it"),
        [
            (_("Places that are right"), show.count(right)),
            (_("Places that are corrected"), show.count(len(done) - right)),
            (_("Not counted: they stay as they are"), show.count(len(lines) - len(done))),
        ],
    )
    seen = fingerprint([(str(one.id), one.counted, one.difference) for one in lines])[:32]
    return Look([facts, differences(row, done, _("Differences"))], Button(_("Correct the books"), "good"), seen)


def _applied(event: Any) -> Any:
    if event.refused:
        told = _("The books are corrected, but for {count} places: their goods are promised to orders, or gone.")
        return str(told).format(count=show.count(event.refused))
    return _("The books are corrected. It can be taken back from here.")


def _abandon(call: Call, row: Count, _sent: QueryDict) -> Event:
    return abandon_count(call, count_id=row.id)


def _take_back(call: Call, row: Count, _sent: QueryDict) -> Event:
    return take_back_count(call, count_id=row.id)


ACTS: Final[Mapping[str, Act]] = {
    "enter": Act("counting.enter_counts", _enter, _entered),
    "apply": Act("counting.apply_count", _apply, _applied, _look_apply),
    "abandon": Act("counting.abandon_count", _abandon, lambda _event: _("Nothing comes of it.")),
    "take_back": Act("counting.take_back_count", _take_back, lambda _event: _("The count is taken back.")),
}
