"""Who works here: people with their roles, invited by mail."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any, ClassVar
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.admin import display
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.staff.commands import resume_membership, save_membership, suspend_membership
from dingdan.masterdata.staff.lifecycle import MEMBERSHIP_LIFE
from dingdan.masterdata.staff.models import Membership
from dingdan.masterdata.staff.queries import all_roles
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.invitations import account_for, send_invitation
from dingdan.web.backoffice.pages import Button, Facts, Field, Form, Page, Section
from dingdan.web.backoffice.proving import Guarded, asked_again
from dingdan.web.backoffice.words import word

SAVE, SUSPEND, RESUME = save_membership.name, suspend_membership.name, resume_membership.name
_NOT_SENT = _("No mail could be sent just now. Send the invitation again later, from the page of the person.")


def _suspend(call: Call, row: Membership, _sent: QueryDict) -> Event:
    return suspend_membership(call, membership_id=row.id)


def _resume(call: Call, row: Membership, _sent: QueryDict) -> Event:
    return resume_membership(call, membership_id=row.id)


def _give(call: Call, row: Membership, sent: QueryDict) -> Event:
    return save_membership(call, user_id=row.user_id, role_ids=_roles(sent))


def _roles(sent: QueryDict) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in sent.getlist("roles"))
    except ValueError as fault:
        raise Invalid(reason=str(_("This is no role.")), field="roles") from fault


class People(Guarded):
    """Everybody who works here, or may not just now."""

    many = _("Staff")
    permission = "staff.read"
    list_display = ("person", "roles_shown", "last_sign_in", "factor_shown", "membership_state")
    asks = (by_state("state", _("State"), MEMBERSHIP_LIFE.states),)
    ordering = ("id",)
    sortable_by = ()
    acts: ClassVar = {
        "roles": Act(SAVE, _give, lambda _event: _("The roles are changed.")),
        "suspend": Act(SUSPEND, _suspend, lambda _event: _("They are out at once.")),
        "resume": Act(RESUME, _resume, lambda _event: _("They may work here again.")),
    }

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and how somebody is invited."""
        forms = require_http_methods(["GET", "HEAD", "POST"])
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(forms(self.invite_view)), name="staff_invite"),
            path("<uuid:object_id>/invite/", wrap(require_http_methods(["POST"])(self.again_view)), name="staff_invite_again"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With the roles."""
        found: QuerySet[Membership] = super().get_queryset(request)
        return found.prefetch_related("roles__role")

    @display(description=_("Person"))
    def person(self, row: Membership) -> str:
        return _account(row).email

    @display(description=_("Roles"))
    def roles_shown(self, row: Membership) -> str:
        return ", ".join(sorted(word(one.role.name) for one in row.roles.all())) or show.NOTHING

    @display(description=_("Last sign-in"))
    def last_sign_in(self, row: Membership) -> str:
        return show.moment(_account(row).last_login) or show.NOTHING

    @display(description=_("Second factor"))
    def factor_shown(self, row: Membership) -> str:
        return str(_("On") if _has_factor(row) else _("Off"))

    @display(description=_("State"))
    def membership_state(self, row: Membership) -> str:
        return listed_badge(row.state)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to invite somebody above it."""
        new = reverse("admin:staff_invite") if may(request, SAVE) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": _("Invite somebody"), **(extra_context or {})})

    def page_for(self, request: HttpRequest, row: Membership) -> Page:
        """Who it is, when they were here last, and what can be done about them."""
        user = _account(row)
        facts = Facts(
            _("Person"),
            [
                (_("E-mail"), user.email),
                (_("Roles"), "\n".join(sorted(word(one.role.name) for one in row.roles.all()))),
                (_("Last sign-in"), show.moment(user.last_login) if user.last_login else _("Never")),
                (_("Second factor"), _("On") if _has_factor(row) else _("Off")),
            ],
        )
        sections: list[Section] = [facts, *self._forms(request, row, user), history(row.id)]
        return Page(user.email, [badge(row.state)], sections=sections)

    def _forms(self, request: HttpRequest, row: Membership, user: User) -> list[Section]:
        allowed, found = self.allowed(request, *self.acts), list[Section]()
        held = [str(one.role_id) for one in row.roles.all()]
        if "roles" in allowed:
            found.append(Form(_("Roles"), self.do(row, "roles"), fresh_key(), [_role_field(held)], [Button(_("Save"), "good")]))
        if "roles" in allowed and row.state == MEMBERSHIP_LIFE.initial and not user.has_usable_password():
            url = reverse("admin:staff_invite_again", args=[row.id])
            lead = _("They have not chosen a password yet.")
            found.append(Form("", url, fresh_key(), (), [Button(_("Send the invitation again"))], lead=lead))
        for turn in MEMBERSHIP_LIFE.possible(row.state):
            if turn in allowed:
                tone = "bad" if turn == "suspend" else "good"
                found.append(Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn), tone)]))
        return found

    def invite_view(self, request: HttpRequest) -> HttpResponse:
        """Somebody is invited: an address and roles; sent with something that cannot be, it comes back as it was typed."""
        if not may(request, SAVE):
            raise PermissionDenied
        again = asked_again(request, request.path)
        if again is not None:
            return again
        trouble = ""
        if request.method == "POST":
            try:
                return self._invited(request)
            except Refusal as refusal:
                trouble = str(refusal)
        sent = request.POST
        fields = [Field("email", _("E-mail"), value=sent.get("email", ""), is_required=True), _role_field(sent.getlist("roles"))]
        form = Form("", "", fresh_key(), fields, [Button(_("Invite"), "good")], trouble=trouble)
        lead = str(_("They get a mail with a link by which they choose a password. It is good for a week."))
        return self.shown(request, Page(str(_("Invite somebody")), lead=lead, sections=[form]))

    def _invited(self, request: HttpRequest) -> HttpResponse:
        roles = _roles(request.POST)
        if not roles:
            raise Invalid(reason=str(_("Choose a role, or they could do nothing.")), field="roles")
        user = account_for(request.POST.get("email", ""))
        saved = save_membership(call_of(request, "invite"), user_id=user.pk, role_ids=roles)
        _send(request, user)
        return HttpResponseRedirect(reverse("admin:staff_membership_change", args=[saved.membership_id]))

    def again_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The mail once more."""
        if not may(request, SAVE):
            raise PermissionDenied
        row = self.row(request, object_id)
        if row is None or row.state != MEMBERSHIP_LIFE.initial:
            return self.page_view(request, object_id)
        _send(request, _account(row))
        return HttpResponseRedirect(reverse("admin:staff_membership_change", args=[object_id]))


def _send(request: HttpRequest, user: User) -> None:
    try:
        send_invitation(user, tenant_in_scope(), by=str(request.user))
        messages.success(request, _("The invitation is on its way."))
    except (OSError, SMTPException):
        messages.warning(request, _NOT_SENT)


def _account(row: Membership) -> User:
    """The account of a member; one that is gone has no name."""
    known: User | None = getattr(row, "_account", None)
    if known is None:
        known = User.objects.filter(pk=row.user_id).first() or User(email=f"#{row.user_id}")
        row._account = known  # type: ignore[attr-defined] # noqa: SLF001 (kept on the row for the page that shows it)
    return known


def _has_factor(row: Membership) -> bool:
    return bool(Authenticator.objects.filter(user_id=row.user_id).exists())


def _role_field(held: list[str]) -> Field:
    choices = [(str(role.id), word(role.name)) for role in all_roles() if role.state == "active" or str(role.id) in held]
    return Field("roles", _("Roles"), "several", held, choices)
