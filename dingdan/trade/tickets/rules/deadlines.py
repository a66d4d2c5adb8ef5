"""How far a ticket has come, and by when something must happen. Pure: a course and a moment in, the next course out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, Priority
from dingdan.trade.tickets.rules.working_time import Clock

AGAIN_AFTER: Final = timedelta(hours=24)
"""How long after an escalation the next one comes, where nothing happened."""
MOST_LEVELS: Final = 3
CLOSED_AFTER: Final = timedelta(days=7)
"""How long a solved ticket stays open for the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long the first answer and the solution may take, in minutes of the topic's clock. 0: they may take forever."""

    answer_minutes: int = 0
    solution_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a ticket stands in time.

    `answer_seconds` and `solve_seconds` are measured by the topic's clock, the latter without the time in which the customer was
    waited for. `paused_at` is since when that is. `level` counts escalations of the deadline that is due now.
    """

    state: str
    opened_at: datetime
    allowed_seconds: int = 0
    answer_by_at: datetime | None = None
    answered_at: datetime | None = None
    answer_seconds: int | None = None
    solve_by_at: datetime | None = None
    paused_at: datetime | None = None
    solved_at: datetime | None = None
    solve_seconds: int | None = None
    closed_at: datetime | None = None
    level: int = 0
    escalates_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """The next moment by which staff must have done something; None while nothing is to be done."""
        if self.state in OVER:
            return None
        answer = self.answer_by_at if self.answered_at is None else None
        solution = self.solve_by_at if self.paused_at is None else None
        return min((one for one in (answer, solution) if one is not None), default=None)

    @property
    def late(self) -> str:
        """Which of the deadlines is due next: `answer` or `solution`; empty where none is."""
        if self.due_at is None:
            return ""
        return "answer" if self.answered_at is None and self.due_at == self.answer_by_at else "solution"

    @property
    def was_answered_late(self) -> bool:
        """Whether the first answer came after its deadline."""
        return _is_late(self.answered_at, self.answer_by_at)

    @property
    def was_solved_late(self) -> bool:
        """Whether the solution came after its deadline."""
        return _is_late(self.solved_at, self.solve_by_at)


def _is_late(at: datetime | None, by: datetime | None) -> bool:
    return at is not None and by is not None and at > by


def begun(at: datetime, terms: Terms, clock: Clock) -> Course:
    """The course of a ticket that is opened now."""
    return _due(
        Course(
            state=TICKET_LIFE.initial,
            opened_at=at,
            allowed_seconds=terms.solution_minutes * 60,
            answer_by_at=_by(at, terms.answer_minutes * 60, clock),
            solve_by_at=_by(at, terms.solution_minutes * 60, clock),
        )
    )


def _by(at: datetime, seconds: int, clock: Clock) -> datetime | None:
    return clock.after(at, seconds) if seconds else None


def turned(course: Course, name: str, *, at: datetime, clock: Clock) -> Course:
    """The course after a turn of the ticket's life at that moment. Raises `NotInThisState`."""
    state = TICKET_LIFE.turn(name, course.state)
    found = replace(_resumed(course, at, clock), state=state)
    if name in ("ask", "work", "solve"):
        found = _answered(found, at, clock)
    if state == "waiting_for_customer":
        found = replace(found, paused_at=at)
    elif state == "solved":
        found = replace(found, solved_at=at, solve_seconds=_used(found, at, clock))
    elif state == "closed":
        found = replace(found, closed_at=at)
    elif state == "reopened" and course.state in OVER:
        again = _by(at, course.allowed_seconds, clock)
        found = replace(found, solved_at=None, solve_seconds=None, closed_at=None, solve_by_at=again)
    return _due(found, before=course)


def _answered(course: Course, at: datetime, clock: Clock) -> Course:
    if course.answered_at is not None:
        return course
    return replace(course, answered_at=at, answer_seconds=clock.between(course.opened_at, at))


def _resumed(course: Course, at: datetime, clock: Clock) -> Course:
    """The clock of the solution runs on where it stood: the deadline moves by as much work as was waited."""
    if course.paused_at is None:
        return course
    by = course.solve_by_at
    if by is not None and by > course.paused_at:
        by = clock.after(at, clock.between(course.paused_at, by))
    return replace(course, paused_at=None, solve_by_at=by)


def _used(course: Course, at: datetime, clock: Clock) -> int:
    """How much of the time for the solution is used up; where it has no end, how long it is since the ticket was opened."""
    if course.solve_by_at is None:
        return clock.between(course.opened_at, at)
    return course.allowed_seconds - clock.between(at, course.solve_by_at) + clock.between(course.solve_by_at, at)


def retermed(course: Course, terms: Terms, *, at: datetime, clock: Clock, before: Clock) -> Course:
    """The course under another topic's terms: the first answer is due as if it had been so from the start, of the time for the
    solution (counted by the clock `before`) what is used up stays used."""
    allowed = terms.solution_minutes * 60
    found = replace(course, allowed_seconds=allowed)
    if course.answered_at is None:
        found = replace(found, answer_by_at=_by(course.opened_at, terms.answer_minutes * 60, clock))
    if course.state not in OVER:
        since = course.paused_at or at
        left = max(0, allowed - max(0, _used(course, since, before)))
        found = replace(found, solve_by_at=clock.after(since, left) if allowed else None)
    return _due(found, before=course)


def _due(course: Course, *, before: Course | None = None) -> Course:
    """The course with its next escalation: another deadline is escalated anew, the same one goes on where it was."""
    if before is not None and course.due_at == before.due_at:
        return course
    return replace(course, level=0, escalates_at=course.due_at)


def escalated(course: Course, at: datetime) -> Course:
    """The course after somebody was told that a deadline has passed."""
    level = course.level + 1
    return replace(course, level=level, escalates_at=at + AGAIN_AFTER if level < MOST_LEVELS else None)


def raised(priority: str) -> str:
    """The next higher priority; the highest stays."""
    order = list(Priority)
    return order[min(order.index(Priority(priority)) + 1, len(order) - 1)].value
