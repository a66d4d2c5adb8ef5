"""What can be asked about rules, reviews and past orders. Never writes."""

from dingdan.trade.review.queries.desk import (
    Author,
    approvals_of,
    authors_of,
    decisions_of,
    findings_of,
    lock_reviews,
    queue,
    review_of,
    reviewed_among,
    reviews,
    reviews_of,
    settled,
    waiting_among,
)
from dingdan.trade.review.queries.facts import Dossier, dossiers
from dingdan.trade.review.queries.laws import LAWS
from dingdan.trade.review.queries.rehearsing import (
    LARGEST_PAGE,
    MOST_ORDERS,
    JudgedOtherwise,
    Place,
    Rehearsed,
    RuleTried,
    rehearse,
)
from dingdan.trade.review.queries.rules import edition, in_force, offered_rules, rules, rules_in_force, rules_named, versions_of

__all__ = [
    "LARGEST_PAGE",
    "LAWS",
    "MOST_ORDERS",
    "Author",
    "Dossier",
    "JudgedOtherwise",
    "Place",
    "Rehearsed",
    "RuleTried",
    "approvals_of",
    "authors_of",
    "decisions_of",
    "dossiers",
    "edition",
    "findings_of",
    "in_force",
    "lock_reviews",
    "offered_rules",
    "queue",
    "rehearse",
    "review_of",
    "reviewed_among",
    "reviews",
    "reviews_of",
    "rules",
    "rules_in_force",
    "rules_named",
    "settled",
    "versions_of",
    "waiting_among",
]
