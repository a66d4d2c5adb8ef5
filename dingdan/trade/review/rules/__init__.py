"""What a review looks at and how it judges. Pure: what must be known of an order comes in `Facts`."""

from dingdan.trade.review.rules.drafts import (
    AlreadyReviewed,
    DoesNotWorkHere,
    NeedsPeople,
    NothingToReview,
    NotWaiting,
    OwnOrder,
    RuleDraft,
    SameEyes,
    clean_rule,
)
from dingdan.trade.review.rules.facts import Facts, LineFacts, Need, Twin, goods_key
from dingdan.trade.review.rules.judging import Finding, Judgement, RuleInForce, Settled, judge, needed
from dingdan.trade.review.rules.kinds import KINDS, LONGEST_WINDOW, MOST_EARLIER, Kind, needs_of
from dingdan.trade.review.rules.parameters import Parameter, ParameterNotUsable, Takes
from dingdan.trade.review.rules.telling import PARTS, TROUBLES, sentence
from dingdan.trade.review.rules.texts import troubles, words_in

__all__ = [
    "KINDS",
    "LONGEST_WINDOW",
    "MOST_EARLIER",
    "PARTS",
    "TROUBLES",
    "AlreadyReviewed",
    "DoesNotWorkHere",
    "Facts",
    "Finding",
    "Judgement",
    "Kind",
    "LineFacts",
    "Need",
    "NeedsPeople",
    "NotWaiting",
    "NothingToReview",
    "OwnOrder",
    "Parameter",
    "ParameterNotUsable",
    "RuleDraft",
    "RuleInForce",
    "SameEyes",
    "Settled",
    "Takes",
    "Twin",
    "clean_rule",
    "goods_key",
    "judge",
    "needed",
    "needs_of",
    "sentence",
    "troubles",
    "words_in",
]
