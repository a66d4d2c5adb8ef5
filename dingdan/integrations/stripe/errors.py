"""What Stripe's refusals and silences mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dingdan.ledgers.payments.ports import Answer, GatewayResult

if TYPE_CHECKING:
    import stripe

AUTHENTICATION: Final = "authentication_required"


class NotAsked(Exception):
    """Stripe was not asked at all, and `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def result_of(error: stripe.StripeError | NotAsked) -> GatewayResult:
    """`DECLINED` for a definite no, with Stripe's code for why; else `UNKNOWN`: nobody knows whether it was done.

    An idempotency error says that the same key is being worked on, or was used with other parameters: what came of that is to
    be asked for. Keys of ours that are wrong are a definite no, as nothing was done.
    """
    if isinstance(error, NotAsked):
        return GatewayResult(answer=Answer.DECLINED, error=error.code)
    import stripe

    code, silent = code_of(error), (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError)
    if isinstance(error, silent) or error.http_status is None or error.http_status >= 500 or error.http_status in (409, 429):
        return GatewayResult(answer=Answer.UNKNOWN, error=code)
    return GatewayResult(answer=Answer.DECLINED, error=code)


def code_of(error: stripe.StripeError) -> str:
    """Stripe's most exact code: why the bank declined, else what was wrong, else what kind of error it was."""
    told: Any = error.error
    declined = getattr(told, "decline_code", None) if told is not None else None
    return str(declined or error.code or _KINDS.get(type(error).__name__, "error"))


_KINDS: Final = {
    "APIConnectionError": "no_answer",
    "APIError": "api_error",
    "AuthenticationError": "authentication",
    "PermissionError": "permission",
    "RateLimitError": "rate_limit",
    "IdempotencyError": "idempotency",
    "InvalidRequestError": "invalid_request",
    "CardError": "card_declined",
}
