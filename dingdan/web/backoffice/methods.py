"""How the shop is paid: accounts at payment firms, methods that are offered, levels of reminders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dingdan.automation.words import method_name
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.methods import commands
from dingdan.masterdata.methods.lifecycle import METHOD_LIFE
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.ports import firms
from dingdan.masterdata.methods.queries import terms_of_row
from dingdan.masterdata.methods.rules import offered
from dingdan.masterdata.wording.lifecycle import MAIL
from dingdan.masterdata.wording.queries import all_wordings
from dingdan.masterdata.wording.rules.drafts import LEVELED
from dingdan.trade.orders.queries import methods
from dingdan.web.backoffice import method_forms, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key, refilled
from dingdan.web.backoffice.base import badge, history, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Group, Page, Section, Table
from dingdan.web.backoffice.wordings import whose
from dingdan.web.backoffice.words import word


def turned(command: Any, key: str, done: Any) -> Act:
    """Taking a row of a register out of use, or into it again, by a command that wants its id under that name."""

    def give(call: Call, row: Any, _sent: QueryDict) -> Event:
        event: Event = command(call, **{key: row.id})
        return event

    return Act(command.name, give, lambda _event: done)


class Written(Acting):
    """A register whose rows are written by a form."""

    save = ""
    """The permission to write a row."""
    new_text: Any = ""
    saved_text: Any = ""
    slug = ""
    form_of: Callable[[HttpRequest, Any], Sequence[Field | Group]]
    """What is to be filled in about a row, or a new one."""
    keep: Callable[[HttpRequest, Any], UUID]
    """Write what was filled in, and return the row's id. Raises `Refusal`."""

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages and the forms."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("new/", wrap(forms(self.form_view)), name=f"{self.slug}_new"),
            path("<uuid:object_id>/edit/", wrap(forms(self.form_view)), name=f"{self.slug}_edit"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new row above it."""
        new = reverse(f"admin:{self.slug}_new") if may(request, self.save) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": self.new_text, **(extra_context or {})})

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The form of a row; sent with something that cannot be, it comes back as it was typed, and says what is wrong."""
        row = self.row(request, object_id) if object_id else None
        if not may(request, self.save):
            raise PermissionDenied
        if object_id and row is None:
            raise Http404
        form = Form("", request.path, fresh_key(), self.form_of(request, row), [Button(_("Save"), "good")])
        page = Page(str(row) if row else str(self.new_text), sections=[form])
        if request.method == "POST":
            try:
                saved = self.keep(request, row)
            except Refusal as refusal:
                return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
            messages.success(request, self.saved_text)
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[saved]))
        return self.shown(request, page)

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What a row says, and what can be done with it."""
        page = self.page(row)
        turns = [name for name in METHOD_LIFE.possible(row.state) if name in self.acts]
        forms = [
            Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn), "bad" if turn == "retire" else "")])
            for turn in self.allowed(request, *turns)
        ]
        edit = [Cell(_("Change"), url=reverse(f"admin:{self.slug}_edit", args=[row.pk]))] if may(request, self.save) else []
        return replace(page, links=edit, sections=[*page.sections, *forms, history(row.id)])


class MerchantAccounts(Written):
    """The shop's accounts at payment firms. Secrets are written here and never read."""

    many = _("Accounts at payment firms")
    permission = "methods.read"
    when_empty = _("No account yet. Open one at a payment firm, and write down here what its pages show.")
    save, slug = "methods.save_merchant_account", "merchant_account"
    new_text, saved_text = _("New account"), _("The account is saved.")
    acts: ClassVar = {
        "retire": turned(commands.retire_merchant_account, "merchant_account_id", _("It begins no payments any more.")),
        "restore": turned(commands.restore_merchant_account, "merchant_account_id", _("It begins payments again.")),
    }
    list_display = ("firm", "merchant_shown", "name_shown", "mode_shown", "account_state")
    asks = (by_state("state", _("State"), METHOD_LIFE.states),)
    ordering = ("gateway", "id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("sealed")

    @display(description=_("Firm"))
    def firm(self, row: MerchantAccount) -> str:
        return _firm_name(row.gateway)

    @display(description=_("Account"))
    def merchant_shown(self, row: MerchantAccount) -> str:
        return row.merchant

    @display(description=_("Name"))
    def name_shown(self, row: MerchantAccount) -> str:
        return row.name or show.NOTHING

    @display(description=_("Mode"))
    def mode_shown(self, row: MerchantAccount) -> str:
        return word(row.mode)

    @display(description=_("State"))
    def account_state(self, row: MerchantAccount) -> str:
        return listed_badge(row.state)

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """First which firm, then what that firm wants to know."""
        if object_id is None and _firm(request, None) is None and may(request, self.save):
            choices = [Cell(one.name, url=f"{request.path}?firm={one.code}") for one in firms.values()]
            table = Table(_("At which firm?"), [_("Firm"), _("Currencies"), _("Ways")], [_offered_by(one) for one in choices])
            return self.shown(request, Page(str(self.new_text), sections=[table]))
        return super().form_view(request, object_id)

    @staticmethod
    def form_of(request: HttpRequest, row: MerchantAccount | None) -> Sequence[Field | Group]:
        return method_forms.account_fields(_firm(request, row), row)

    @staticmethod
    def keep(request: HttpRequest, row: MerchantAccount | None) -> UUID:
        draft = method_forms.account_draft(request.POST, _firm(request, row), row)
        call = call_of(request, f"account:{row.id if row else ''}")
        return commands.save_merchant_account(call, account=draft).merchant_account_id

    def page(self, row: MerchantAccount) -> Page:
        firm = firms.get(row.gateway)
        known = [(one.name, one) for one in firm.fields] if firm else []
        said = [(one.label, word(text) if one.choices else text) for name, one in known if (text := row.settings.get(name, ""))]
        there = str(_("is there"))
        secrets = [(one.label, there if name in row.secrets_known else show.NOTHING) for name, one in known if one.secret]
        notices = settings.PUBLIC_URL + reverse("gateway_notice", args=[row.gateway, row.tenant_id, row.id])
        facts = [(_("Firm"), _firm_name(row.gateway)), (firm.merchant if firm else _("Number"), row.merchant)]
        facts += [(_("Name"), row.name), (_("Mode"), word(row.mode)), *said]
        sections: list[Section] = [
            Facts(_("Account"), facts),
            Facts(_("Secrets"), secrets),
            Facts(_("To be told to the firm"), [(_("Address for notices"), notices)]),
        ]
        return Page(str(row), [badge(row.state)], sections=sections)


def _firm(request: HttpRequest, row: MerchantAccount | None) -> Any:
    """The firm of an account, or the one that was chosen for a new one."""
    return firms.get(row.gateway if row else request.POST.get("gateway") or request.GET.get("firm", ""))


def _offered_by(link_to_firm: Cell) -> list[Cell]:
    firm = next(one for one in firms.values() if one.name == link_to_firm.text)
    return [
        link_to_firm,
        Cell(", ".join(sorted(firm.currencies)) or str(_("All"))),
        Cell(", ".join(word(way) for way in firm.ways)),
    ]


def _firm_name(code: str) -> str:
    return firms[code].name if code in firms else method_name(code)


class PaymentMethods(Written):
    """The methods that are offered, in the shop's order."""

    many = _("Payment methods")
    permission = "methods.read"
    when_empty = _("No method yet. Until there is one, everything is offered for which there is an account, and bank transfer.")
    save, slug = "methods.save_payment_method", "payment_method"
    new_text, saved_text = _("New payment method"), _("The payment method is saved.")
    acts: ClassVar = {
        "retire": turned(commands.retire_payment_method, "payment_method_id", _("It is offered no more.")),
        "restore": turned(commands.restore_payment_method, "payment_method_id", _("It is offered again.")),
    }
    list_display = ("name_shown", "code_shown", "position_shown", "narrowed", "costs", "method_state")
    asks = (by_state("state", _("State"), METHOD_LIFE.states),)
    ordering = ("position", "code")
    sortable_by = ()

    @display(description=_("Name"))
    def name_shown(self, row: PaymentMethod) -> str:
        return terms_of_row(row).named(show.locale())

    @display(description=_("Code"))
    def code_shown(self, row: PaymentMethod) -> str:
        return row.code

    @display(description=_("Position"))
    def position_shown(self, row: PaymentMethod) -> str:
        return show.count(row.position)

    @display(description=_("To whom"))
    def narrowed(self, row: PaymentMethod) -> str:
        return " · ".join(", ".join(part) for part in (row.channels, row.countries, row.currencies, row.groups) if part) or str(
            _("All")
        )

    @display(description=_("Costs"))
    def costs(self, row: PaymentMethod) -> str:
        return _cost(row) or show.NOTHING

    @display(description=_("State"))
    def method_state(self, row: PaymentMethod) -> str:
        return listed_badge(row.state)

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, the forms, and who is offered what."""
        who = self.admin_site.admin_view(require_safe(self.preview_view))
        return [path("offered/", who, name="payment_method_offered"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to who is offered what."""
        more = {"more_url": reverse("admin:payment_method_offered"), "more_text": _("Who is offered what?")}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Which methods are offered for a sale, and what each costs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sale, trouble = None, ""
        try:
            sale = method_forms.previewed(request.GET)
        except Refusal as refusal:
            trouble = str(refusal)
        form = Form(
            "", request.path, "", method_forms.preview_fields(sale), [Button(_("Show"), "good")], method="get", trouble=trouble
        )
        found: list[Section] = []
        if sale is not None:
            rows = [
                [
                    Cell(one.named(show.locale()), small=one.code),
                    number(show.money(one.charge(sale.amount, sale.currency), sale.currency)),
                ]
                for one in offered(methods(register_version()), sale)
            ]
            found = [Table(_("Offered"), [_("Method"), _("Costs")], rows, note="" if rows else _("Nothing is offered."))]
        return self.shown(request, Page(str(_("Who is offered what?")), sections=[form, *found]))

    @staticmethod
    def form_of(request: HttpRequest, row: PaymentMethod | None) -> Sequence[Field | Group]:
        return method_forms.method_fields(row)

    @staticmethod
    def keep(request: HttpRequest, row: PaymentMethod | None) -> UUID:
        draft = method_forms.method_draft(request.POST, row)
        return commands.save_payment_method(call_of(request, f"method:{row.id if row else ''}"), method=draft).payment_method_id

    def page(self, row: PaymentMethod) -> Page:
        return Page(terms_of_row(row).named(show.locale()), [badge(row.state)], lead=row.code, sections=[*_method_facts(row)])


def _cost(row: PaymentMethod) -> str:
    currency = row.currencies[0] if row.currencies else ""
    parts = [show.percent(row.charge_rate) if row.charge_rate else ""]
    parts.append(show.money(row.charge_amount, currency) if row.charge_amount and currency else "")
    return " + ".join(filter(None, parts))


def _method_facts(row: PaymentMethod) -> Iterator[Facts]:
    terms = terms_of_row(row)
    yield Facts(
        _("As customers read it"),
        [
            (_("Paid through"), _firm_name(row.gateway)),
            *((language, f"{terms.named(tag)}\n{terms.told(tag)}".strip()) for tag, language in method_forms.LANGUAGES),
        ],
    )
    currency, everything = (row.currencies[0] if row.currencies else ""), _("All")
    yield Facts(
        _("To whom it is offered"),
        [
            (_("Channels"), ", ".join(row.channels) or everything),
            (_("Countries"), ", ".join(row.countries) or everything),
            (_("Currencies"), ", ".join(row.currencies) or everything),
            (_("Customer groups"), ", ".join(row.groups) or everything),
            (_("From this amount"), show.money(row.least, currency) if row.least is not None else ""),
            (_("Up to this amount"), show.money(row.most, currency) if row.most is not None else ""),
        ],
    )
    by_group = "\n".join(f"{group}: {count}" for group, count in row.net_days_by_group.items())
    yield Facts(
        _("Terms"),
        [
            (_("Costs"), _cost(row)),
            (_("Hours that an order waits for its money"), show.count(row.expires_hours) if row.expires_hours else ""),
            (_("On account: days after the invoice"), show.count(row.net_days) if row.net_days is not None else ""),
            (_("On account: days by customer group"), by_group),
        ],
    )


class ReminderLevels(Written):
    """How customers are reminded of what they owe on account."""

    many = _("Levels of reminders")
    permission = "methods.read"
    when_empty = _("No level yet. Without one nobody is reminded of invoices that are overdue.")
    save, slug = "methods.save_reminder_level", "reminder_level"
    new_text, saved_text = _("New level"), _("The level is saved.")
    acts: ClassVar = {
        "retire": turned(commands.retire_reminder_level, "reminder_level_id", _("Nobody is reminded by it any more.")),
        "restore": turned(commands.restore_reminder_level, "reminder_level_id", _("People are reminded by it again.")),
    }
    list_display = ("level_shown", "days_shown", "fee_shown", "by_itself", "level_state")
    asks = (by_state("state", _("State"), METHOD_LIFE.states),)
    ordering = ("level",)
    sortable_by = ()

    @display(description=_("Level"))
    def level_shown(self, row: ReminderLevel) -> str:
        return show.count(row.level)

    @display(description=_("Days after the invoice was due"))
    def days_shown(self, row: ReminderLevel) -> str:
        return show.count(row.days)

    @display(description=_("Fee"))
    def fee_shown(self, row: ReminderLevel) -> str:
        return show.money(row.fee or None, row.currency)

    @display(description=_("By itself"))
    def by_itself(self, row: ReminderLevel) -> str:
        return str(_("Yes") if row.automatic else _("No"))

    @display(description=_("State"))
    def level_state(self, row: ReminderLevel) -> str:
        return listed_badge(row.state)

    @staticmethod
    def form_of(request: HttpRequest, row: ReminderLevel | None) -> Sequence[Field | Group]:
        return method_forms.level_fields(row)

    @staticmethod
    def keep(request: HttpRequest, row: ReminderLevel | None) -> UUID:
        draft = method_forms.level_draft(request.POST, row)
        return commands.save_reminder_level(call_of(request, f"level:{row.id if row else ''}"), level=draft).reminder_level_id

    def page(self, row: ReminderLevel) -> Page:
        known = all_wordings()
        facts = Facts(
            _("Level"),
            [
                (_("Days after the invoice was due"), show.count(row.days)),
                (_("Fee"), show.money(row.fee, row.currency) if row.fee else ""),
                (_("By itself"), _("Yes") if row.automatic else _("No")),
                *((name, whose((LEVELED[0], tag, MAIL, row.level), known)) for tag, name in method_forms.LANGUAGES),
            ],
        )
        title = str(_("Reminder no. {level}")).format(level=row.level)
        return Page(title, [badge(row.state)], sections=[facts])
