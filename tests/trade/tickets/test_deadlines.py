"""How far a ticket has come, and by when something must happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.tickets.rules import AroundTheClock, Course, Terms, WorkingTime, begun, escalated, raised, retermed, turned

CLOCK = AroundTheClock()
TERMS = Terms(answer_minutes=240, solution_minutes=1620)
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def course(*turns: tuple[str, float]) -> Course:
    """A course after turns, each so many hours after the start."""
    found = begun(START, TERMS, CLOCK)
    for name, hours in turns:
        found = turned(found, name, at=START + hours * HOUR, clock=CLOCK)
    return found


def test_it_begins_with_both_deadlines_and_the_earlier_is_due() -> None:
    found = course()
    assert (found.answer_by_at, found.solve_by_at) == (START + 4 * HOUR, START + 27 * HOUR)
    assert (found.due_at, found.late, found.escalates_at) == (START + 4 * HOUR, "answer", START + 4 * HOUR)


def test_an_answer_meets_its_deadline_and_the_solution_is_due_next() -> None:
    found = course(("work", 4))
    assert (found.state, found.answer_seconds, found.was_answered_late) == ("waiting_for_us", 4 * 3600, False)
    assert (found.due_at, found.late) == (START + 27 * HOUR, "solution")


def test_a_second_too_late_is_late() -> None:
    found = turned(course(), "work", at=START + 4 * HOUR + timedelta(seconds=1), clock=CLOCK)
    assert found.was_answered_late


def test_the_solution_waits_while_the_customer_is_waited_for() -> None:
    waiting = course(("ask", 2))
    assert (waiting.state, waiting.due_at, waiting.escalates_at) == ("waiting_for_customer", None, None)
    again = turned(waiting, "reply", at=START + 50 * HOUR, clock=CLOCK)
    assert (again.state, again.solve_by_at) == ("waiting_for_us", START + 75 * HOUR)
    done = turned(again, "solve", at=START + 55 * HOUR, clock=CLOCK)
    assert (done.solve_seconds, done.was_solved_late, done.due_at) == (7 * 3600, False, None)


def test_in_working_time_a_weekend_of_waiting_costs_nothing() -> None:
    clock = WorkingTime(zone="UTC")
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)
    asked = turned(begun(friday, TERMS, clock), "ask", at=friday + HOUR, clock=clock)
    replied = turned(asked, "reply", at=datetime(2026, 3, 9, 12, tzinfo=UTC), clock=clock)
    assert clock.between(friday, replied.solve_by_at or friday) == 27 * 3600 + 4 * 3600
    solved = turned(replied, "solve", at=datetime(2026, 3, 9, 13, tzinfo=UTC), clock=clock)
    assert solved.solve_seconds == 2 * 3600


def test_what_was_late_before_it_waited_stays_late() -> None:
    asked = course(("ask", 30))
    again = turned(asked, "reply", at=START + 60 * HOUR, clock=CLOCK)
    assert again.solve_by_at == START + 27 * HOUR
    done = turned(again, "solve", at=START + 61 * HOUR, clock=CLOCK)
    assert done.was_solved_late
    assert done.solve_seconds == 61 * 3600


def test_a_solution_without_a_word_is_an_answer_too() -> None:
    found = course(("solve", 3))
    assert (found.answer_seconds, found.solve_seconds) == (3 * 3600, 3 * 3600)


def test_a_customer_who_is_not_satisfied_gives_the_solution_a_new_deadline() -> None:
    found = course(("solve", 3), ("reply", 40))
    assert (found.state, found.solved_at, found.solve_seconds) == ("reopened", None, None)
    assert (found.due_at, found.late) == (START + 67 * HOUR, "solution")
    assert course(("solve", 3), ("reply", 40), ("reply", 41)).solve_by_at == START + 67 * HOUR


def test_what_is_closed_is_not_due_and_can_be_reopened_by_staff_alone() -> None:
    found = course(("close", 1))
    assert (found.state, found.due_at, found.solved_at, found.closed_at) == ("closed", None, None, START + HOUR)
    with pytest.raises(NotInThisState):
        turned(found, "reply", at=START + 2 * HOUR, clock=CLOCK)
    again = turned(found, "reopen", at=START + 2 * HOUR, clock=CLOCK)
    assert (again.state, again.closed_at, again.answered_at) == ("reopened", None, None)
    assert again.due_at == START + 4 * HOUR


def test_without_terms_nothing_is_ever_due() -> None:
    found = begun(START, Terms(), CLOCK)
    assert (found.due_at, found.late, found.escalates_at) == (None, "", None)
    done = turned(found, "solve", at=START + 9 * HOUR, clock=CLOCK)
    assert (done.solve_seconds, done.was_solved_late) == (9 * 3600, False)


def test_another_topic_keeps_what_is_used_up() -> None:
    found = retermed(
        course(("work", 2)), Terms(answer_minutes=60, solution_minutes=600), at=START + 4 * HOUR, clock=CLOCK, before=CLOCK
    )
    assert found.answer_by_at == START + 4 * HOUR  # it was answered; that deadline is history
    assert found.solve_by_at == START + 10 * HOUR
    late = retermed(course(), Terms(answer_minutes=60, solution_minutes=60), at=START + 5 * HOUR, clock=CLOCK, before=CLOCK)
    assert (late.answer_by_at, late.solve_by_at) == (START + HOUR, START + 5 * HOUR)
    without = retermed(course(), Terms(), at=START + HOUR, clock=CLOCK, before=CLOCK)
    assert without.due_at is None


def test_another_topic_while_the_customer_is_waited_for() -> None:
    waiting = retermed(course(("ask", 2)), Terms(solution_minutes=600), at=START + 9 * HOUR, clock=CLOCK, before=CLOCK)
    assert (waiting.due_at, waiting.solve_by_at) == (None, START + 10 * HOUR)
    again = turned(waiting, "reply", at=START + 20 * HOUR, clock=CLOCK)
    assert again.solve_by_at == START + 28 * HOUR


def test_a_deadline_is_escalated_three_times_and_another_one_anew() -> None:
    found, at = course(), START + 4 * HOUR
    for level in (1, 2, 3):
        found = escalated(found, at)
        assert found.level == level
        at += timedelta(hours=24)
    assert found.escalates_at is None
    answered = turned(found, "work", at=at, clock=CLOCK)
    assert (answered.level, answered.escalates_at) == (0, START + 27 * HOUR)


def test_a_turn_that_moves_no_deadline_leaves_the_escalation_where_it_was() -> None:
    once = escalated(course(), START + 5 * HOUR)
    assert turned(once, "reply", at=START + 6 * HOUR, clock=CLOCK).escalates_at == START + 29 * HOUR


def test_priority_goes_up_to_urgent() -> None:
    assert [raised(one) for one in ("low", "normal", "high", "urgent")] == ["normal", "high", "urgent", "urgent"]
