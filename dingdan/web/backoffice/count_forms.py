"""The forms of counts: what shall be counted, what was, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.registry import asked
from dingdan.insight.reports.stock import letters
from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid
from dingdan.ledgers.inventory.models import Balance, Node
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.queries import counted_since, is_to_recount
from dingdan.trade.counting.rules import CountWanted
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.order_goods import counted as shown
from dingdan.web.backoffice.pages import Button, Field, Form
from dingdan.web.backoffice.stock_acts import node_of
from dingdan.web.backoffice.words import word

AT_ONCE: Final = 25
"""Places that are typed in at once."""
REASONS: Final = ("count", "theft", "damage", "lost", "found", "correction")
CLASSES: Final = ("A", "B", "C")
CLASSED_BY: Final = "90-days"
"""The sales of this period say which class an article is in."""


# ── a new sheet ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def asked_of(sent: QueryDict) -> CountWanted:
    """What was typed, as the command takes it."""
    node, letter, days = node_of(sent), sent.get("class", ""), _whole(sent, "days")
    skus = tuple(dict.fromkeys(sent.get("skus", "").replace(",", " ").split())) or None
    if letter in CLASSES or days:
        due = skus_due(node, letter=letter, days=days)
        skus = tuple(sku for sku in skus if sku in set(due)) if skus else due
    texts = {name: sent.get(name, "").strip() for name in ("first", "last", "begins")}
    return CountWanted(
        node_id=node.id, **texts, skus=skus, title=sent.get("title", "").strip() or _titled(texts, skus, letter),
        is_blind="is_blind" in sent, tolerance=_whole(sent, "tolerance"), tolerance_percent=_whole(sent, "tolerance_percent"),
    )  # fmt: skip


def skus_due(node: Node, *, letter: str = "", days: int = 0) -> tuple[str, ...]:
    """The articles that lie at a node: of a class (what nobody bought counts as C), and not counted for so many days."""
    of = letters(asked(preset=CLASSED_BY)) if letter else {}
    done = counted_since(clock.now() - timedelta(days=days), node_id=node.id) if days else set()
    there = Balance.objects.filter(node_id=node.id, on_hand__gt=0).values_list("variant_id", "variant__sku").distinct()
    fits = [sku for id_, sku in there if id_ not in done and letter in ("", of.get(id_, "C"))]
    return tuple(sorted(fits))


def _titled(texts: dict[str, str], skus: Sequence[str] | None, letter: str) -> str:
    told = []
    if texts["first"] or texts["last"]:
        told.append(f"{texts['first'] or '…'} – {texts['last'] or '…'}")
    if texts["begins"]:
        told.append(f"{texts['begins']}…")
    if letter:
        told.append(str(_("Class {letter}")).format(letter=letter))
    elif skus:
        told.append(", ".join(skus[:3]) + (" …" if len(skus) > 3 else ""))
    return ", ".join(told)[:200]


def _whole(sent: QueryDict, name: str) -> int:
    text = sent.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(field=name, reason=_("Write a whole number."))
    return int(text)


def new_form(typed: QueryDict, trouble: str) -> Form:
    """What shall be counted."""
    nodes = [(str(one.id), one.name) for one in Node.objects.filter(active=True).order_by("priority", "code")]
    chosen = typed.get("node", nodes[0][0] if nodes else "")
    node = Field("node", "", "hidden", chosen) if len(nodes) == 1 else Field("node", _("Node"), "choice", chosen, nodes)
    letters_ = [("", _("All")), *((one, str(_("Class {letter}")).format(letter=one)) for one in CLASSES)]

    def line(name: str, label: Any, note: Any = "") -> Field:
        return Field(name, label, value=typed.get(name, ""), most=64, note=note)

    fields = [
        node,
        line("first", _("From location"), _("Empty: all locations.")),
        line("last", _("To location"), _("With what is inside of it: R2 also means R2-05.")),
        line("begins", _("SKUs that begin with")),
        Field("skus", _("Only these SKUs"), "text", typed.get("skus", ""), note=_("Empty: all articles. One on each line.")),
        Field("class", _("Only articles of a class"), "choice", typed.get("class", ""), letters_,
              note=_("By sales of 90 days: A makes 80 % of them, B the next 15 %.")),
        Field("days", _("Only what was not counted for so many days"), "number", typed.get("days", ""),
              note=_("Such as A every 30 days, B every 90, C every 365.")),
        Field("is_blind", _("Blind: whoever counts does not see what the books say"), "tick", "is_blind" in typed),
        Field("tolerance", _("Tolerated difference in pieces"), "number", typed.get("tolerance", "0"),
              note=_("What differs by more is to be counted a second time.")),
        Field("tolerance_percent", _("Tolerated difference in percent"), "number", typed.get("tolerance_percent", "0")),
        Field("title", _("What is counted, in your words"), value=typed.get("title", ""), most=200),
    ]  # fmt: skip
    button = Button(_("Make the sheet"), "good")
    return Form("", reverse("admin:counting_count_new"), fresh_key(), fields, [button], trouble=trouble)


# ── on the page of a sheet ───────────────────────────────────────────────────────────────────────────────────────────────
def forms(row: Count, lines: Sequence[CountLine], allowed: set[str], url: Callable[[str], str]) -> list[Form]:
    """What can be done with a sheet now, as far as whoever asks may do it."""
    found: list[Form] = []
    if row.state == COUNT_LIFE.initial:
        todo = [one for one in lines if one.counted is None]
        again = [one for one in lines if is_to_recount(row, one)]
        if "enter" in allowed and again:
            found.append(_enter(_("Count again"), url("enter"), again, is_again=True))
        if "enter" in allowed and todo:
            found.append(_enter(_("Type in what was counted"), url("enter"), todo, is_again=False))
        if "apply" in allowed and len(todo) < len(lines):
            found.append(_apply(url("apply"), has_recounts=bool(again)))
        if "abandon" in allowed:
            stop = [Button(_("Close the sheet"), "bad")]
            title, lead = _("Close the sheet without correcting"), _("Nothing comes of it: the books stay as they are.")
            found.append(Form(title, url("abandon"), fresh_key(), (), stop, is_open=False, lead=lead))
    elif row.state == "applied" and "take_back" in allowed:
        back = [Button(_("Take it back"), "bad")]
        lead = _("The opposite of every correction is written now; the history keeps both.")
        found.append(Form(_("Take the count back"), url("take_back"), fresh_key(), (), back, is_open=False, lead=lead))
    return found


def _enter(title: Any, url: str, todo: Sequence[CountLine], *, is_again: bool) -> Form:
    """The places that are typed in next. What the books say is not told: whoever reads it does not count."""
    fields = [Field("again", "", "hidden", "1")] if is_again else []
    for one in todo[:AT_ONCE]:
        label = " · ".join(filter(None, (one.location.code, one.variant.sku, one.lot.code if one.lot else "")))
        note = one.variant.name
        if is_again:
            note = str(_("{name}: counted {count}")).format(name=note, count=shown(one.counted or 0, one.variant))
        fields.append(Field(f"line-{one.id}", label, note=note, most=15))
    fields.append(Field("at", _("Counted at"), most=5, note=_("Empty: now. From a paper: when it was counted, such as 14:30.")))
    lead = _("0 where there is none; what is left empty comes later.")
    return Form(title, url, fresh_key(), fields, [Button(_("Write it down"), "good")], lead=lead)


def _apply(url: str, *, has_recounts: bool) -> Form:
    fields = [
        Field("reason", _("Reason"), "choice", REASONS[0], [(code, word(code)) for code in REASONS]),
        Field("note", _("Note"), most=500),
    ]
    if has_recounts:
        fields.append(Field("without_recount", _("Also what differs much and was counted only once"), "tick"))
    look = Button(_("Look what comes of it"), "good", "step", "look")
    return Form(_("Correct the books"), url, fresh_key(), fields, [look])
