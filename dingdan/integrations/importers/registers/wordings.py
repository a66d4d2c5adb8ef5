"""How the shop words what it tells its customers: of every kind, language and way a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column
from dingdan.integrations.importers.registers.register import STATE, Register, Turn, Wish
from dingdan.masterdata.wording import commands as wording
from dingdan.masterdata.wording.lifecycle import LANGUAGES, MAIL, WAYS
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import KINDS, WordingDraft, clean_wording


class Wordings(Register):
    """The shop's own words. What is not in it, the program words."""

    slug, title, one = "wordings", _("Wording of notices"), _("Wording")
    model = Wording
    columns = (
        Column(name="kind", label=_("Kind"), kind="choice", is_needed=True, for_many=False,
               choices=lambda: [(code, one.title) for code, one in KINDS.items()]),
        Column(name="language", label=_("Language"), kind="choice", is_needed=True, for_many=False,
               choices=lambda: [(code, code) for code in LANGUAGES]),
        Column(name="way", label=_("Way"), kind="choice", empty=MAIL, for_many=False,
               choices=lambda: [(code, code) for code in WAYS], note=_("Empty: by mail.")),
        Column(name="level", label=_("Level"), kind="whole", empty="0", for_many=False,
               note=_("Of payment reminders: 1, 2, 3 … Empty or 0: all that have no words of their own.")),
        Column(name="subject", label=_("Subject"), for_many=False, most=300,
               note=_("Of a mail; on a device and in WeChat the title.")),
        Column(name="heading", label=_("Heading"), for_many=False, most=300, note=_("Of a mail.")),
        Column(name="body", label=_("Text"), kind="text", for_many=False,
               note=_("In Liquid, with the names that the editor shows.")),
        Column(name="closing", label=_("Closing"), kind="text", for_many=False, note=_("Of a mail.")),
    )  # fmt: skip
    key = ("kind", "language", "way", "level")
    must = ("kind", "language")
    reads = "wording.read"
    save, argument, saved = wording.save_wording, "wording", "wording_id"
    draft_of, clean = WordingDraft, staticmethod(clean_wording)
    turns: ClassVar = {
        "retired": (Turn(("active",), wording.retire_wording, "wording_id"),),
        "active": (Turn(("retired",), wording.restore_wording, "wording_id"),),
    }

    def rows(self) -> QuerySet[Any]:
        return Wording.objects.order_by(*self.key)

    def load(self, wanted: Iterable[Cells]) -> None:
        """All of them: they are few, and a file may call a kind by its name."""
        self.found = {self.key_of(self.cells(row)): row for row in self.rows()}

    def draft(self, cells: Cells, row: Any) -> WordingDraft:
        read = {column.name: column.read(cells[column.name]) for column in self.columns}
        return clean_wording(WordingDraft(**{**read, "way": read["way"] or MAIL, "level": read["level"] or 0}))

    def key_of(self, given: Cells) -> tuple[str, ...]:
        return super().key_of({**given, "way": given.get("way") or MAIL, "level": given.get("level") or "0"})

    def _turned(self, wish: Wish, asked: str) -> Wish:
        """What is written is in force, whatever it was before."""
        old = wish.before.get("state", "active")
        is_written = not wish.before or any(text != wish.before.get(name, "") for name, text in wish.after.items())
        now, new = "active" if is_written else old, STATE.read(asked) or old
        if new == now:
            return Wish(wish.before, {**wish.after, "state": new}, wish.draft)
        turned = super()._turned(Wish({**wish.before, "state": now}, wish.after, wish.draft), new)
        return Wish(wish.before, turned.after, turned.draft, turned.turn)
