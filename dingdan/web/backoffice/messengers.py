"""The shop's accounts at firms that carry short messages. Secrets are written here and never read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import display
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from dingdan.masterdata.messengers.commands import restore_messenger, retire_messenger, save_messenger
from dingdan.masterdata.messengers.lifecycle import MESSENGER_LIFE
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.masterdata.messengers.ports import MODES, Firm, firms
from dingdan.masterdata.messengers.ports import Field as Asked
from dingdan.masterdata.messengers.rules import MessengerDraft
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of
from dingdan.web.backoffice.base import badge, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.methods import Written, turned
from dingdan.web.backoffice.pages import Cell, Facts, Field, Group, Page, Table
from dingdan.web.backoffice.words import way, word


class Messengers(Written):
    """By which firm customers are written to beside mail."""

    many = _("Accounts for messages")
    permission = "messengers.read"
    when_empty = _(
        "No account yet. With one, customers who want it are also told by SMS, or in LINE, what became of their orders."
    )
    save, slug = "messengers.save_messenger", "messenger"
    new_text, saved_text = _("New account"), _("The account is saved.")
    acts: ClassVar = {
        "retire": turned(retire_messenger, "messenger_id", _("Nothing more is sent by it.")),
        "restore": turned(restore_messenger, "messenger_id", _("It is used again.")),
    }
    list_display = ("way_shown", "firm_shown", "name_shown", "mode_shown", "account_state")
    asks = (by_state("state", _("State"), MESSENGER_LIFE.states),)
    ordering = ("way", "id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("sealed")

    @display(description=_("Way"))
    def way_shown(self, row: MessengerAccount) -> str:
        return way(row.way)

    @display(description=_("Firm"))
    def firm_shown(self, row: MessengerAccount) -> str:
        return _name_of(row.firm)

    @display(description=_("Name"))
    def name_shown(self, row: MessengerAccount) -> str:
        return row.name or show.NOTHING

    @display(description=_("Mode"))
    def mode_shown(self, row: MessengerAccount) -> str:
        return word(row.mode)

    @display(description=_("State"))
    def account_state(self, row: MessengerAccount) -> str:
        return listed_badge(row.state)

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """First which firm, then what that firm wants to know."""
        if object_id is None and _firm(request, None) is None and may(request, self.save):
            rows = [[Cell(one.name, url=f"{request.path}?firm={one.code}"), Cell(way(one.way))] for one in firms.values()]
            table = Table(_("At which firm?"), [_("Firm"), _("Way")], rows)
            return self.shown(request, Page(str(self.new_text), sections=[table]))
        return super().form_view(request, object_id)

    @staticmethod
    def form_of(request: HttpRequest, row: MessengerAccount | None) -> Sequence[Field | Group]:
        firm = _firm(request, row)
        said, known = (row.settings, set(row.secrets_known)) if row else ({}, set[str]())
        return [
            Field("firm", "", "hidden", firm.code),
            Field("name", _("Name"), value=row.name if row else "", note=_("For the people of the shop."), most=200),
            Field("mode", _("Mode"), "choice", row.mode if row else MODES[0], [(one, word(one)) for one in MODES]),
            *(_field(one, "setting", said.get(one.name, "")) for one in firm.fields if not one.secret),
            *(_field(one, "secret", is_there=one.name in known) for one in firm.fields if one.secret),
        ]

    @staticmethod
    def keep(request: HttpRequest, row: MessengerAccount | None) -> UUID:
        firm, sent = _firm(request, row), request.POST
        secrets = {one.name: sent.get(f"secret.{one.name}", "") for one in firm.fields if one.secret}
        draft = MessengerDraft(
            id=row.id if row else None, firm=firm.code, name=sent.get("name", ""), mode=sent.get("mode", ""),
            settings={one.name: sent.get(f"setting.{one.name}", "") for one in firm.fields if not one.secret},
            secrets={name: text for name, text in secrets.items() if text.strip()},
        )  # fmt: skip
        return save_messenger(call_of(request, f"messenger:{row.id if row else ''}"), account=draft).messenger_id

    def page(self, row: MessengerAccount) -> Page:
        firm = firms.get(row.firm)
        asked = firm.fields if firm else ()
        facts: list[tuple[Any, Any]] = [
            (_("Firm"), _name_of(row.firm)),
            (_("Way"), way(row.way)),
            (_("Name"), row.name),
            (_("Mode"), word(row.mode)),
        ]
        facts += [(one.label, row.settings.get(one.name, "")) for one in asked if not one.secret]
        there = str(_("is there"))
        secrets: list[tuple[Any, Any]] = [
            (one.label, there if one.name in row.secrets_known else show.NOTHING) for one in asked if one.secret
        ]
        return Page(str(row), [badge(row.state)], sections=[Facts(_("Account"), facts), Facts(_("Secrets"), secrets)])


def _field(one: Asked, part: str, said: str = "", *, is_there: bool = False) -> Field:
    told = str(_("It is there. Leave this empty to keep it, or replace it.")) if is_there else ""
    note = " ".join(filter(None, (told, str(one.hint))))
    return Field(f"{part}.{one.name}", one.label, "line", said, note=note, is_required=not is_there)


def _firm(request: HttpRequest, row: MessengerAccount | None) -> Firm | Any:
    """The firm of an account, or the one that was chosen for a new one."""
    return firms.get(row.firm if row else request.POST.get("firm") or request.GET.get("firm", ""))


def _name_of(code: str) -> str:
    return firms[code].name if code in firms else code
