"""Reports by mail at the back office: written down, changed, paused and sent by whoever looks at reports; their own alone."""

from __future__ import annotations

from typing import Any

from dingdan.automation.models import ReportMail, ReportSchedule
from tests.conftest import Shop
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

HERE = "automation/reportschedule/"


def finance(shop: Shop) -> Desk:
    """Somebody who looks at reports, and has no permission for mails."""
    return sit_down(shop, as_user=lambda where: member(where, "accounting"))


def wanted(desk: Desk, **said: Any) -> dict[str, Any]:
    """The form as it is filled in."""
    usual = {
        "report": "sales-by-day", "period": "last-month", "rhythm": "monthly", "weekday": "0", "month_day": "1", "hour": "7",
        "file_format": "xlsx", "language": "zh-Hant", "currency": "", "channel": "", "readers": [str(desk.user.pk)],
    }  # fmt: skip
    return usual | said


def send(desk: Desk, path: str, said: dict[str, Any], *, status: int = 302) -> str:
    """What comes of sending a form."""
    answer = desk.browser.post(f"/backoffice/{HERE}{path}", said)
    assert answer.status_code == status, answer.status_code
    return text_of(answer.content.decode())


def test_from_the_report_to_the_mail(shop: Shop) -> None:
    desk = finance(shop)
    assert "No report is sent by mail yet" in desk.read(HERE)
    assert "Send by mail" in desk.read("rollups/saleshour/sales-by-day/?period=last-month")
    assert 'value="last-month" selected' in desk.get(f"{HERE}new/?report=sales-by-day&period=last-month")
    for _twice in range(2):
        send(desk, "new/", wanted(desk, key="once"))
    row = ReportSchedule.objects.get()
    assert (row.report, row.period, row.readers, row.user_id) == ("sales-by-day", "last-month", [desk.user.pk], desk.user.pk)
    said = desk.read(f"{HERE}{row.id}/")
    assert "On day 1 of every month at 07:00" in said
    assert desk.user.username in said
    send(desk, f"{row.id}/do/now/", {"key": "now"})
    send(desk, f"{row.id}/do/now/", {"key": "now"})
    assert ReportMail.objects.get().user_id == desk.user.pk
    for act, state in (("pause", "paused"), ("resume", "active"), ("retire", "retired"), ("save", "active")):
        send(desk, f"{row.id}/do/{act}/", wanted(desk, rhythm="weekly", weekday="4"))
        row.refresh_from_db()
        assert row.state == state
    assert "Every Friday at 07:00" in desk.read(HERE)


def test_a_form_that_cannot_be_comes_back_as_it_was_typed(shop: Shop) -> None:
    desk = finance(shop)
    for field, wrong, told in (
        ("report", "gossip", "gossip"),
        ("hour", "soon", "a number from 0 to 23"),
        ("currency", "XXQ", "is no currency"),
        ("readers", [], "1 to 20 people"),
        ("readers", [str(member(shop, "warehouse").pk)], "may not look at reports"),
    ):
        assert told in send(desk, "new/", wanted(desk, **{field: wrong}), status=200), field
    assert not ReportSchedule.objects.exists()


def test_those_of_others_are_left_alone(shop: Shop) -> None:
    owner, other = sit_down(shop), finance(shop)
    send(owner, "new/", wanted(owner))
    row = ReportSchedule.objects.get()
    assert "On day 1 of every month" in other.read(f"{HERE}{row.id}/")
    for act in ("pause", "retire", "now", "save"):
        assert "may not do" in send(other, f"{row.id}/do/{act}/", wanted(other), status=200)
    warehouse = sit_down(shop, as_user=lambda where: member(where, "warehouse"))
    warehouse.get(f"{HERE}new/", status=403)
    send(warehouse, f"{row.id}/do/pause/", {}, status=403)
    row.refresh_from_db()
    assert (row.state, row.rhythm, ReportMail.objects.exists()) == ("active", "monthly", False)
