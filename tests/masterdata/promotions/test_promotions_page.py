"""Every example of docs/promotions.md, worked out again."""

import pytest

from dingdan.kernel.money import exponent, plain
from dingdan.masterdata.pricing.rules import refund_share
from tests.masterdata.promotions.page import PAGE, Example, examples, given_of, rows_of, worked

EXAMPLES = list(examples(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_an_example_of_the_page_is_worked_out_the_same(example: Example) -> None:
    got, priced = worked(example)

    assert rows_of(example, priced) == list(example.rows)
    assert given_of(example, got) == example.given
    assert " ".join(refusal.detail for refusal in got.refused).removesuffix(".") == example.refused
    for units, sku, amount in example.back:
        line = next(line for line in priced.lines if line.key == sku)
        assert plain(refund_share(line, 0, units).total, example.currency) == amount


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_what_is_given_is_what_the_lines_bear(example: Example) -> None:
    got, priced = worked(example)

    assert sum(one.off for one in got.given) == priced.discount
    assert all(0 <= line.discount <= line.goods for line in (*priced.lines, *priced.shipping))


def test_the_page_has_an_example_of_each_kind() -> None:
    kinds = {draft.gives for example in EXAMPLES for draft in example.promotions}
    assert kinds == {
        "percent", "amount", "amount_each", "free_shipping", "buy_get", "by_quantity", "by_value", "bundle", "any_for",
    }  # fmt: skip
    assert {exponent(example.currency) for example in EXAMPLES} == {0, 2, 3}
    assert {example.gross for example in EXAMPLES} == {True, False}
