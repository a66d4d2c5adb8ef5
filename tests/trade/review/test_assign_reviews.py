"""What waits is given to somebody."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.review.commands import AssignReview, assign_reviews
from dingdan.trade.review.models import Review
from dingdan.trade.review.rules import DoesNotWorkHere, NotWaiting
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, rule, waiting
from tests.web.backoffice.desk import member


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order, user = waiting(shop), member(shop)
    assign_reviews.one(shop.call(), AssignReview(order_id=order.order_id, user_id=user.pk))
    assert Review.objects.get().assignee_id == user.pk
    assign_reviews.one(shop.call(), AssignReview(order_id=order.order_id))
    assert Review.objects.get().assignee_id is None


def test_somebody_who_does_not_work_here_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    with pytest.raises(DoesNotWorkHere):
        assign_reviews.one(shop.call(), AssignReview(order_id=order.order_id, user_id=10**6))
    assert Review.objects.get().assignee_id is None


def test_what_does_not_wait_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order, user = waiting(shop), member(shop)
    let_pass(shop, order)
    with pytest.raises(NotWaiting):
        assign_reviews.one(shop.call(), AssignReview(order_id=order.order_id, user_id=user.pk))


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        assign_reviews.one(shop.call(), AssignReview(order_id=new_id()))
