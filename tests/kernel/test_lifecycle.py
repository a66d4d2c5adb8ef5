import pytest

from dingdan.kernel.lifecycle import Lifecycle, NotInThisState, Turn

DOOR = Lifecycle(
    name="front_door",
    initial="closed",
    turns=(
        Turn("open", source=("closed",), target="open", meaning="Somebody comes."),
        Turn("close", source=("open",), target="closed", meaning="Somebody has come."),
        Turn("remove", source=("open", "closed"), target="gone", meaning="The house is torn down."),
    ),
)


def test_a_turn_leads_to_its_target() -> None:
    assert DOOR.turn("open", "closed") == "open"
    assert DOOR.turn("remove", "open") == "gone"


def test_a_turn_from_the_wrong_state_is_refused_with_the_facts() -> None:
    with pytest.raises(NotInThisState) as refused:
        DOOR.turn("open", "gone")
    assert refused.value.status == 409
    assert refused.value.field == "state"
    assert refused.value.facts == {
        "document": "front door",
        "turn": "open",
        "state": "gone",
        "allowed": "closed",
        "possible": "–",
    }
    assert refused.value.detail == "“open” is for a front door that is closed; this one is gone."


def test_a_refusal_says_what_can_be_done() -> None:
    with pytest.raises(NotInThisState) as refused:
        DOOR.turn("close", "closed")
    assert refused.value.advice == "What can be done with it now: open, remove."


def test_an_unknown_turn_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="no turn 'paint'"):
        DOOR.turn("paint", "open")


def test_the_table_knows_its_states() -> None:
    assert DOOR.states == ("closed", "open", "gone")
    assert DOOR.final == ("gone",)
    assert DOOR.sources("remove") == ("open", "closed")
    assert DOOR.possible("closed") == ("open", "remove")
    assert DOOR.may("open", "closed")
    assert not DOOR.may("open", "open")


def test_a_state_out_of_reach_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no turn leads to lost"):
        Lifecycle(name="door", initial="closed", turns=(Turn("find", source=("lost",), target="closed"),))


def test_two_ways_for_one_turn_are_a_mistake() -> None:
    turns = (Turn("push", source=("a",), target="b"), Turn("push", source=("a",), target="c"))
    with pytest.raises(ValueError, match="two ways"):
        Lifecycle(name="door", initial="a", turns=turns)


def test_the_same_turn_may_lead_elsewhere_from_elsewhere() -> None:
    turns = (Turn("push", source=("a",), target="b"), Turn("push", source=("b",), target="c"))
    life = Lifecycle(name="door", initial="a", turns=turns)
    assert (life.turn("push", "a"), life.turn("push", "b")) == ("b", "c")
    assert life.sources("push") == ("a", "b")


def test_it_is_printed_for_people() -> None:
    assert DOOR.markdown() == (
        "## Front door\n"
        "\n"
        "```mermaid\n"
        "stateDiagram-v2\n"
        "    [*] --> closed\n"
        "    closed --> open: open\n"
        "    open --> closed: close\n"
        "    open --> gone: remove\n"
        "    closed --> gone: remove\n"
        "    gone --> [*]\n"
        "```\n"
        "\n"
        "| turn | from | to | what it means |\n"
        "|---|---|---|---|\n"
        "| open | closed | open | Somebody comes. |\n"
        "| close | open | closed | Somebody has come. |\n"
        "| remove | open, closed | gone | The house is torn down. |\n"
    )
