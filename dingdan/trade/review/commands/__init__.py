"""What can be done at the review desk: keep its rules, let them look at orders, decide about what waits."""

from dingdan.trade.review.commands.deciding import (
    AssignReview,
    PassOrder,
    RejectOrder,
    WithdrawReview,
    assign_reviews,
    forget_buyer,
    pass_orders,
    question_order,
    reject_orders,
    withdraw_reviews,
)
from dingdan.trade.review.commands.keeping import activate_rule, pause_rule, restore_rule, retire_rule, save_rule
from dingdan.trade.review.commands.reviewing import ReviewAgain, ReviewOrder, review_again, review_orders
from dingdan.trade.review.rules import RuleDraft

__all__ = [
    "AssignReview",
    "PassOrder",
    "RejectOrder",
    "ReviewAgain",
    "ReviewOrder",
    "RuleDraft",
    "WithdrawReview",
    "activate_rule",
    "assign_reviews",
    "forget_buyer",
    "pass_orders",
    "pause_rule",
    "question_order",
    "reject_orders",
    "restore_rule",
    "retire_rule",
    "review_again",
    "review_orders",
    "save_rule",
    "withdraw_reviews",
]
