"""`dingdan report` for people: a report of the default shop as a file, and which there are."""

from __future__ import annotations

from typing import Any

from dingdan.automation.setup import default_tenant
from dingdan.insight.reports.files import FORMATS, report_file
from dingdan.insight.reports.layout import answer
from dingdan.insight.reports.registry import REPORTS, asked
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope


def names() -> list[str]:
    """Every report with what it says, a line each."""
    widest = max(map(len, REPORTS))
    return [f"{one.name:<{widest}}  {one.lead}" for one in REPORTS.values()]


def report(name: str, *, form: str = "csv", tenant: Tenant | None = None, **said: Any) -> bytes:
    """A report as a file. `said` is as in `registry.asked`."""
    if name not in REPORTS:
        raise NotFound(what="report", id=name)
    if form not in FORMATS:
        raise Invalid(field="format", reason=f"{form} is none of {', '.join(FORMATS)}")
    with tenant_scope((tenant or default_tenant()).id):
        return b"".join(report_file(answer(REPORTS[name], asked(**said), compare=False), form).pieces)
