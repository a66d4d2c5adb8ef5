"""References are found again however people and banks damage them."""

import pytest

from dingdan.trade.reconciliation.rules import creditor_reference, spaced_reference
from dingdan.trade.reconciliation.rules.references import forms_of, is_nearly, read


def test_a_structured_reference_has_check_digits() -> None:
    assert creditor_reference("1001") == "RF401001"
    assert creditor_reference("SO-2024/00017") == creditor_reference("so 2024 00017") == "RF08S0202400017"
    assert spaced_reference("1001") == "RF40 1001"
    assert creditor_reference("訂單") == creditor_reference("1" * 22) == ""


def test_forms_of_a_number() -> None:
    assert forms_of("10017") == ("10017", ())
    assert forms_of("INV-00017") == ("1NV00017", ("1NV17", "00017"))
    assert forms_of("17") == ("", ())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("10017", "Order no. 10017, thank you"),
        ("10017", "ORDER10017"),
        ("10017", "1 00 17"),
        ("10017", "Bestellung 100\n17"),
        ("10017", "1OOl7"),
        ("10017", "order 100-17"),
        ("10017", "１００１７"),
        ("SO-2024-00017", "so 2024 00017"),
        ("SO-2024-00017", "2024/00017"),
        ("SO-2024-00017", "SO 2024 17"),
        ("INV-00017", "invoice lNV00017"),
    ],
)
def test_what_is_found(number: str, text: str) -> None:
    whole, weaker = forms_of(number)
    assert {window.text for window in read(text).windows} & {whole, *weaker}


def test_checked_and_doubtful_references() -> None:
    assert read("RF40 1001").creditor == {"RF401001"}
    assert (len(read("RF401002").creditor), set(read("RF401002").doubtful)) == (0, {"1002"})


def test_a_number_is_not_found_inside_another() -> None:
    assert "1001" not in {window.text for window in read("91001 10015").windows}


@pytest.mark.parametrize(
    ("one", "other", "nearly"),
    [
        ("10017", "10071", True),
        ("10017", "10018", True),
        ("10017", "1017", True),
        ("10017", "100117", True),
        ("10017", "11007", False),
        ("10017", "17001", False),
        ("10017", "117", False),
    ],
)
def test_one_mistake_of_typing(one: str, other: str, nearly: bool) -> None:
    assert is_nearly(one, other) is is_nearly(other, one) is nearly
