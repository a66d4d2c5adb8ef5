"""What open lines may be for is kept until somebody looks again."""

from dingdan.trade.reconciliation.commands import IgnoreLine, Looked, ignore_lines, note_proposals
from dingdan.trade.reconciliation.models import StatementLine
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, statement


def test_it_works(shop: Shop) -> None:
    one, two, three = statement(shop, draft(1), draft(2), draft(3))
    ignore_lines.one(shop.call(), IgnoreLine(line_id=three, reason="x"))
    proposals = ({"score": 40, "signs": ["amount"], "parts": []}, {"score": 60, "signs": [], "parts": []})
    told = note_proposals(shop.call(), looked=(Looked(one, proposals), Looked(two, ()), Looked(three, proposals)))
    assert (told.lines, told.proposed) == (3, 2)
    rows = StatementLine.objects.order_by("id").values_list("score", "looked_at")
    assert [(score, at is not None) for score, at in rows] == [(60, True), (0, True), (0, False)]
