"""Lives of documents as one table: which states there are, and which turns lead from one to another.

A life cycle is data. The same table is asked by commands (:meth:`Lifecycle.turn`), written into the database as a check of states
(:attr:`Lifecycle.states`), and printed for people (:meth:`Lifecycle.markdown`). It knows no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal


class NotInThisState(Refusal):
    """The document is in a state from which the turn does not lead. Facts: ``document turn state allowed possible``."""

    sentence = _("“{turn}” is for a {document} that is {allowed}; this one is {state}.")
    remedy = _("What can be done with it now: {possible}.")


@dataclass(frozen=True, slots=True)
class Turn:
    """One allowed turn: its name (a verb), the states it starts from, the state it leads to, and what it means to people."""

    name: str
    source: tuple[str, ...]
    target: str
    meaning: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """The states and turns of one kind of document. A turn that leads two ways, or a state out of reach, is a ``ValueError``."""

    name: str
    initial: str
    turns: tuple[Turn, ...]

    def __post_init__(self) -> None:
        reached = {self.initial}
        for _turn in self.turns:
            reached |= {turn.target for turn in self.turns if reached & set(turn.source)}
        lost = [state for state in self.states if state not in reached]
        if lost:
            raise ValueError(f"{self.name}: no turn leads to {', '.join(lost)}")
        pairs = [(turn.name, state) for turn in self.turns for state in turn.source]
        if len(pairs) != len(set(pairs)):
            raise ValueError(f"{self.name}: a turn leads two ways from one state")

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, in the order of the table: what a column of states may hold."""
        named = [self.initial, *(state for turn in self.turns for state in (*turn.source, turn.target))]
        return tuple(dict.fromkeys(named))

    @cached_property
    def final(self) -> tuple[str, ...]:
        """The states that no turn leaves."""
        left = {state for turn in self.turns for state in turn.source}
        return tuple(state for state in self.states if state not in left)

    @cached_property
    def _targets(self) -> dict[tuple[str, str], str]:
        return {(turn.name, state): turn.target for turn in self.turns for state in turn.source}

    def turn(self, name: str, state: str) -> str:
        """The state that the turn leads to from ``state``. Raises :class:`NotInThisState`; an unknown turn is a ``KeyError``."""
        target = self._targets.get((name, state))
        if target is not None:
            return target
        raise NotInThisState(
            field="state",
            document=_words(self.name),
            turn=name,
            state=_words(state),
            allowed=", ".join(map(_words, self.sources(name))),
            possible=", ".join(self.possible(state)) or "–",
        )

    def may(self, name: str, state: str) -> bool:
        """Whether the turn leads anywhere from ``state``."""
        return (name, state) in self._targets

    def sources(self, name: str) -> tuple[str, ...]:
        """The states that the turn starts from. An unknown turn is a ``KeyError``: a mistake in the program, not of its user."""
        found = tuple(state for turn in self.turns if turn.name == name for state in turn.source)
        if not found:
            raise KeyError(f"{self.name} has no turn {name!r}")
        return found

    def possible(self, state: str) -> tuple[str, ...]:
        """The names of the turns that lead on from ``state``, in the order of the table."""
        return tuple(dict.fromkeys(turn.name for turn in self.turns if state in turn.source))

    def mermaid(self) -> str:
        """The life as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {source} --> {turn.target}: {turn.name}" for turn in self.turns for source in turn.source]
        lines += [f"    {state} --> [*]" for state in self.final]
        return "\n".join(lines)

    def markdown(self) -> str:
        """A chapter for the documentation: the diagram, then the table of turns."""
        rows = [f"| {turn.name} | {', '.join(turn.source)} | {turn.target} | {turn.meaning} |" for turn in self.turns]
        head = ["| turn | from | to | what it means |", "|---|---|---|---|"]
        title = _words(self.name)
        return "\n".join([f"## {title[:1].upper()}{title[1:]}", "", "```mermaid", self.mermaid(), "```", "", *head, *rows, ""])


def _words(name: str) -> str:
    return name.replace("_", " ")
