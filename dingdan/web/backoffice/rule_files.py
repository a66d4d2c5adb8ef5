"""Rules of the review as files: written out as CSV or Excel, and read in again. A row says what the form of a rule says."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from dingdan.integrations.importers.findings import Finding, UnreadableFile
from dingdan.integrations.importers.tables import open_table
from dingdan.kernel.errors import Refusal
from dingdan.kernel.workbook import workbook
from dingdan.trade.review.commands import save_rule
from dingdan.trade.review.models import Rule
from dingdan.trade.review.rules import KINDS, RuleDraft, clean_rule
from dingdan.web.backoffice.acting import call_of
from dingdan.web.backoffice.rule_form import draft_of, fields_of

FORMS: Final = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LARGEST: Final = 1_000_000
MOST: Final = 500
_FIRST, _LAST = ("kind", "code", "name"), ("channels", "follows", "approvals", "holds_money", "weight")
_PARAMETERS = tuple(dict.fromkeys(one.name for kind in KINDS.values() for one in kind.parameters))
COLUMNS: Final = (*_FIRST, *_PARAMETERS, *_LAST)
_SEVERAL = " "
"""Between choices in one cell; amounts and words stand on lines of their own, as in the form."""


def exported(rules: Sequence[Rule], form: str) -> HttpResponse:
    """The rules as a file to be kept, changed and read in again."""
    rows = [list(COLUMNS), *(_row(rule) for rule in rules)]
    content = _csv(rows) if form == "csv" else workbook(rows)
    headers = {"Content-Disposition": f'attachment; filename="rules-of-the-review.{form}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=FORMS[form], headers=headers)


def _row(rule: Rule) -> list[str]:
    said = {field.name: field.value for field in fields_of(rule.kind, rule)}
    return [_cell(said.get(name, "")) for name in COLUMNS]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return _SEVERAL.join(value) if isinstance(value, list | tuple) else str(value)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def imported(request: HttpRequest) -> tuple[int, list[str]]:
    """Save the rules of the file that was sent: how many, and what is wrong. Where anything cannot be read, nothing is saved."""
    sent = request.FILES.get("file")
    if sent is None or sent.size is None or sent.size > LARGEST:
        return 0, [_("Choose a file of at most a megabyte.")]
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rules{Path(sent.name or '').suffix.lower()}"
        path.write_bytes(sent.read())
        try:
            drafts = list(_drafts(path, wrong))
        except UnreadableFile as error:
            return 0, [str(error)]
    if wrong or len(drafts) > MOST:
        return 0, wrong or [_("At most {count} rules at once.").format(count=MOST)]
    saved = 0
    for line, draft in drafts:
        try:
            save_rule(call_of(request, f"import:{line}"), rule=draft)
            saved += 1
        except Refusal as refusal:
            wrong.append(_told(line, refusal))
    return saved, wrong


def _drafts(path: Path, wrong: list[str]) -> Iterator[tuple[int, RuleDraft]]:
    """The rules of a file with their lines; what cannot be a rule is told instead."""

    def report(finding: Finding) -> None:
        wrong.append(_("Line {line}: {problem}").format(line=finding.line, problem=f"{finding.sentence} {finding.remedy}"))

    table = open_table(path)
    names = [name.strip().lower().replace(" ", "_") for name in table.header]
    if missing := {"kind", "code", "name"} - set(names):
        raise UnreadableFile(_("The header has no column {names}.").format(names=", ".join(sorted(missing))), "")
    for line, cells in table.rows(report):
        try:
            yield line, clean_rule(_draft(dict(zip(names, cells, strict=True))))
        except Refusal as refusal:
            wrong.append(_told(line, refusal))


def _draft(cells: dict[str, str]) -> RuleDraft:
    """A row as the form would send it."""
    kind, sent = cells["kind"].strip(), QueryDict(mutable=True)
    fields = fields_of(kind, None) if kind in KINDS else []
    for field in fields:
        text = cells.get(field.name, "").strip() if field.name in cells else _cell(field.value)
        if field.kind == "several":
            sent.setlist(field.name, text.split())
        elif field.kind != "tick" or text.lower() in ("yes", "true", "1", "x"):
            sent[field.name] = text
    return draft_of(sent, kind, None) if fields else RuleDraft(code=cells["code"], name=cells["name"], kind=kind)


def _told(line: int, refusal: Refusal) -> str:
    return _("Line {line}: {problem}").format(line=line, problem=f"{refusal.field}: {refusal}" if refusal.field else refusal)
