"""Codes: drawn so that nobody guesses them, kept so that nobody reads them."""

from __future__ import annotations

import math

import pytest
from django.test import override_settings

from dingdan.kernel import codes
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope


def test_a_code_has_no_letters_that_look_alike_and_enough_of_them() -> None:
    drawn = {codes.new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert all([len(part) for part in code.split("-")] == [4, 4, 4, 4, 4] and codes.is_well_formed(code) for code in drawn)
    assert not set("".join(drawn)) & set("01OIL")
    assert codes.DRAWN * math.log2(len(codes.LETTERS)) > 94


def test_one_wrong_letter_and_two_that_changed_places_are_seen() -> None:
    code = codes.plain(codes.new_code())
    for place in range(len(code)):
        for letter in codes.LETTERS:
            if letter != code[place]:
                assert not codes.is_well_formed(code[:place] + letter + code[place + 1 :])
        if place and code[place] != code[place - 1]:
            assert not codes.is_well_formed(code[: place - 1] + code[place] + code[place - 1] + code[place + 1 :])


@pytest.mark.parametrize("wrong", ["", "7", "7KQM", "0" * 20, "O" * 20, "7KQM-7KQM-7KQM-7KQM-7KQM-7KQM"])
def test_what_is_no_code_is_seen(wrong: str) -> None:
    assert not codes.is_well_formed(wrong)


def test_what_people_type_between_the_letters_does_not_matter() -> None:
    assert codes.plain(" 7kqm_2abc–9 \n") == "7KQM2ABC9"
    assert len(codes.plain("A" * 1000)) == 64


def test_a_digest_is_of_one_tenant_one_purpose_and_one_secret() -> None:
    first, second, code = new_id(), new_id(), codes.new_code()
    with tenant_scope(first):
        kept = codes.digest(code, purpose="gift card")
        assert kept == codes.digest(code.lower().replace("-", " "), purpose="gift card") != codes.digest(code, purpose="coupon")
        with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["only-for-tests"]):
            assert kept in codes.digests(code, purpose="gift card")
            assert kept != codes.digest(code, purpose="gift card")
    with tenant_scope(second):
        assert kept not in codes.digests(code, purpose="gift card")
