"""Pages from which something is done: each thing is one command, given once under a key that came with the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call, Event
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import Shown


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a row: which permission it needs, how its command is given, and what is said afterwards."""

    permission: str
    give: Callable[[Call, Any, QueryDict], Event]
    done: Callable[[Any], Any]


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
            event = act.give(call_of(request, f"{name}:{object_id}"), row, request.POST)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[row.pk]))
        messages.success(request, act.done(event))
        return HttpResponseRedirect(self.next_of(request, row, event))

    def next_of(self, request: HttpRequest, row: Any, event: Event) -> str:
        """Where to go on after something was done: the same page, unless a desk knows better."""
        return reverse(f"admin:{self._name}_change", args=[row.pk])
