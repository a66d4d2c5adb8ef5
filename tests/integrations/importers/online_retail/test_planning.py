"""What each kind of line becomes. Small files, exact documents."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dingdan.integrations.importers.findings import Finding, Findings
from dingdan.integrations.importers.online_retail.book import OnlineRetail
from dingdan.integrations.importers.online_retail.codes import Kind
from dingdan.integrations.importers.online_retail.documents import (
    AdjustmentLine,
    BadDebt,
    Cancellation,
    CreditLine,
    CreditNote,
    Customer,
    Dispatch,
    Document,
    Expense,
    ExpenseLine,
    OpeningLine,
    Product,
    Reason,
    Return,
    Sale,
    SaleLine,
    Stage,
    StockAdjustment,
    UndoneLine,
)
from dingdan.integrations.importers.online_retail.stock import movements
from tests.integrations.importers.conftest import WriteRetail

CLOSE = datetime(2010, 12, 1, 21, tzinfo=UTC)

Plan = Callable[..., tuple[list[Document], Findings]]


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2010, 12, day, hour, minute, tzinfo=UTC)


def row(
    invoice: str,
    sku: str,
    quantity: int,
    price: str,
    *,
    hour: int = 9,
    day: int = 1,
    customer: str = "17850",
    text: str = "THING",
) -> str:
    return f"{invoice},{sku},{text},{quantity},2010-12-{day:02} {hour:02}:00:00,{price},{customer},United Kingdom"


def undone(position: int, line: int, *, sku: str, quantity: int, price: str) -> UndoneLine:
    """Units that go back at the price that was paid."""
    pence = int(Decimal(price) * 100) * quantity
    return UndoneLine(
        position=position,
        line=line,
        kind=Kind.PRODUCT,
        sku=sku,
        description="THING",
        quantity=quantity,
        unit_price=Decimal(price),
        amount=pence,
        paid=pence,
    )


@pytest.fixture
def plan(retail: WriteRetail) -> Plan:
    """The documents and findings of a file of these lines; the sum is checked each time."""

    def made(*lines: str) -> tuple[list[Document], Findings]:
        book, findings = OnlineRetail(retail(*lines)), Findings()
        documents = [document for chunk in book.chunks(findings) for document in chunk.documents]
        assert book.survey.amount == sum(document.amount for document in documents) + findings.amount_left_out
        return documents, findings

    return made


def test_an_invoice_becomes_an_order_and_leaves_at_the_close_of_its_day(plan: Plan) -> None:
    documents, findings = plan(row("1", "A", 6, "2.55"), row("1", "POST", 1, "18.00", text="POSTAGE"), row("1", "A", 6, "2.55"))
    assert documents == [
        Sale(
            number="1",
            at=at(9),
            customer="17850",
            country="GB",
            country_name="United Kingdom",
            lines=(
                SaleLine(1, 2, Kind.PRODUCT, "A", "THING", 6, Decimal("2.55"), 1530),
                SaleLine(2, 3, Kind.SHIPPING, "POST", "POSTAGE", 1, Decimal("18.00"), 1800),
                SaleLine(3, 4, Kind.PRODUCT, "A", "THING", 6, Decimal("2.55"), 1530),
            ),
        ),
        Dispatch(number="1", at=CLOSE, goods=True),
    ]
    assert [document.key for document in documents] == ["online-retail:1", "online-retail:1:dispatch"]
    assert documents[0].amount == 4860
    assert findings.kept == []


def test_lines_of_one_invoice_belong_together_though_others_stand_between(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 1, "1"), row("2", "A", 1, "1", customer="2"), row("1", "B", 1, "1"))
    assert [(d.number, len(d.lines)) for d in documents if isinstance(d, Sale)] == [("1", 2), ("2", 1)]


def test_an_invoice_without_a_customer_is_a_guest_order_and_its_free_lines_are_part_of_it(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "0", customer=""), row("1", "DOT", 1, "5", customer=""))
    (sale,) = (document for document in documents if isinstance(document, Sale))
    assert (sale.customer, [line.amount for line in sale.lines]) == (None, [0, 500])


def test_an_order_of_services_only_is_invoiced_at_the_close_of_its_day(plan: Plan) -> None:
    documents, _ = plan(row("1", "M", 1, "5"))
    assert documents[1:] == [Dispatch(number="1", at=CLOSE, goods=False)]


def test_three_decimals_are_rounded_half_up_line_by_line(plan: Plan) -> None:
    documents, _ = plan(row("1", "PADS", 1, "0.001"), row("1", "PADS", 5, "0.001"), row("1", "PADS", 3, "0.333"))
    (sale,) = (document for document in documents if isinstance(document, Sale))
    assert [line.amount for line in sale.lines] == [0, 1, 100]


def test_what_is_taken_back_on_the_same_day_was_never_sent(plan: Plan) -> None:
    documents, _ = plan(
        row("1", "A", 6, "2.55"), row("1", "BB", 2, "1"), row("C2", "A", -6, "2.55", hour=10), row("C3", "BB", -2, "1", hour=11)
    )
    assert documents[1:] == [
        Cancellation(
            number="C2",
            at=at(10),
            order="1",
            customer="17850",
            lines=(undone(1, 4, sku="A", quantity=6, price="2.55"),),
            whole=False,
        ),
        Cancellation(
            number="C3",
            at=at(11),
            order="1",
            customer="17850",
            lines=(undone(2, 5, sku="BB", quantity=2, price="1"),),
            whole=False,
        ),
    ]
    assert documents[1].key == "online-retail:C2:1:cancellation"


def test_an_order_that_is_taken_back_by_one_invoice_is_canceled_whole(plan: Plan) -> None:
    documents, _ = plan(
        row("1", "A", 6, "2.55"), row("1", "M", 1, "1"), row("C2", "M", -1, "1", hour=10), row("C2", "A", -6, "2.55", hour=10)
    )
    cancellation = documents[1]
    assert isinstance(cancellation, Cancellation)
    assert (cancellation.whole, cancellation.amount, [line.position for line in cancellation.lines]) == (True, -1630, [2, 1])
    assert len(documents) == 2


def test_the_rest_of_a_canceled_order_is_sent(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "2.55"), row("C2", "A", -4, "2.55", hour=10))
    assert isinstance(documents[1], Cancellation)
    assert documents[2] == Dispatch(number="1", at=CLOSE, goods=True)


def test_a_service_taken_back_by_itself_is_credited_after_its_invoice(plan: Plan) -> None:
    documents, _ = plan(
        row("1", "A", 6, "2.55"),
        row("1", "POST", 1, "18"),
        row("C2", "POST", -1, "18", hour=10),
        row("C2", "A", -1, "2.55", hour=10),
    )
    assert [type(document) for document in documents] == [Sale, Cancellation, Dispatch, CreditNote]
    cancellation, note = documents[1], documents[3]
    assert isinstance(cancellation, Cancellation)
    assert isinstance(note, CreditNote)
    assert ([line.sku for line in cancellation.lines], cancellation.whole) == (["A"], False)
    assert (note.order, note.at, note.amount, [line.position for line in note.lines]) == ("1", CLOSE, -1800, [2])


def test_what_is_left_of_an_order_without_its_goods_is_invoiced(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "2.55"), row("1", "POST", 1, "18"), row("C2", "A", -6, "2.55", hour=10))
    assert documents[2:] == [Dispatch(number="1", at=CLOSE, goods=False)]


def test_what_comes_back_later_is_a_return(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "2.55"), row("C2", "A", -4, "2.55", day=2))
    assert documents[2] == Return(
        number="C2",
        at=at(9, day=2),
        order="1",
        customer="17850",
        lines=(undone(1, 3, sku="A", quantity=4, price="2.55"),),
    )
    assert documents[2].key == "online-retail:C2:1:return"
    assert list(movements(documents[2])) == [("A", 4)]


def test_the_most_recent_purchase_is_undone_first_and_the_same_price_before_all(plan: Plan) -> None:
    documents, _ = plan(
        row("1", "A", 6, "2.55"),
        row("2", "A", 6, "2.55", hour=10),
        row("3", "a", 6, "2.10", hour=11),
        row("C4", "A", -8, "2.55", day=2),
        row("C5", "A", -9, "2.55", day=3),
    )
    undone = [
        (d.number, d.order, [(line.quantity, line.amount, line.paid) for line in d.lines])
        for d in documents
        if isinstance(d, Return)
    ]
    assert undone == [
        ("C4", "2", [(6, 1530, 1530)]),
        ("C4", "1", [(2, 510, 510)]),
        ("C5", "1", [(4, 1020, 1020)]),
        ("C5", "3", [(5, 1050, 1050)]),
    ]
    # What was credited above the price paid is money alone: five times 45 pence.
    (note,) = (document for document in documents if isinstance(document, CreditNote))
    assert (note.number, note.order, note.amount) == ("C5", None, -225)
    assert [(line.quantity, line.unit_price, line.amount) for line in note.lines] == [(1, Decimal("2.25"), 225)]


def test_a_lower_credit_refunds_less_than_was_paid(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "2.55"), row("C2", "A", -6, "2.00", hour=10))
    # Not at the order's price, so it is no cancellation: the goods leave and come back at once.
    assert documents[1] == Dispatch(number="1", at=CLOSE, goods=True)
    undone = documents[2]
    assert isinstance(undone, Return)
    assert (undone.at, undone.amount, undone.lines[0].amount, undone.lines[0].paid) == (CLOSE, -1200, 1200, 1530)


def test_a_credit_that_earlier_purchases_do_not_cover_is_a_note_of_its_own_and_its_goods_are_restocked(plan: Plan) -> None:
    documents, _ = plan(row("1", "A", 6, "2.55"), row("C2", "A", -7, "2.55", day=2), row("3", "A", 9, "2.55", day=3))
    assert documents[2:4] == [
        StockAdjustment(
            number="C2",
            at=at(9, day=2),
            reason=Reason.RETURN_WITHOUT_ORDER,
            lines=(AdjustmentLine(line=3, sku="A", note="THING", quantity=7),),
        ),
        CreditNote(
            number="C2",
            at=at(9, day=2),
            order=None,
            customer="17850",
            country="GB",
            lines=(
                CreditLine(
                    line=3, kind=Kind.PRODUCT, sku="A", description="THING", quantity=7, unit_price=Decimal("2.55"), amount=1785
                ),
            ),
        ),
    ]
    assert [document.key for document in documents[2:4]] == ["online-retail:C2:return_without_order", "online-retail:C2:credit"]


def test_nobody_is_taken_for_somebody(plan: Plan) -> None:
    documents, _ = plan(
        row("1", "A", 6, "1"),
        row("2", "A", 6, "1", customer=""),
        row("C3", "A", -6, "1", day=2, customer=""),
        row("C4", "A", -6, "1", day=2, customer="9"),
    )
    credited = [type(document) for document in documents if document.number[0] == "C"]
    assert credited == [StockAdjustment, StockAdjustment, CreditNote, CreditNote]


def test_a_service_is_undone_at_its_own_price_only(plan: Plan) -> None:
    documents, _ = plan(row("1", "POST", 2, "18"), row("C2", "POST", -1, "18", day=2), row("C3", "POST", -1, "17", day=2))
    notes = [(d.number, d.order, d.amount, d.key) for d in documents if isinstance(d, CreditNote)]
    assert notes == [("C2", "1", -1800, "online-retail:C2:1:credit"), ("C3", None, -1700, "online-retail:C3:credit")]


def test_fees_and_samples_are_costs_of_the_shop(plan: Plan) -> None:
    documents, _ = plan(
        row("C1", "AMAZONFEE", -1, "100", customer="", text="AMAZON FEE"),
        row("2", "AMAZONFEE", 1, "30", customer="", text="AMAZON FEE"),
        row("C3", "CRUK", -1, "5", customer="14096"),
        row("C4", "S", -1, "2", customer=""),
        row("5", "BANK CHARGES", 1, "15"),
    )
    sale, sent, *spent = documents
    assert isinstance(sale, Sale)
    assert (sale.number, sale.lines[0].kind) == ("5", Kind.FEE)
    assert sent == Dispatch(number="5", at=CLOSE, goods=False)
    assert spent[0] == Expense(
        number="C1",
        at=at(9),
        customer=None,
        lines=(ExpenseLine(line=2, kind=Kind.FEE, sku="AMAZONFEE", description="AMAZON FEE", cost=10000),),
    )
    costs = [(d.number, d.customer, d.amount, d.key) for d in spent if isinstance(d, Expense)]
    assert costs == [
        ("C1", None, -10000, "online-retail:C1:expense"),
        ("2", None, 3000, "online-retail:2:expense"),
        ("C3", "14096", -500, "online-retail:C3:expense"),
        ("C4", None, -200, "online-retail:C4:expense"),
    ]


def test_discounts_and_manual_amounts_are_money_without_goods(plan: Plan) -> None:
    documents, _ = plan(row("C1", "D", -1, "27.50"), row("C1", "M", -2, "3"))
    (note,) = documents
    assert isinstance(note, CreditNote)
    assert (note.amount, [line.kind for line in note.lines], list(movements(note))) == (-3350, [Kind.DISCOUNT, Kind.MANUAL], [])


def test_bad_debt_keeps_its_sign(plan: Plan) -> None:
    documents, _ = plan(row("A1", "B", 1, "11.06", customer=""), row("A2", "B", 1, "-11.06", customer="", text="Adjust bad debt"))
    assert documents == [
        BadDebt(number="A1", at=at(9), description="THING", pence=1106),
        BadDebt(number="A2", at=at(9), description="Adjust bad debt", pence=-1106),
    ]


def test_lines_below_zero_and_invoices_without_money_or_customer_are_corrections_of_stock(plan: Plan) -> None:
    documents, findings = plan(
        row("1", "A", -5, "0", customer="", text="damaged"),
        row("2", "A", 3, "0", customer="", text="found"),
        row("3", "POST", 1, "0", customer="", text=""),
        row("4", "A", 2, "0", text="GIFT"),
    )
    corrections = [
        (document.number, document.reason, document.lines) for document in documents if isinstance(document, StockAdjustment)
    ]
    assert corrections == [
        ("1", Reason.CORRECTION_OUT, (AdjustmentLine(line=2, sku="A", note="damaged", quantity=-5),)),
        ("2", Reason.CORRECTION_IN, (AdjustmentLine(line=3, sku="A", note="found", quantity=3),)),
    ]
    # A customer who pays nothing gets a present: that is an order.
    assert [document.number for document in documents if isinstance(document, Sale)] == ["4"]
    assert [(finding.line, finding.code, finding.amount) for finding in findings.kept] == [(4, "nothing_to_book", 0)]


def test_a_day_is_told_in_the_order_of_its_stages(plan: Plan, retail: WriteRetail) -> None:
    lines = [
        row("C9", "A", -1, "5"),
        row("8", "A", 3, "0", customer=""),
        row("A7", "B", 1, "1", customer=""),
        row("C6", "S", -1, "1", customer=""),
        row("5", "A", -1, "0", customer=""),
        row("4", "A", 5, "2"),
        row("C3", "A", -1, "2"),
        row("C2", "A", -1, "1"),
        row("1", "A", 1, "2", day=2),
    ]
    book = OnlineRetail(retail(*lines))
    chunks = list(book.chunks(Findings()))
    assert [(chunk.day.day, chunk.stage, chunk.line) for chunk in chunks] == [
        *((1, stage, 9) for stage in Stage),
        (2, Stage.SALES, 10),
        (2, Stage.DISPATCHES, 10),
    ]
    assert [document.number for document in chunks[5].documents] == ["C9", "8"]


def test_a_chunk_holds_a_hundred_documents_or_four_thousand_lines(retail: WriteRetail) -> None:
    small = [row(str(number), "A", 1, "1") for number in range(1, 221)]
    large = [row(str(number), "A", 1, "1", day=2) for number in (400, 401, 402) for _ in range(1_900)]
    sizes = [
        len(chunk.documents) for chunk in OnlineRetail(retail(*small, *large)).chunks(Findings()) if chunk.stage == Stage.SALES
    ]
    assert sizes == [100, 100, 20, 2, 1]


def test_two_plans_of_a_file_are_alike(retail: WriteRetail) -> None:
    path = retail(row("1", "A", 6, "2.55"), row("C2", "A", -4, "2.55", day=2))
    assert list(OnlineRetail(path).chunks(Findings())) == list(OnlineRetail(path).chunks(Findings()))


# --- what stays out ---------------------------------------------------------------------------------


def left_out(findings: Findings) -> list[tuple[int, str, int]]:
    return [(finding.line, finding.code, finding.amount) for finding in findings.kept]


def test_money_on_the_wrong_side_is_left_out(plan: Plan) -> None:
    documents, findings = plan(
        row("1", "A", -6, "2"), row("1", "BB", 1, "1"), row("1", "BB", 1, "-1"), row("C2", "A", 6, "2"), row("C2", "BB", -1, "-1")
    )
    assert {finding.code for finding in findings.kept} == {"money_on_the_wrong_side"}
    assert [(finding.line, finding.amount) for finding in findings.kept] == [(2, -1200), (4, -100), (5, 1200), (6, 100)]
    assert [document.amount for document in documents] == [100, 0]


def test_a_line_of_another_customer_is_left_out(plan: Plan) -> None:
    documents, findings = plan(row("1", "A", 6, "2"), row("1", "A", 6, "1", customer="2"))
    assert left_out(findings) == [(3, "two_customers", 600)]
    assert documents[0].amount == 1200


def test_an_invoice_number_that_comes_again_on_another_day_is_left_out(plan: Plan) -> None:
    documents, findings = plan(row("1", "A", 6, "2"), row("1", "A", 6, "1", day=2))
    assert left_out(findings) == [(3, "invoice_on_two_days", 600)]
    assert documents[0].amount == 1200


def test_each_finding_says_what_to_do(plan: Plan) -> None:
    _, findings = plan(row("1", "A", 6, "2"), row("1", "A", 6, "1", customer="2"))
    assert findings.kept == [
        Finding(
            line=3,
            code="two_customers",
            document="1",
            sentence="The invoice's first line names another customer.",
            remedy="Give each customer an invoice of its own.",
            imported=False,
            amount=600,
        )
    ]


# --- what must be there first -----------------------------------------------------------------------


def test_the_survey_names_items_customers_and_the_least_opening(retail: WriteRetail) -> None:
    book = OnlineRetail(
        retail(
            row("1", "A", 6, "2.55", text="HEART"),
            row("1", "POST", 1, "18", text="POSTAGE"),
            row("C2", "A", -4, "2.55", day=2, text="HEART"),
            row("3", "a", 5, "2.95", day=3, text="HEART RED", customer="9"),
            row("4", "A", 1, "2.95", day=3, text="HEART", customer="9"),
            row("5", "NEW", 7, "0", day=3, text="found", customer=""),
            row("6", "NEW", -8, "0", day=4, text="lost", customer=""),
        )
    )
    survey = book.survey
    assert (survey.lines, survey.amount) == (7, 1530 + 1800 - 1020 + 1475 + 295)
    assert survey.products == (
        Product(sku="A", name="HEART", kind=Kind.PRODUCT, unit_price=Decimal("2.55")),
        Product(sku="POST", name="POSTAGE", kind=Kind.SHIPPING, unit_price=Decimal(18)),
        Product(sku="NEW", name="NEW", kind=Kind.PRODUCT, unit_price=Decimal(0)),
    )
    assert survey.customers == (Customer(code="17850", country="GB"), Customer(code="9", country="GB"))
    assert survey.opening.at == at(8, 59)
    # A: 6 sold, 4 back, 6 sold: eight at the lowest. NEW: seven found, eight lost.
    assert survey.opening.lines == (
        OpeningLine(sku="A", name="HEART", quantity=8),
        OpeningLine(sku="NEW", name="NEW", quantity=1),
    )
    assert survey.opening.units == 9
    assert survey.opening.lines[0].key == "online-retail:opening:A:8"


def test_the_opening_covers_what_is_ordered_before_it_is_canceled(retail: WriteRetail) -> None:
    book = OnlineRetail(retail(row("1", "A", 74215, "1.04"), row("C2", "A", -74215, "1.04", hour=10)))
    assert book.survey.opening.units == 74215


def test_only_the_days_up_to_the_last_wanted_one_are_planned(retail: WriteRetail) -> None:
    path = retail(row("1", "A", 6, "2"), row("2", "A", 6, "2", day=2))
    book = OnlineRetail(path, until=date(2010, 12, 1))
    assert [chunk.day for chunk in book.chunks(Findings())] == [date(2010, 12, 1), date(2010, 12, 1)]
    assert (book.survey.lines, book.survey.opening.units) == (1, 6)
