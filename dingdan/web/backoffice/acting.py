"""Pages from which something is done: each thing is one command, given once under a key that came with the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call, Event
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import Shown, news_about
from dingdan.web.backoffice.pages import (
    Button,
    Facts,
    Field,
    Form,
    Forms,
    Group,
    Moment,
    Page,
    Pictures,
    Section,
    Table,
    Timeline,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What would come of something: told in the form, with the button that does it. `seen` stands for all of it."""

    told: Sequence[Facts | Table]
    button: Button
    seen: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a row: which permission it needs, how its command is given, and what is said afterwards.

    With `look` it is only done once whoever does it was shown what would come of it, and nothing of that has changed since.
    """

    permission: str
    give: Callable[[Call, Any, QueryDict], Event]
    done: Callable[[Any], Any]
    look: Callable[[Any, QueryDict], Look] | None = None


class PageOutdated(Refusal):
    """Something happened to what the page is about after it was drawn: whoever acts shall know before they do."""

    sentence = _("This changed after the page was opened.")
    remedy = _("Look at what changed. The same button does it all the same.")

    def __init__(self, moments: Sequence[Moment]) -> None:
        self.moments = moments
        super().__init__()


def call_of(request: HttpRequest, what: str) -> Call:
    """A call of whoever is signed in, under the key of the form: the same form sent twice is done once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    key = request.POST.get("key", "")[:64] or str(new_id())
    return Call(tenant_id=current_tenant_id(), actor=actor, key=f"backoffice:{actor.id}:{what}:{key}")


def ticked(request: HttpRequest, name: str, *, most: int) -> list[UUID]:
    """The ids of the rows that were ticked, each once, and no more than so many. What is no id is left out."""
    found: dict[UUID, None] = {}
    for text in request.POST.getlist(name)[:most]:
        with suppress(ValueError):
            found[UUID(text)] = None
    return list(found)


def fresh_key() -> str:
    """A key for a form that is shown."""
    return str(new_id())


def acted(request: HttpRequest, act: Act, row: Any, *, name: str) -> Event | Look:
    """What came of it; or, before anything is done, what would come of it. Raises `Refusal`: `PageOutdated`, too."""
    call = call_of(request, f"{name}:{row.pk}")
    if not _was_done(call):
        _require_news_seen(request, row.pk)
        if act.look is None:
            return act.give(call, row, request.POST)
        look = act.look(row, request.POST)
        if request.POST.get("step") == "look" or request.POST.get("seen") != look.seen:
            return look
    return act.give(call, row, request.POST)


def require_fresh(request: HttpRequest, call: Call, subject_id: UUID) -> None:
    """Refuse a call from a page for which something is new (`PageOutdated`), unless it was done before."""
    if not _was_done(call):
        _require_news_seen(request, subject_id)


def _require_news_seen(request: HttpRequest, subject_id: UUID) -> None:
    """The page that tells the news is drawn for what is so now: from there it is done."""
    drawn_for = request.POST.get("drawn", "")
    if not (drawn_for.isdecimal() and drawn_for.isascii()):
        return
    moments = news_about(subject_id, drawn_for=int(drawn_for))
    if moments:
        raise PageOutdated(moments)


def _was_done(call: Call) -> bool:
    """Whether the button was pressed before: what would come of it cannot be told any more."""
    return JournalEntry.objects.filter(key=call.key, event__isnull=False).exists()


# ── the form once more, as it was typed ──────────────────────────────────────────────────────────────────────────────────


def refilled(page: Page, request: HttpRequest, *, trouble: str | Refusal = "", look: Look | None = None) -> Page | None:
    """The page with the form that was sent as it was typed, and in it why it was refused, or what would come of it.

    None where the page has no such form (any more).
    """
    found = False

    def retyped(form: Form) -> Form:
        nonlocal found
        if form.url != request.path:
            return form
        found = True
        return _retyped(form, request.POST, trouble=trouble, look=look)

    def again(section: Section) -> Section:
        if isinstance(section, Form):
            return retyped(section)
        if isinstance(section, Forms):
            return replace(section, forms=[retyped(one) for one in section.forms])
        if isinstance(section, Pictures) and section.form is not None:
            return replace(section, form=retyped(section.form))
        return section

    page = replace(
        page, sections=[again(one) for one in page.sections], beside=[again(one) for one in page.beside],
        steps=[retyped(one) if isinstance(one, Form) and _is_sent(one, request) else one for one in page.steps],
    )  # fmt: skip
    return page if found else None


def _is_sent(form: Form, request: HttpRequest) -> bool:
    """Whether a small form is the one that was sent, of several to the same address."""
    hidden = [one for one in form.fields if isinstance(one, Field) and one.kind == "hidden"]
    return all(request.POST.get(one.name) == one.value for one in hidden)


def _retyped(form: Form, typed: QueryDict, *, trouble: str | Refusal, look: Look | None) -> Form:
    fields = [
        replace(one, fields=[_typed(field, typed) for field in one.fields], more=[_typed(field, typed) for field in one.more])
        if isinstance(one, Group)
        else _typed(one, typed)
        for one in form.fields
    ]
    if look is None:
        told = [Timeline(_("What changed"), trouble.moments)] if isinstance(trouble, PageOutdated) else []
        return replace(form, fields=fields, is_open=True, trouble=str(trouble), told=told)
    seen = Field("seen", "", "hidden", look.seen)
    return replace(
        form, fields=[*fields, seen], is_open=True, told=look.told,
        buttons=[look.button, *(replace(one, tone="quiet") for one in form.buttons)],
    )  # fmt: skip


def _typed(field: Field, typed: QueryDict) -> Field:
    if field.kind in ("hidden", "files", "pictures"):
        return field
    if field.kind == "tick":
        return replace(field, value=field.name in typed)
    return replace(
        field, value=typed.getlist(field.name) if field.kind in ("several", "folded") else typed.get(field.name, field.value)
    )


class Acting(Shown):
    """A list whose rows have pages with things to do."""

    acts: ClassVar[Mapping[str, Act]] = {}

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and one address for what is done."""
        act = self.admin_site.admin_view(require_POST(self.act_view))
        return [path("<uuid:object_id>/do/<slug:name>/", act, name=f"{self._name}_do"), *super().get_urls()]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def do(self, row: Any, name: str) -> str:
        """The address at which something is done with a row."""
        return reverse(f"admin:{self._name}_do", args=[row.pk, name])

    def allowed(self, request: HttpRequest, *names: str) -> set[str]:
        """Those of the things that whoever asks may do."""
        return {name for name in names if may(request, self.acts[name].permission)}

    def act_view(self, request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
        """Do it, say what came of it, and show where to go on."""
        act = self.acts.get(name)
        if act is None:
            raise Http404
        if not may(request, act.permission):
            raise PermissionDenied
        row = self.row(request, object_id)
        if row is None:
            raise Http404
        try:
            told = acted(request, act, row, name=name)
        except Refusal as refusal:
            page = refilled(self.page_about(request, row), request, trouble=refusal)
            if page is not None:
                return self.shown(request, page)
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.pk]))
        if isinstance(told, Event):
            messages.success(request, act.done(told))
            return HttpResponseRedirect(self.next_of(request, row, told))
        page = refilled(self.page_about(request, row), request, look=told)
        return self.shown(request, page or self.page_about(request, row))

    def next_of(self, request: HttpRequest, row: Any, event: Event) -> str:
        """Where to go on after something was done: the same page, unless a desk knows better."""
        return reverse(f"admin:{self._name}_change", args=[row.pk])
